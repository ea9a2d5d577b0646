/**
 * The weather of a network: what chance does to messages, each direction by itself.
 *
 * Source: MIT labrpc, for its preset; duplicates and delays per direction are ours, it has
 * neither.
 */
import { type Delay, type DelayChoice, uniform } from './delays.ts';
import type { Direction } from './events.ts';

/** What happens to the messages of one direction. Rates are chances from 0 to 1. */
export interface Conditions {
  readonly delayMs: DelayChoice;
  readonly lossRate: number;
  /** The double is a copy with a delay of its own, which it may use to overtake. */
  readonly duplicateRate: number;
  /** The chance that a message is held back for `holdMs` more, and others overtake it. */
  readonly reorderRate: number;
  readonly holdMs: DelayChoice;
}

/** Milliseconds that the `index`-th message of a direction takes, over all connections. */
export type DelayScript = (direction: Direction, index: number) => number;

export interface Weather {
  /** For both directions, where a direction does not say its own; 1 ms by default. */
  readonly delayMs?: number | DelayScript;
  readonly request?: Partial<Conditions>;
  readonly reply?: Partial<Conditions>;
  /**
   * True, and the default: of one connection's messages, one that was not held back never
   * overtakes another. False: each takes its own delay, as datagrams do.
   */
  readonly isFifo?: boolean;
  /** What `dial` takes to give up where no way leads. */
  readonly unreachableMs?: DelayChoice;
}

const calm = {
  lossRate: 0,
  duplicateRate: 0,
  reorderRate: 0,
  holdMs: uniform(1, 100),
};

export function completeConditions(weather: Weather, direction: Direction): Conditions {
  const { delayMs = 1 } = weather;
  const delay =
    typeof delayMs === 'number' ? delayMs : (index: number) => delayMs(direction, index);
  return { ...calm, delayMs: delay, ...weather[direction] };
}

export interface LabrpcOptions {
  /** Messages are slow, and one in ten is lost, in each direction. */
  readonly unreliable?: boolean;
  /** Where no way leads, that is noticed after up to 7 s, not 0.1 s. */
  readonly longDelays?: boolean;
  /** Two of three replies are late by 0.2 s to 2.2 s. */
  readonly longReordering?: boolean;
}

/**
 * The faults of MIT's labrpc, with its numbers. Its `Call` gives up by itself when a message
 * was lost; ours waits until its deadline.
 */
export function labrpc(options: LabrpcOptions = {}): Weather {
  const { unreliable = false, longDelays = false, longReordering = false } = options;
  const lossRate = unreliable ? 0.1 : 0;
  return {
    request: { delayMs: unreliable ? uniform(0, 26) : 0, lossRate },
    reply: { delayMs: longReordering ? lateReply : 0, lossRate },
    isFifo: false,
    unreachableMs: uniform(0, longDelays ? 6999 : 99),
  };
}

/** Source: labrpc.go: `200 + rand.Intn(1+rand.Intn(2000))` for 600 of 900. */
const lateReply: Delay = (index, random) => {
  const isLate = random() < 600 / 900;
  const longest = Math.floor(random() * 2000);
  const lateness = uniform(200, 200 + longest)(index, random);
  return isLate ? lateness : 0;
};
