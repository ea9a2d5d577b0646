/**
 * Correct: in the manner of NTP, each sample is an offset of the clocks and a delay.
 */
import {
  type LocalClock,
  SteeredClock,
  type TimeReply,
} from '../../../src/lecture/cristian.ts';
import { type Client, dial } from '../../../src/rpc/index.ts';

interface Sample {
  offset: number;
  delay: number;
}

export function SyncTime(
  serverAddr: string,
  clock: LocalClock = new SteeredClock(),
  sampleCount = 1,
) {
  return dial(serverAddr)
    .then((client) => takeSamples(client, sampleCount).finally(() => client.close()))
    .then((samples) => {
      const [best] = samples.sort((a, b) => a.delay - b.delay) as [Sample];
      const timeMs = performance.now() + best.offset;
      const correction = timeMs - clock.now();
      if (correction < 0) clock.slew(correction);
      else clock.step(correction);
      return { timeMs, errorBoundMs: best.delay / 2 };
    });
}

async function takeSamples(client: Client, count: number): Promise<Sample[]> {
  if (count === 0) return [];
  const T1 = performance.now();
  const call = await client.go<TimeReply>('CristianServer.GetTime', {}).done;
  const T4 = performance.now();
  if (!call.reply) throw call.error;
  const { T2, T3 } = call.reply;
  const sample = { offset: (T2 - T1 + (T3 - T4)) / 2, delay: T4 - T1 - (T3 - T2) };
  return [sample, ...(await takeSamples(client, count - 1))];
}
