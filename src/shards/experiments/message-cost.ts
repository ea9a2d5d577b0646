/**
 * Experiment 2: what one message costs, by its size, over every channel and beside a plain
 * function call. Each channel is measured twice: one message at a time (how long one takes)
 * and many under way at once (what one costs).
 *
 * Source: "Process-Based Workers", "Experiment 2: IPC Overhead".
 */
import { join } from 'node:path';
import type { Channel } from '../channels/channel.ts';
import {
  buildEnds,
  type ChannelName,
  channelNames,
  openChannel,
} from '../channels/open-channel.ts';
import type { Experiment, Run, Summary } from './experiment.ts';
import { answer } from './message-cost-end.ts';
import {
  concludeMessageCost,
  drawMessageCost,
  tabulateMessageCost,
} from './message-cost-report.ts';
import { summarise } from './numbers.ts';
import { takeTurns } from './turns.ts';

export const messageSizes = [100, 1024, 10 * 1024, 100 * 1024, 1024 * 1024] as const;

export type Way = 'function-call' | ChannelName;

/** What a message of one size cost on one way, in microseconds. */
export interface MessageCost {
  readonly way: Way;
  readonly bytes: number;
  /** One message at a time, from the call to its answer. */
  readonly aloneUs: Summary;
  /** Many at once: the time of all, divided by their number. */
  readonly togetherUs: Summary;
}

export const messageCost: Experiment<readonly MessageCost[]> = {
  number: 2,
  title: 'What a message costs',
  question:
    'How much slower is a message to another thread or process than a function call, and ' +
    'how does its size matter? The message goes there once; the answer is a small number.',
  measure,
  tables: tabulateMessageCost,
  figures: drawMessageCost,
  conclude: concludeMessageCost,
};

interface OpenWay {
  readonly way: Way;
  readonly send: (text: string) => unknown;
  readonly channel: Channel | undefined;
}

async function measure(run: Run): Promise<readonly MessageCost[]> {
  const endFile = join(import.meta.dirname, 'message-cost-end.ts');
  const ends = await buildEnds(endFile, run.folder);
  const ways: OpenWay[] = [
    { way: 'function-call', send: (Text) => answer({ Text }), channel: undefined },
  ];
  try {
    for (const way of channelNames) {
      run.signal.throwIfAborted();
      const channel = await openChannel(way, ends);
      ways.push({ way, send: (Text) => channel.call({ Text }), channel });
    }
    const costs: MessageCost[] = [];
    for (const [index, bytes] of messageSizes.entries()) {
      costs.push(...(await measureSize(ways, bytes, run, index)));
    }
    return costs;
  } finally {
    await Promise.all(ways.map(({ channel }) => channel?.close()));
  }
}

async function measureSize(
  ways: readonly OpenWay[],
  bytes: number,
  run: Run,
  index: number,
): Promise<MessageCost[]> {
  const text = 'Call me Ishmael. '.repeat(bytes / 17 + 1).slice(0, bytes);
  const rounds = run.isQuick ? 2 : 5;
  const fullMs = run.isQuick ? 4 : 40;
  const inFlight = bytes > 10 * 1024 ? 8 : 64;
  const alone = new Map<Way, number[]>(ways.map(({ way }) => [way, []]));
  const together = new Map<Way, number[]>(ways.map(({ way }) => [way, []]));
  await takeTurns(ways, rounds, async ({ way, send }, round) => {
    run.signal.throwIfAborted();
    // The compiler is at work in the first round that does not count.
    const ms = round < 0 && index === 0 ? 4 * fullMs : fullMs;
    const isSynchronous = way === 'function-call';
    const first = isSynchronous
      ? callSynchronously(send, text, ms)
      : await callAlone(send, text, ms);
    const second = isSynchronous ? first : await callTogether(send, text, ms, inFlight);
    if (round < 0) return;
    alone.get(way)?.push(first);
    together.get(way)?.push(second);
    const done = (index * rounds + round) / (messageSizes.length * rounds);
    run.progress(done, 1, `${bytes} bytes, ${way}`);
  });
  return ways.map(({ way }) => ({
    way,
    bytes,
    aloneUs: summarise(alone.get(way) ?? []),
    togetherUs: summarise(together.get(way) ?? []),
  }));
}

/** Microseconds a call, of as many as fit in `ms`. */
function callSynchronously(
  send: (text: string) => unknown,
  text: string,
  ms: number,
): number {
  const beginMs = performance.now();
  let calls = 0;
  let nowMs = beginMs;
  for (; nowMs - beginMs < ms; nowMs = performance.now()) {
    for (let i = 0; i < 10_000; i++) expectLength(send(text), text);
    calls += 10_000;
  }
  return ((nowMs - beginMs) * 1000) / calls;
}

/** One call after the other: the median of what each took. */
async function callAlone(
  send: (text: string) => unknown,
  text: string,
  ms: number,
): Promise<number> {
  const lapsUs: number[] = [];
  const beginMs = performance.now();
  for (let nowMs = beginMs; nowMs - beginMs < ms; ) {
    expectLength(await send(text), text);
    const previousMs = nowMs;
    nowMs = performance.now();
    lapsUs.push((nowMs - previousMs) * 1000);
  }
  return summarise(lapsUs).median;
}

/** So many calls under way at any time: what all took, divided by their number. */
async function callTogether(
  send: (text: string) => unknown,
  text: string,
  ms: number,
  inFlight: number,
): Promise<number> {
  const beginMs = performance.now();
  let calls = 0;
  const callOneAfterOther = async () => {
    // At least once each, also where we were not let run for so long.
    do {
      expectLength(await send(text), text);
      calls++;
    } while (performance.now() - beginMs < ms);
  };
  await Promise.all(Array.from({ length: inFlight }, callOneAfterOther));
  return ((performance.now() - beginMs) * 1000) / calls;
}

function expectLength(answered: unknown, text: string): void {
  if (answered !== text.length)
    throw new Error(`wrong answer: ${answered}, not ${text.length}`);
}
