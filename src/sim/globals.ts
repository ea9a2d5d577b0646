/**
 * The globals of a simulated machine: while they are installed, ordinary code that calls
 * `setTimeout`, `Date.now`, `performance.now` or `Math.random` lives in virtual time without
 * knowing it. Where several machines run programs, each program sees its own machine's.
 */
import { promisify } from 'node:util';
import type { MachineClocks } from './clocks.ts';
import type { VirtualEvent, VirtualTime } from './virtual-time.ts';

/** Where a program runs: the clocks it reads, and in whose name its timers fire. */
export interface Machine {
  readonly name: string;
  readonly clocks: MachineClocks;
  /** Calls `body` as a program of this machine. */
  run(body: () => void): void;
}

/**
 * Runs `body` with the globals in virtual time; restores them whatever happens. `here` tells
 * whose program is running at this moment.
 */
export async function withVirtualGlobals<T>(
  time: VirtualTime,
  here: () => Machine,
  random: () => number,
  body: () => Promise<T>,
): Promise<T> {
  const restorers = [
    ...replaceAll(globalThis, createTimers(time, here)),
    replace(
      globalThis,
      'Date',
      createDate(() => here().clocks),
    ),
    replace(performance, 'now', () => here().clocks.monotonicMs()),
    replace(
      process,
      'hrtime',
      createHrtime(() => here().clocks),
    ),
    replace(Math, 'random', random),
  ];
  try {
    return await body();
  } finally {
    for (const restore of restorers) restore();
  }
}

function replaceAll(owner: object, values: Record<string, unknown>): (() => void)[] {
  return Object.entries(values).map(([name, value]) => replace(owner, name, value));
}

function replace(owner: object, name: string, value: unknown): () => void {
  const original = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  return () => {
    if (original) Object.defineProperty(owner, name, original);
    else Reflect.deleteProperty(owner, name);
  };
}

/** What Node's timer functions return, as far as programs use it. */
class VirtualTimeout {
  readonly #time: VirtualTime;
  readonly #machine: Machine;
  readonly #delayMs: number;
  readonly #isRepeating: boolean;
  readonly #callback: () => void;
  #event: VirtualEvent | undefined;
  #isRef = true;
  #isClosed = false;

  constructor(
    time: VirtualTime,
    machine: Machine,
    delayMs: number,
    isRepeating: boolean,
    callback: () => void,
  ) {
    this.#time = time;
    this.#machine = machine;
    this.#delayMs = delayMs;
    this.#isRepeating = isRepeating;
    this.#callback = callback;
    this.refresh();
  }

  refresh(): this {
    if (this.#isClosed) return this;
    if (this.#event) this.#time.cancel(this.#event);
    const trueMs = this.#machine.clocks.toTrueMs(this.#delayMs);
    const fire = () => this.#fire();
    const subject = { type: 'timer', node: this.#machine.name } as const;
    this.#event = this.#time.schedule(trueMs, fire, this.#machine, subject);
    this.#event.isBackground = !this.#isRef;
    return this;
  }

  #fire(): void {
    this.#event = undefined;
    if (this.#isRepeating) this.refresh();
    this.#machine.run(this.#callback);
  }

  close(): this {
    if (this.#event) this.#time.cancel(this.#event);
    this.#event = undefined;
    this.#isClosed = true;
    return this;
  }

  ref(): this {
    return this.#setRef(true);
  }

  unref(): this {
    return this.#setRef(false);
  }

  hasRef(): boolean {
    return this.#isRef;
  }

  #setRef(isRef: boolean): this {
    this.#isRef = isRef;
    if (this.#event) this.#event.isBackground = !isRef;
    return this;
  }
}

type Callback = (...args: unknown[]) => void;

function createTimers(time: VirtualTime, here: () => Machine): Record<string, unknown> {
  const start =
    (isRepeating: boolean) =>
    (callback: Callback, delayMs = 1, ...args: unknown[]) =>
      new VirtualTimeout(time, here(), toNodeDelay(delayMs), isRepeating, () =>
        callback(...args),
      );
  const stop = (timer: unknown) => {
    if (timer instanceof VirtualTimeout) timer.close();
  };
  const setTimeout = Object.assign(start(false), {
    [promisify.custom]: (delayMs: number, value: unknown) =>
      new Promise((resolve) => start(false)(() => resolve(value), delayMs)),
  });
  return {
    setTimeout,
    setInterval: start(true),
    setImmediate: (callback: Callback, ...args: unknown[]) =>
      new VirtualTimeout(time, here(), 0, false, () => callback(...args)),
    clearTimeout: stop,
    clearInterval: stop,
    clearImmediate: stop,
  };
}

/** Source: Node's timers: a delay below 1 ms, above 2^31 - 1 ms or not a number means 1 ms. */
function toNodeDelay(delayMs: number): number {
  const delay = Number(delayMs);
  return delay >= 1 && delay <= 2 ** 31 - 1 ? Math.trunc(delay) : 1;
}

function createDate(clocks: () => MachineClocks): DateConstructor {
  return new Proxy(Date, {
    construct: (target, args, newTarget) =>
      Reflect.construct(
        target,
        args.length === 0 ? [clocks().wallMs()] : args,
        newTarget,
      ),
    apply: (target) => new target(clocks().wallMs()).toString(),
    get: (target, name, receiver) =>
      name === 'now'
        ? () => Math.floor(clocks().wallMs())
        : Reflect.get(target, name, receiver),
  });
}

function createHrtime(clocks: () => MachineClocks): NodeJS.HRTime {
  const nanoseconds = () => BigInt(Math.round(clocks().monotonicMs() * 1e6));
  const hrtime = (since?: [number, number]): [number, number] => {
    const before = since ? BigInt(since[0]) * 1_000_000_000n + BigInt(since[1]) : 0n;
    const passed = nanoseconds() - before;
    return [Number(passed / 1_000_000_000n), Number(passed % 1_000_000_000n)];
  };
  return Object.assign(hrtime, { bigint: nanoseconds });
}
