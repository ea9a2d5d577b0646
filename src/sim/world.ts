/**
 * One simulated world: a time, nodes with clocks of their own, and the network between them.
 * Ordinary code runs in it unchanged: its timers, its clocks and the addresses `sim:…` all
 * belong to the world. What `run` is given is the program of the node `client`; other nodes
 * boot programs of their own.
 *
 *     const world = new World({ seed: 1, faults: 'lose reply 3\ncrash server at 100' });
 *     world.addNode('server', { boot: () => startServer('sim:server') });
 *     await world.run(async () => { const client = await dial('sim:server'); … });
 *     console.log(drawSpaceTime(world.events));
 */
import { addNetwork } from '../rpc/index.ts';
import { MachineClocks } from './clocks.ts';
import type { Weather } from './conditions.ts';
import { EventLog, type SimEvent } from './events.ts';
import { createFates } from './fates.ts';
import { type Fault, type NodeFault, parseFaults } from './fault-script.ts';
import { withVirtualGlobals } from './globals.ts';
import { replaceModules } from './modules.ts';
import { SimulatedNetwork } from './network.ts';
import { type Boot, findCurrentLife, SimulatedNode } from './node.ts';
import { createRandom } from './random.ts';
import { VirtualTime } from './virtual-time.ts';

/** The globals are this process's: of several worlds only one may show its own. */
let isAnyRunning = false;

const clientName = 'client';

export interface WorldOptions extends Weather {
  /** The same seed and the same program give the same events. */
  readonly seed?: number;
  /** What dialling takes, in milliseconds. */
  readonly connectMs?: number;
  /** The clients' wall clock when the world begins, milliseconds since the epoch. */
  readonly wallMs?: number;
  readonly faults?: string | readonly Fault[];
}

export interface NodeOptions {
  /** Its wall clock minus the client's, when the world begins. */
  readonly offsetMs?: number;
  /** Of a million seconds, how many its clocks count too many. */
  readonly driftPpm?: number;
  /** Its program: called at once, and at every restart. */
  readonly boot?: Boot;
}

export class World {
  readonly time = new VirtualTime();
  readonly log = new EventLog(this.time);
  readonly network: SimulatedNetwork;
  /** The node of the program that `run` is given. */
  readonly client: SimulatedNode;
  readonly #nodes = new Map<string, SimulatedNode>();
  readonly #boots: (() => Promise<void>)[] = [];
  readonly #wallMs: number;
  /** Streams of their own, so that a program that draws changes neither fates nor machines. */
  readonly #programRandom: () => number;
  readonly #machineRandom: () => number;
  readonly #faultsLeft: Set<Fault>;
  #isRunning = false;

  constructor(options: WorldOptions = {}) {
    const {
      seed = 1,
      connectMs = 0,
      wallMs = Date.UTC(2024, 0, 1),
      faults = [],
    } = options;
    this.#programRandom = createRandom(seed);
    this.#machineRandom = createRandom(seed ^ 0x5eed);
    this.#wallMs = wallMs;
    const plan = typeof faults === 'string' ? parseFaults(faults) : faults;
    const carryOut = (fault: Fault) => this.#carryOut(fault);
    this.#faultsLeft = new Set(plan);
    this.network = new SimulatedNetwork(this.time, this.log, {
      connectMs,
      weather: options,
      decideFate: createFates(options, plan, createRandom(~seed), carryOut),
      random: createRandom(seed ^ 0xd1a1),
      findNode: (name) => this.node(name),
      home: clientName,
    });
    this.client = this.node(clientName);
    this.#plan(plan);
  }

  /** The client's clocks: what the globals show to the program that `run` is given. */
  get clocks(): MachineClocks {
    return this.client.clocks;
  }

  /** Everything that has happened so far. */
  get events(): readonly SimEvent[] {
    return this.log.events;
  }

  /** Faults whose moment has not come: a script that missed, when the program has ended. */
  get faultsLeft(): readonly Fault[] {
    return [...this.#faultsLeft];
  }

  /** Adds a machine. It boots at once where the world runs, otherwise when that begins. */
  addNode(name: string, options: NodeOptions = {}): SimulatedNode {
    if (this.#nodes.has(name)) throw new Error(`there is a node ${name} already`);
    const node = this.#createNode(name, options);
    const { boot } = options;
    if (boot && this.#isRunning) this.#boot(node.start(boot));
    else if (boot) this.#boots.push(() => node.start(boot));
    return node;
  }

  /** The node of that name; one that nobody has added has a clock like the client's. */
  node(name: string): SimulatedNode {
    return this.#nodes.get(name) ?? this.#createNode(name, {});
  }

  /** Ends the program of a node as SIGKILL does. */
  crash(name: string): void {
    if (name === clientName)
      throw new Error(`crash ${name}: the world's own program runs there`);
    this.node(name).crash();
  }

  /** Boots it again, if it has crashed. */
  restart(name: string): void {
    this.#boot(this.node(name).restart());
  }

  /** Boots the nodes, then runs `program` to its end. Rejects as VirtualTime.run does. */
  async run<T>(program: () => Promise<T>): Promise<T> {
    if (isAnyRunning)
      throw new Error('another world is running: there is one Date for all');
    isAnyRunning = true;
    replaceModules(() => isAnyRunning);
    addNetwork('sim', this.network);
    const here = () => findCurrentLife() ?? this.client.life;
    try {
      return await withVirtualGlobals(this.time, here, this.#programRandom, () =>
        this.time.run(async () => {
          this.#isRunning = true;
          for (const boot of this.#boots.splice(0)) await boot();
          return program();
        }),
      );
    } finally {
      isAnyRunning = false;
      this.#isRunning = false;
    }
  }

  #createNode(name: string, { offsetMs = 0, driftPpm = 0 }: NodeOptions): SimulatedNode {
    const wallMs = this.#wallMs + offsetMs;
    const bootedMs = Math.floor(this.#machineRandom() * 1e7);
    const clocks = new MachineClocks(this.time, wallMs, bootedMs, driftPpm);
    const node = new SimulatedNode(name, clocks, this.time, this.log);
    this.#nodes.set(name, node);
    return node;
  }

  /** What waits for a time is planned now; what waits for a message, its fates will trigger. */
  #plan(faults: readonly Fault[]): void {
    for (const fault of faults) {
      if ('when' in fault && 'atMs' in fault.when) {
        this.time.schedule(fault.when.atMs, () => this.#carryOut(fault));
      }
    }
  }

  #carryOut(fault: Fault): void {
    this.#faultsLeft.delete(fault);
    if ('when' in fault) this.#befall(fault);
  }

  #befall(fault: NodeFault): void {
    switch (fault.type) {
      case 'partition':
        this.network.partition(fault.groups);
        break;
      case 'heal':
        this.network.heal();
        break;
      case 'disconnect':
      case 'reconnect':
        this.network[fault.type](fault.node);
        break;
      case 'step':
        this.node(fault.node).stepClock(fault.byMs);
        break;
      case 'crash':
      case 'restart':
        this[fault.type](fault.node);
    }
  }

  /** A program that cannot boot ends the world, with its error. */
  #boot(booted: Promise<void>): void {
    booted.catch((error) => {
      this.time.schedule(0, () => {
        throw error;
      });
    });
  }
}
