/**
 * A network in virtual time, between the nodes of a simulated world. The same Client and Server
 * run over it as over TCP: an address `sim:server` or `sim:server:80` leads to the node
 * `server` once the network has been added. What chance and fault scripts do to messages is
 * decided elsewhere; here are dialling, listening, and who can reach whom.
 */
import type { Listener, Network, Transport } from '../rpc/index.ts';
import { NetworkError } from '../rpc/index.ts';
import type { Weather } from './conditions.ts';
import { connect, type Medium } from './connection.ts';
import { type Delay, toDelay } from './delays.ts';
import type { Direction, EventLog } from './events.ts';
import type { DecideFate } from './fates.ts';
import { labelFrame } from './labels.ts';
import { findCurrentLife, type Life, type SimulatedNode } from './node.ts';
import { Reachability } from './reachability.ts';
import type { VirtualTime } from './virtual-time.ts';

interface Bound {
  readonly life: Life;
  readonly accept: (transport: Transport) => void;
}

export interface NetworkOptions {
  /** What `dial` takes before the first message can be sent, in milliseconds. */
  readonly connectMs: number;
  readonly weather: Weather;
  readonly decideFate: DecideFate;
  /** For what dialling takes where no way leads. */
  readonly random: () => number;
  /** The node of that name, made where there is none yet. */
  readonly findNode: (name: string) => SimulatedNode;
  /** Where code runs that belongs to no node. */
  readonly home: string;
}

export class SimulatedNetwork implements Network, Medium {
  readonly time: VirtualTime;
  readonly log: EventLog;
  readonly isFifo: boolean;
  readonly decideFate: DecideFate;
  readonly describe = labelFrame;
  readonly #options: NetworkOptions;
  readonly #unreachableMs: Delay;
  readonly #reachability = new Reachability();
  readonly #bound = new Map<string, Bound>();
  readonly #sent: Record<Direction, number> = { request: 0, reply: 0 };
  #dialled = 0;
  #open = 0;

  constructor(time: VirtualTime, log: EventLog, options: NetworkOptions) {
    this.time = time;
    this.log = log;
    this.isFifo = options.weather.isFifo ?? true;
    this.decideFate = options.decideFate;
    this.#options = options;
    this.#unreachableMs = toDelay(options.weather.unreachableMs ?? 3000);
  }

  /** Connections that were dialled and not closed by their client. */
  get openConnections(): number {
    return this.#open;
  }

  /** Messages that clients have sent so far. */
  get requestsSent(): number {
    return this.#sent.request;
  }

  /** The node is named by the address. A program may listen on its own node only. */
  async listen(
    address: string,
    accept: (transport: Transport) => void,
  ): Promise<Listener> {
    const node = this.#options.findNode(nodeOf(address));
    const life = findCurrentLife() ?? node.life;
    if (life.node !== node) {
      const why = `address not available on ${life.node.name}`;
      throw new NetworkError(`listen ${address}: ${why}`, 'EADDRNOTAVAIL');
    }
    if (this.#bound.has(address)) {
      throw new NetworkError(`listen ${address}: address already in use`, 'EADDRINUSE');
    }
    const bound = { life, accept };
    if (life.isOver) return { address, close: async () => {} };
    this.#bound.set(address, bound);
    const release = () => {
      if (this.#bound.get(address) === bound) this.#bound.delete(address);
    };
    life.onceOver(release);
    return { address, close: async () => release() };
  }

  /** Sets out from the node whose program calls. Rejects with a NetworkError. */
  async dial(address: string): Promise<Transport> {
    const life = findCurrentLife() ?? this.#options.findNode(this.#options.home).life;
    const [from, to] = [life.node.name, nodeOf(address)];
    await this.#pass(this.#options.connectMs, life);
    if (!this.canReach(from, to)) {
      await this.#pass(this.#unreachableMs(this.#dialled++, this.#options.random), life);
      throw this.#refuse(from, address, 'no answer', 'ETIMEDOUT');
    }
    const bound = this.#bound.get(address);
    if (!bound) throw this.#refuse(from, address, 'connection refused', 'ECONNREFUSED');
    this.log.add({ type: 'dialled', from, to });
    const [client, server] = connect(this, life, bound.life);
    this.#open++;
    client.onceClosed(() => this.#open--);
    bound.life.run(() => bound.accept(server));
    return client;
  }

  canReach(from: string, to: string): boolean {
    return this.#reachability.canReach(from, to);
  }

  count(direction: Direction): number {
    return ++this.#sent[direction];
  }

  /** Nodes of different groups lose each other's messages, without a word, until `heal`. */
  partition(groups: readonly (readonly string[])[]): void {
    this.#reachability.partition(groups);
    this.log.add({ type: 'partitioned', groups });
  }

  heal(): void {
    this.#reachability.heal();
    this.log.add({ type: 'healed' });
  }

  /** Pulls the cable of a node: its messages are lost, in both directions. */
  disconnect(node: string): void {
    this.#reachability.disconnect(node);
    this.log.add({ type: 'disconnected', node });
  }

  reconnect(node: string): void {
    this.#reachability.reconnect(node);
    this.log.add({ type: 'reconnected', node });
  }

  /** Never resolves for a program that has crashed meanwhile. */
  #pass(delayMs: number, life: Life): Promise<void> {
    return new Promise((resolve) => this.time.schedule(delayMs, resolve, life));
  }

  #refuse(from: string, address: string, why: string, code: string): NetworkError {
    this.log.add({ type: 'refused', from, to: nodeOf(address), why });
    return new NetworkError(`dial ${address}: ${why}`, code);
  }
}

/** `sim:server` and `sim:server:80` are addresses of `server`. */
function nodeOf(address: string): string {
  return address.split(':')[1] ?? '';
}
