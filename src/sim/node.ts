/**
 * A machine of the simulated world: its clocks, its disk, and the program that lives on it from
 * boot to crash. While its program runs, the globals show this machine's clocks, and `dial`
 * sets out from here.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { MachineClocks } from './clocks.ts';
import type { EventLog } from './events.ts';
import type { Machine } from './globals.ts';
import type { VirtualTime } from './virtual-time.ts';

/** One life of a node's program. What belongs to it ends with it. */
export class Life implements Machine {
  readonly node: SimulatedNode;
  readonly #endings = new Set<() => void>();
  isOver = false;

  constructor(node: SimulatedNode) {
    this.node = node;
  }

  get name(): string {
    return this.node.name;
  }

  get clocks(): MachineClocks {
    return this.node.clocks;
  }

  /** Calls `body` as this program; what it starts, and all that follows, runs as it too. */
  run<T>(body: () => T): T {
    return currentLife.run(this, body);
  }

  /** Calls `ending` when the program crashes. Returns a function that takes it back. */
  onceOver(ending: () => void): () => void {
    this.#endings.add(ending);
    return () => void this.#endings.delete(ending);
  }

  end(): void {
    this.isOver = true;
    for (const ending of this.#endings) ending();
  }
}

const currentLife = new AsyncLocalStorage<Life>();

/** The life whose code is running; undefined in the world's own program. */
export function findCurrentLife(): Life | undefined {
  return currentLife.getStore();
}

/** A node's program. Its variables live until the crash, what it writes to `disk` beyond. */
export type Boot = (node: SimulatedNode) => unknown;

export class SimulatedNode {
  readonly name: string;
  /** They go on while the node is down. */
  readonly clocks: MachineClocks;
  /** Survives crashes. Text, so that nothing in memory survives by reference. */
  readonly disk = new Map<string, string>();
  readonly #time: VirtualTime;
  readonly #log: EventLog;
  #boot: Boot | undefined;
  #life = new Life(this);

  constructor(name: string, clocks: MachineClocks, time: VirtualTime, log: EventLog) {
    this.name = name;
    this.clocks = clocks;
    this.#time = time;
    this.#log = log;
  }

  get life(): Life {
    return this.#life;
  }

  /** Starts `boot` here, now and at every restart; resolves when it has. */
  async start(boot: Boot): Promise<void> {
    this.#boot = boot;
    await this.run(() => boot(this));
  }

  /** Calls `program` on this machine; its timers, clocks and calls are this machine's. */
  run<T>(program: () => T): T {
    return this.#life.run(program);
  }

  /** What this machine's wall clock says, in milliseconds since the epoch. */
  now(): number {
    return this.clocks.wallMs();
  }

  /** Writes what this machine's program has to say into the event log. */
  note(text: string): void {
    this.#log.add({ type: 'noted', node: this.name, text });
  }

  /** Moves the wall clock; the monotonic one knows nothing of it. */
  stepClock(byMs: number): void {
    this.clocks.stepWall(byMs);
    this.#log.add({ type: 'stepped', node: this.name, byMs });
  }

  /**
   * Ends the program as SIGKILL does: its timers never fire, it listens no more, its peers get
   * a reset. Does nothing when it is down.
   *
   * Simplification: a promise that waits for neither timer nor network still goes on.
   */
  crash(): void {
    if (this.#life.isOver) return;
    this.#log.add({ type: 'crashed', node: this.name });
    this.#time.silence(this.#life);
    this.#life.end();
  }

  /** Boots a program that has crashed; resolves when its boot function has. */
  async restart(): Promise<void> {
    if (!this.#life.isOver) return;
    if (!this.#boot) {
      throw new Error(`restart ${this.name}: addNode was given no program to boot`);
    }
    this.#log.add({ type: 'restarted', node: this.name });
    this.#life = new Life(this);
    await this.start(this.#boot);
  }
}
