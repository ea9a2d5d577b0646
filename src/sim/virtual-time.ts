/**
 * Time that passes only when nothing else can happen: events in the order of their moments,
 * and between two of them everything that promises can still do. So a program that waits for
 * an hour is tested in a millisecond, and always in the same order.
 */

/** Captured before anybody can replace it: one real macrotask drains all microtasks. */
const realSetImmediate = setImmediate;

/** Nothing is left to happen, yet the program still waits. */
export class DeadlockError extends Error {
  override readonly name = 'DeadlockError';
}

/** Too much has happened without an end. */
export class LivelockError extends Error {
  override readonly name = 'LivelockError';
}

/** One thing that will happen, unless it is cancelled. */
export interface VirtualEvent {
  atMs: number;
  /** Orders events of the same moment: first planned, first happened. */
  order: number;
  /** A background event happens in its turn, but nobody waits for it. */
  isBackground: boolean;
  /** Who has planned it; undefined: nobody in particular. */
  readonly owner: object | undefined;
  /** What it is about; undefined: nothing that anybody could decide otherwise. */
  readonly subject: EventSubject | undefined;
  readonly happen: () => void;
}

/** What whoever explores schedules may decide about an event. */
export type EventSubject =
  /** A timer of a program. */
  | { readonly type: 'timer'; readonly node: string }
  /** A copy of a message arrives. */
  | {
      readonly type: 'message';
      /** `reply 3`. */
      readonly name: string;
      readonly copy: number;
      /** It does not arrive. */
      readonly lose: () => void;
      /** A second copy arrives right behind it. */
      readonly double: () => void;
    };

/** Asked before an event happens; false: it does not, and whoever says so deals with it. */
export type Gate = (event: VirtualEvent) => boolean;

export class VirtualTime {
  #nowMs = 0;
  #order = 0;
  /** Sorted, the next one last. */
  readonly #events: VirtualEvent[] = [];
  readonly #silenced = new WeakSet<object>();
  gate: Gate | undefined;
  /** After so many events without an end, `run` gives up. */
  maxEvents = 100_000;

  /** Milliseconds since this time began. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Plans `happen` for `delayMs` from now, in the name of `owner`; negative means now. */
  schedule(
    delayMs: number,
    happen: () => void,
    owner?: object,
    subject?: EventSubject,
  ): VirtualEvent {
    if (!Number.isFinite(delayMs)) throw new RangeError(`a delay of ${delayMs} ms`);
    const atMs = this.#nowMs + Math.max(0, delayMs);
    const isBackground = false;
    const event = { atMs, order: this.#order++, isBackground, owner, subject, happen };
    if (!owner || !this.#silenced.has(owner)) this.#insert(event);
    return event;
  }

  /** Plans an event once more that the gate has held: `byMs` later, behind its equals. */
  postpone(event: VirtualEvent, byMs: number): void {
    event.atMs += byMs;
    event.order = this.#order++;
    this.#insert(event);
  }

  /** The event that is to happen next, if there is one. */
  get next(): VirtualEvent | undefined {
    return this.#events.at(-1);
  }

  #insert(event: VirtualEvent): void {
    const later = this.#events.findLastIndex((other) => isLater(other, event));
    this.#events.splice(later + 1, 0, event);
  }

  cancel(event: VirtualEvent): void {
    const index = this.#events.indexOf(event);
    if (index !== -1) this.#events.splice(index, 1);
  }

  /** Nothing that `owner` has planned or will plan happens any more. */
  silence(owner: object): void {
    this.#silenced.add(owner);
    const planned = this.#events.filter((event) => event.owner === owner);
    for (const event of planned) this.cancel(event);
  }

  /**
   * Runs `program` until its promise settles, and settles likewise. Rejects with a
   * DeadlockError when it waits for something that will never happen, and with a
   * LivelockError after `maxEvents` events.
   */
  async run<T>(program: () => Promise<T>): Promise<T> {
    let isOver = false;
    const result = program().finally(() => {
      isOver = true;
    });
    result.catch(() => {});
    for (let events = 0; ; events++) {
      await new Promise<void>((resolve) => realSetImmediate(resolve));
      if (isOver) return result;
      if (!this.#events.some(({ isBackground }) => !isBackground)) {
        throw new DeadlockError('nothing is left to happen, and the program still waits');
      }
      if (events === this.maxEvents)
        throw new LivelockError(`no end after ${events} events`);
      const event = this.#events.pop() as VirtualEvent;
      this.#nowMs = event.atMs;
      if (this.gate?.(event) ?? true) event.happen();
    }
  }
}

function isLater(a: VirtualEvent, b: VirtualEvent): boolean {
  return a.atMs > b.atMs || (a.atMs === b.atMs && a.order > b.order);
}
