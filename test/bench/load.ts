/**
 * One measurement, made in the client's process: so many calls in flight for so long, every
 * answer checked. Knows nothing of the peer behind it.
 */
import type { PeerClient } from './peers/peer.ts';

export interface Load {
  readonly method: 'add' | 'text' | 'bytes';
  /** Size of the argument; 0 for `add`. */
  readonly payloadBytes: number;
  readonly inFlight: number;
  /** No call begins after this many milliseconds, or after `maxCalls`. */
  readonly ms: number;
  readonly maxCalls: number;
}

export interface Outcome {
  readonly calls: number;
  readonly seconds: number;
  /** Microseconds a call took; only where one call is in flight at a time. */
  readonly p50Us?: number;
  readonly p99Us?: number;
}

/** Runs the load to its last reply. Rejects at the first wrong answer or failed call. */
export async function runLoad(client: PeerClient, load: Load): Promise<Outcome> {
  const callOnce = chooseCall(client, load);
  const lapsUs: number[] = [];
  const beginMs = performance.now();
  const endMs = beginMs + load.ms;
  let calls = 0;
  let nowMs = beginMs;
  const callOneAfterOther = async () => {
    while (nowMs < endMs && calls < load.maxCalls) {
      await callOnce(calls++);
      const previousMs = nowMs;
      nowMs = performance.now();
      if (load.inFlight === 1) lapsUs.push((nowMs - previousMs) * 1000);
    }
  };
  await Promise.all(Array.from({ length: load.inFlight }, callOneAfterOther));
  const seconds = (nowMs - beginMs) / 1000;
  if (load.inFlight > 1) return { calls, seconds };
  lapsUs.sort((left, right) => left - right);
  const quantile = (q: number) => lapsUs[Math.floor(q * (lapsUs.length - 1))] as number;
  return { calls, seconds, p50Us: quantile(0.5), p99Us: quantile(0.99) };
}

/** Every sum is checked; of what comes back as it went, each length and every 64th content. */
function chooseCall(client: PeerClient, { method, payloadBytes }: Load) {
  if (method === 'add') {
    return async (n: number) => expectSame(await client.add(n, 2), n + 2);
  }
  if (method === 'text') {
    const text = 'Call me Ishmael. '.repeat(payloadBytes / 17 + 1).slice(0, payloadBytes);
    return async (n: number) => {
      const answer = await client.echo(text);
      expectSame(answer.length, text.length);
      if (n % 64 === 0) expectSame(answer === text, true);
    };
  }
  const bytes = Uint8Array.from({ length: payloadBytes }, (_, i) => (i * 167) ^ (i >> 8));
  return async (n: number) => {
    const answer = await client.echoBytes(bytes);
    expectSame(answer.length, bytes.length);
    if (n % 64 === 0) expectSame(Buffer.compare(answer, bytes), 0);
  };
}

function expectSame<T>(actual: T, wanted: T): void {
  if (actual !== wanted) throw new Error(`wrong answer: ${actual}, not ${wanted}`);
}
