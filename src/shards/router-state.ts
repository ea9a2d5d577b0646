/**
 * What a router knows: of each machine where it lives and what it has had, and of each shard
 * what waits for it. Only the router's own files change it.
 */
import { Fifo } from './fifo.ts';
import { createRouting, type Routing, type RoutingName } from './ring.ts';
import type { Snapshot } from './wire.ts';

export interface RouterOptions {
  readonly shards: number;
  readonly routing: Exclude<RoutingName, 'round-robin'>;
  /** True: messages are kept until a snapshot has them, so that no process matters. */
  readonly hasLog: boolean;
  /** Machines in one process. */
  readonly maxMachines: number;
  /** Messages sent to a shard and not applied yet, from which on senders wait. */
  readonly maxQueued: number;
  /** The same in characters. */
  readonly maxQueuedLength: number;
  /** Senders that may wait at a shard; more of them do not await what `send` returns. */
  readonly maxWaiting: number;
  /** Queries in the queue of a shard. */
  readonly maxQueries: number;
  /** Messages and characters in one batch; one message may be longer. */
  readonly maxBatch: number;
  readonly maxBatchLength: number;
  /** Batches that a shard has and has not applied. */
  readonly maxInFlight: number;
  /** Characters of all messages in the log. */
  readonly maxLogLength: number;
  /** Losses of one shard, one after the other without a new message applied: then we give up. */
  readonly maxFruitlessLosses: number;
}

export const defaultRouterOptions: Omit<RouterOptions, 'shards'> = {
  routing: 'hash',
  hasLog: true,
  maxMachines: 100_000,
  maxQueued: 4096,
  maxQueuedLength: 64 * 1024 * 1024,
  maxWaiting: 4096,
  maxQueries: 10_000,
  maxBatch: 512,
  maxBatchLength: 256 * 1024,
  maxInFlight: 2,
  maxLogLength: 512 * 1024 * 1024,
  maxFruitlessLosses: 5,
};

export interface Message {
  readonly type: 'message';
  readonly machine: Machine;
  /** Numbers the messages of one machine from 1, without a gap. */
  readonly seq: number;
  /** JSON. */
  readonly text: string;
}

/** What waits for a shard, in order. */
export type Item =
  | Message
  | { readonly type: 'query'; readonly query: number; readonly machine: Machine }
  /** Undefined: it begins anew after message number `seq`. */
  | {
      readonly type: 'install';
      readonly machine: Machine;
      readonly seq: number;
      readonly state: string | undefined;
    }
  | { readonly type: 'take'; readonly machine: Machine }
  | { readonly type: 'drop'; readonly machine: Machine };

/** What one batch may hold. */
export type BatchItem = Exclude<Item, { type: 'query' | 'take' }>;

export interface Machine {
  readonly id: string;
  /** The shard that has it; while it moves, the one that it leaves. */
  shard: number;
  /** Of the newest message; of the newest that a shard was given; of the newest applied. */
  lastSeq: number;
  sentSeq: number;
  appliedSeq: number;
  /** Up to here its messages are in the snapshot, or gone. */
  baseSeq: number;
  /** JSON; undefined: nothing is known but the log. */
  snapshot: string | undefined;
  /** The messages after `baseSeq`, if there is a log. */
  log: Message[];
  move: Move | undefined;
}

/** What is sent to a machine on its way waits here. */
export interface Move {
  readonly to: number;
  readonly held: Item[];
  /** Whether its shard has been asked for the state. */
  isAsked: boolean;
}

export interface ShardQueue {
  readonly shard: number;
  isReady: boolean;
  /** A process has been given something, so that one after it must be given it again. */
  wasReady: boolean;
  /** No machine stays there; when the last one has left, it ends. */
  isLeaving: boolean;
  /** What the process before this one had been given, once more; before all else. */
  readonly replay: Fifo<Item>;
  readonly queue: Fifo<Item>;
  /** What the process has been given and has not answered, the oldest first. */
  inFlight: (readonly BatchItem[])[];
  /** Messages, first sent and not applied yet, and their characters. */
  unapplied: number;
  unappliedLength: number;
  queries: number;
  /** Messages, since it is there. */
  applied: number;
  /** Senders that wait for room, by ticket. */
  readonly waiting: Fifo<number>;
  /** Machines that live there, or are on their way there. */
  machines: number;
  fruitlessLosses: number;
}

export interface RouterState {
  readonly options: RouterOptions;
  readonly shards: Map<number, ShardQueue>;
  readonly machines: Map<string, Machine>;
  routing: Routing;
  phase: 'open' | 'closed' | 'failed';
  /** Why it has given up. */
  failure: string | undefined;
  canRestore: boolean;
  unapplied: number;
  logLength: number;
  nextTicket: number;
  resizing: Resizing | undefined;
}

export interface Resizing {
  readonly shards: number;
  /** Machines that have not arrived. */
  left: number;
  moved: number;
  failure: string | undefined;
}

/** A router before its shards are ready. */
export function createRouterState(
  options: Partial<RouterOptions> & { shards: number },
): RouterState {
  const all = { ...defaultRouterOptions, ...options };
  const state: RouterState = {
    options: all,
    shards: new Map(),
    machines: new Map(),
    routing: createRouting(all.routing, all.shards),
    phase: 'open',
    failure: undefined,
    canRestore: true,
    unapplied: 0,
    logLength: 0,
    nextTicket: 0,
    resizing: undefined,
  };
  for (let shard = 0; shard < all.shards; shard++) addShard(state, shard);
  return state;
}

export function addShard(state: RouterState, shard: number): void {
  state.shards.set(shard, {
    shard,
    isReady: false,
    wasReady: false,
    isLeaving: false,
    replay: new Fifo(),
    queue: new Fifo(),
    inFlight: [],
    unapplied: 0,
    unappliedLength: 0,
    queries: 0,
    applied: 0,
    waiting: new Fifo(),
    machines: 0,
    fruitlessLosses: 0,
  });
}

/** Where what is sent to the machine from now on will be. */
export function destinationOf(state: RouterState, machine: Machine): ShardQueue {
  return queueOf(state, machine.move?.to ?? machine.shard);
}

export function queueOf(state: RouterState, shard: number): ShardQueue {
  const found = state.shards.get(shard);
  if (!found) throw new Error(`there is no shard ${shard}`);
  return found;
}

/** What a snapshot has, the log need not have. */
export function truncate(state: RouterState, snapshot: Snapshot): void {
  const machine = state.machines.get(snapshot.id);
  if (!machine || snapshot.seq < machine.baseSeq) return;
  const covered = machine.log.splice(0, snapshot.seq - machine.baseSeq);
  for (const { text } of covered) state.logLength -= text.length;
  machine.baseSeq = snapshot.seq;
  machine.snapshot = snapshot.state;
}

/** Whether senders to this shard must wait. */
export function isFull(state: RouterState, shard: ShardQueue): boolean {
  const { maxQueued, maxQueuedLength } = state.options;
  const queued = shard.unapplied - shard.waiting.length;
  return queued >= maxQueued || shard.unappliedLength >= maxQueuedLength;
}
