/**
 * What happens in a simulated world: one stream of plain data, in the order in which it
 * happens. Diagrams, counters and checks are its readers; it knows none of them.
 */
import type { VirtualTime } from './virtual-time.ts';

/** Requests go from the node that dialled to the node that listens; replies come back. */
export type Direction = 'request' | 'reply';

/** One frame that a program has sent. */
export interface Message {
  readonly direction: Direction;
  /** The first request of a world is number 1, and so is its first reply. */
  readonly number: number;
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
  /** What it says, in few words: `Arith.Add #0`, or `ok #0`. */
  readonly label: string;
}

/** Why a message did not arrive. */
export type LossReason =
  /** Drawn by the loss rate, or a fault script's `lose`. */
  | 'lost'
  /** A fault script's `cut`: the whole connection went with it. */
  | 'cut'
  /** No way leads from one node to the other: a partition, or a node that is disconnected. */
  | 'unreachable'
  /** Nobody holds the other end any more. */
  | 'closed';

export type Happening =
  | { readonly type: 'sent'; readonly message: Message }
  /** Copy 1 is the message, copy 2 its double. */
  | { readonly type: 'delivered'; readonly message: Message; readonly copy: number }
  | {
      readonly type: 'lost';
      readonly message: Message;
      readonly copy: number;
      readonly why: LossReason;
    }
  /** From here on two copies of it are under way. */
  | { readonly type: 'doubled'; readonly message: Message }
  | { readonly type: 'dialled'; readonly from: string; readonly to: string }
  | {
      readonly type: 'refused';
      readonly from: string;
      readonly to: string;
      readonly why: string;
    }
  /** `node` closed its connection to `peer`, or learned that it is gone (a reset). */
  | {
      readonly type: 'closed';
      readonly node: string;
      readonly peer: string;
      readonly isReset: boolean;
    }
  | { readonly type: 'crashed'; readonly node: string }
  | { readonly type: 'restarted'; readonly node: string }
  | { readonly type: 'disconnected'; readonly node: string }
  | { readonly type: 'reconnected'; readonly node: string }
  | { readonly type: 'partitioned'; readonly groups: readonly (readonly string[])[] }
  | { readonly type: 'healed' }
  | { readonly type: 'stepped'; readonly node: string; readonly byMs: number }
  /** What a program says of itself, for the diagram. */
  | { readonly type: 'noted'; readonly node: string; readonly text: string };

/** A happening and its moment, in milliseconds since the world began. */
export type SimEvent = Happening & { readonly atMs: number };

/** Everything that has happened, for as many readers as like. */
export class EventLog {
  readonly #time: VirtualTime;
  readonly #events: SimEvent[] = [];
  readonly #readers: ((event: SimEvent) => void)[] = [];

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  /** All events so far, the oldest first. */
  get events(): readonly SimEvent[] {
    return this.#events;
  }

  /** Calls `reader` with every event to come, at its moment. */
  follow(reader: (event: SimEvent) => void): void {
    this.#readers.push(reader);
  }

  add(happening: Happening): void {
    const event = { atMs: this.#time.nowMs, ...happening };
    this.#events.push(event);
    for (const reader of this.#readers) reader(event);
  }
}
