/**
 * The router: decides which process gets which message and when, and what the loss of a process
 * costs. A pure state machine, `step(state, event)` -> decisions: no I/O, no clock, no
 * randomness, no promise. The pool drives it with processes, the tests with literal events.
 *
 * Its promise, with the log: every message is applied once, in the order of its id, in one
 * process; a query comes after the messages that were sent before it.
 */
import { handOver } from './batches.ts';
import {
  LogFullError,
  MachineLimitError,
  nameShard,
  PoolClosedError,
  PoolFailedError,
  QueueFullError,
  type ShardsError,
  UnknownIdError,
} from './errors.ts';
import type { Decision, RouterEvent } from './events.ts';
import { giveUp, loseShard, rebuildShard } from './losses.ts';
import { arrive, endResizing, resize, stay } from './moves.ts';
import {
  destinationOf,
  type Item,
  isFull,
  type Machine,
  type Message,
  queueOf,
  type RouterState,
  type ShardQueue,
  truncate,
} from './router-state.ts';

const nothing: readonly Decision[] = [];

/** Tells the state what happened; returns what to do about it, in order. */
export function step(state: RouterState, event: RouterEvent): readonly Decision[] {
  if (state.phase === 'failed') return refuseForEver(state, event);
  // What has left has nothing to say any more.
  if ('shard' in event && !state.shards.has(event.shard)) return nothing;
  switch (event.type) {
    case 'send':
      return send(state, event.id, event.text);
    case 'query':
      return ask(state, event.id, event.query);
    case 'flush':
      return handOver(state);
    case 'shard-ready':
      state.canRestore = event.canRestore;
      return finish(state, rebuildShard(state, queueOf(state, event.shard)));
    case 'batch-applied':
      return finish(state, acknowledge(state, event));
    case 'machine-taken':
      return finish(state, arrive(state, event.id, event.snapshot));
    case 'take-failed':
      return finish(state, stay(state, event.id, event.why));
    case 'shard-lost':
      return finish(state, loseShard(state, event.shard, event.why));
    case 'shard-refused':
      return giveUp(state, event.why);
    case 'resize':
      return finish(state, resize(state, event.shards));
    case 'stop-sending':
      state.phase = 'closed';
      return finish(state, []);
  }
}

function send(state: RouterState, id: string, text: string): readonly Decision[] {
  if (state.phase === 'closed') return refuse(new PoolClosedError('sending has stopped'));
  const known = state.machines.get(id);
  const shard = known
    ? destinationOf(state, known)
    : queueOf(state, state.routing.shardOf(id));
  const { hasLog, maxMachines, maxWaiting, maxLogLength } = state.options;
  if (!known && shard.machines >= maxMachines) {
    const limit = `${nameShard(shard.shard)} has ${maxMachines} machines, and may have no more`;
    return refuse(
      new MachineLimitError(`${limit}; the message for ${JSON.stringify(id)} is refused`),
    );
  }
  if (shard.waiting.length >= maxWaiting)
    return refuse(new QueueFullError(tellFull(shard)));
  if (hasLog && state.logLength + text.length > maxLogLength)
    return refuse(new LogFullError(tellLogFull(state)));
  const mustWait = isFull(state, shard);
  const machine = known ?? addMachine(state, id, shard);
  const message: Message = { type: 'message', machine, seq: ++machine.lastSeq, text };
  if (hasLog) {
    machine.log.push(message);
    state.logLength += text.length;
  }
  enqueue(state, machine, message);
  shard.unapplied++;
  shard.unappliedLength += text.length;
  state.unapplied++;
  if (!mustWait) return nothing;
  const ticket = state.nextTicket++;
  shard.waiting.push(ticket);
  return [{ type: 'wait', ticket }];
}

function addMachine(state: RouterState, id: string, { shard }: ShardQueue): Machine {
  const machine: Machine = {
    id,
    shard,
    lastSeq: 0,
    sentSeq: 0,
    appliedSeq: 0,
    baseSeq: 0,
    snapshot: undefined,
    log: [],
    move: undefined,
  };
  state.machines.set(id, machine);
  queueOf(state, shard).machines++;
  return machine;
}

function enqueue(state: RouterState, machine: Machine, item: Item): void {
  if (machine.move) machine.move.held.push(item);
  else queueOf(state, machine.shard).queue.push(item);
}

function ask(state: RouterState, id: string, query: number): readonly Decision[] {
  const machine = state.machines.get(id);
  if (!machine) return refuse(new UnknownIdError(id));
  const shard = destinationOf(state, machine);
  if (shard.queries >= state.options.maxQueries) {
    return refuse(
      new QueueFullError(`${shard.queries} queries wait for ${nameShard(shard.shard)}`),
    );
  }
  shard.queries++;
  enqueue(state, machine, { type: 'query', query, machine });
  return nothing;
}

/** Ticks the messages of a batch off; those that were applied before do not count again. */
function acknowledge(
  state: RouterState,
  { shard: index, batch, failures, snapshots }: RouterEvent & { type: 'batch-applied' },
): Decision[] {
  const shard = queueOf(state, index);
  shard.inFlight.shift();
  const decisions: Decision[] = [];
  const whys = new Map(failures.map(({ id, seq, why }) => [`${seq} ${id}`, why]));
  for (const item of batch) {
    if (item.type !== 'message' || item.seq <= item.machine.appliedSeq) continue;
    item.machine.appliedSeq = item.seq;
    shard.unapplied--;
    shard.applied++;
    shard.unappliedLength -= item.text.length;
    state.unapplied--;
    shard.fruitlessLosses = 0;
    const why = whys.size > 0 ? whys.get(`${item.seq} ${item.machine.id}`) : undefined;
    if (why === undefined) continue;
    decisions.push({ type: 'message-failed', shard: index, message: item, why });
  }
  if (state.options.hasLog) for (const snapshot of snapshots) truncate(state, snapshot);
  return decisions;
}

/** Whoever can go on goes on; what has come to its end says so. */
function finish(state: RouterState, decisions: Decision[]): Decision[] {
  if ((state.phase as string) === 'failed') return decisions;
  for (const shard of state.shards.values()) {
    while (shard.waiting.length > 0 && !isFull(state, shard))
      decisions.push({ type: 'go-on', ticket: shard.waiting.shift() as number });
  }
  decisions.push(...endResizing(state));
  if (state.unapplied === 0 && !state.resizing) decisions.push({ type: 'idle' });
  return decisions;
}

function refuseForEver(state: RouterState, { type }: RouterEvent): readonly Decision[] {
  const isAsked = type === 'send' || type === 'query' || type === 'resize';
  return isAsked ? refuse(new PoolFailedError(state.failure)) : nothing;
}

function refuse(error: ShardsError): Decision[] {
  return [{ type: 'refuse', error }];
}

function tellFull({ shard, waiting, unapplied }: ShardQueue): string {
  return (
    `${unapplied} messages wait for ${nameShard(shard)}, and ${waiting.length} senders do not ` +
    'wait with them: await what send returns'
  );
}

function tellLogFull({ logLength, canRestore }: RouterState): string {
  const why = canRestore
    ? 'take snapshots more often'
    : 'give the class a method setState(state), so that snapshots can shorten it';
  return `the log holds ${logLength} characters, and may hold no more: ${why}`;
}
