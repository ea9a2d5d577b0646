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
  readonly atMs: number;
  /** Orders events of the same moment: first planned, first happened. */
  readonly order: number;
  /** A background event happens in its turn, but nobody waits for it. */
  isBackground: boolean;
  /** Who has planned it; undefined: nobody in particular. */
  readonly owner: object | undefined;
  readonly happen: () => void;
}

const maxEvents = 100_000;

export class VirtualTime {
  #nowMs = 0;
  #order = 0;
  /** Sorted, the next one last. */
  readonly #events: VirtualEvent[] = [];
  readonly #silenced = new WeakSet<object>();

  /** Milliseconds since this time began. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Plans `happen` for `delayMs` from now, in the name of `owner`; negative means now. */
  schedule(delayMs: number, happen: () => void, owner?: object): VirtualEvent {
    if (!Number.isFinite(delayMs)) throw new RangeError(`a delay of ${delayMs} ms`);
    const atMs = this.#nowMs + Math.max(0, delayMs);
    const event = { atMs, order: this.#order++, isBackground: false, owner, happen };
    if (owner && this.#silenced.has(owner)) return event;
    const later = this.#events.findLastIndex((other) => isLater(other, event));
    this.#events.splice(later + 1, 0, event);
    return event;
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
   * LivelockError after 100,000 events.
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
      if (events === maxEvents)
        throw new LivelockError(`no end after ${maxEvents} events`);
      const event = this.#events.pop() as VirtualEvent;
      this.#nowMs = event.atMs;
      event.happen();
    }
  }
}

function isLater(a: VirtualEvent, b: VirtualEvent): boolean {
  return a.atMs > b.atMs || (a.atMs === b.atMs && a.order > b.order);
}
