/**
 * One simulated world: a time, a network and a client's machine. Ordinary code runs in it
 * unchanged: its timers, its clocks and the addresses `sim:…` all belong to the world.
 */
import { addNetwork } from '../rpc/index.ts';
import { MachineClocks } from './clocks.ts';
import { withVirtualGlobals } from './globals.ts';
import { type DelayScript, SimulatedNetwork } from './network.ts';
import { createRandom } from './random.ts';
import { VirtualTime } from './virtual-time.ts';

/** The globals are this process's: of several worlds only one may show its own. */
let isAnyRunning = false;

export interface WorldOptions {
  readonly delayMs: DelayScript;
  /** What dialling takes, in milliseconds. */
  readonly connectMs: number;
  /** The client's wall clock when the world begins, milliseconds since the epoch. */
  readonly wallMs: number;
  readonly seed: number;
}

export class World {
  readonly time = new VirtualTime();
  readonly network: SimulatedNetwork;
  /** The client's clocks: what its globals show. */
  readonly clocks: MachineClocks;
  readonly #random: () => number;

  constructor({ delayMs, connectMs, wallMs, seed }: WorldOptions) {
    this.network = new SimulatedNetwork(this.time, delayMs, connectMs);
    this.#random = createRandom(seed);
    this.clocks = new MachineClocks(this.time, wallMs, Math.floor(this.#random() * 1e7));
  }

  /** Runs `program` in this world to its end. Rejects as VirtualTime.run does. */
  async run<T>(program: () => Promise<T>): Promise<T> {
    if (isAnyRunning)
      throw new Error('another world is running: there is one Date for all');
    isAnyRunning = true;
    const machine = { clocks: this.clocks, run: (body: () => void) => body() };
    addNetwork('sim', this.network);
    try {
      return await withVirtualGlobals(
        this.time,
        () => machine,
        this.#random,
        () => this.time.run(program),
      );
    } finally {
      isAnyRunning = false;
    }
  }
}
