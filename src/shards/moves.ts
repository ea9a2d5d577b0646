/**
 * Another number of processes: the machines whose process is another one by the new rule move,
 * and no other. What is sent to a machine on its way is held, so its order stays: its old shard
 * does what it was given, gives the state away, and the new one goes on from there.
 */
import { MachineLimitError, nameShard, PoolClosedError, ResizeError } from './errors.ts';
import type { Decision } from './events.ts';
import { rebuildMachine } from './losses.ts';
import { createRouting } from './ring.ts';
import {
  addShard,
  type Machine,
  queueOf,
  type RouterState,
  truncate,
} from './router-state.ts';
import type { Snapshot } from './wire.ts';

/** Begins to move; `resized` tells of the end. Refused, it changes nothing. */
export function resize(state: RouterState, shards: number): Decision[] {
  const { hasLog, routing: name, maxMachines } = state.options;
  const why = explainRefusal(state, hasLog);
  if (why) return [{ type: 'refuse', error: why }];
  const routing = createRouting(name, shards);
  const machines = [...state.machines.values()];
  const goals = new Map(
    machines.map((machine) => [machine, routing.shardOf(machine.id)]),
  );
  const counts = new Map<number, number>();
  for (const to of goals.values()) counts.set(to, (counts.get(to) ?? 0) + 1);
  for (const [to, count] of counts) {
    if (count <= maxMachines) continue;
    const limit = `${nameShard(to)} would have ${count} machines, and may have ${maxMachines}`;
    return [{ type: 'refuse', error: new MachineLimitError(limit) }];
  }
  state.routing = routing;
  const decisions: Decision[] = [];
  for (let shard = 0; shard < shards; shard++) {
    if (state.shards.has(shard)) continue;
    addShard(state, shard);
    decisions.push({ type: 'start-shard', shard });
  }
  for (const shard of state.shards.values()) shard.isLeaving = shard.shard >= shards;
  const movers = machines.filter((machine) => goals.get(machine) !== machine.shard);
  for (const machine of movers) depart(state, machine, goals.get(machine) as number);
  state.resizing = { shards, left: movers.length, moved: 0, failure: undefined };
  return decisions;
}

function explainRefusal(state: RouterState, hasLog: boolean) {
  if (state.phase === 'closed') return new PoolClosedError('the pool is closing');
  if (state.resizing) return new ResizeError('machines are still moving: wait for that');
  if (hasLog || state.canRestore) return undefined;
  return new ResizeError(
    'machines cannot move: without a log their class needs a method setState(state)',
  );
}

function depart(state: RouterState, machine: Machine, to: number): void {
  machine.move = { to, held: [], isAsked: false };
  queueOf(state, to).machines++;
  queueOf(state, machine.shard).queue.push({ type: 'take', machine });
}

/** Its state has come; without one it is made again from all its messages. */
export function arrive(
  state: RouterState,
  id: string,
  snapshot: Snapshot | undefined,
): Decision[] {
  const machine = state.machines.get(id);
  if (!machine?.move) return [];
  const { to, held } = machine.move;
  const from = queueOf(state, machine.shard);
  from.queue.push({ type: 'drop', machine });
  from.machines--;
  machine.shard = to;
  machine.move = undefined;
  const { queue } = queueOf(state, to);
  if (snapshot && !state.options.hasLog)
    queue.push({ type: 'install', machine, ...snapshot });
  else {
    if (snapshot) truncate(state, snapshot);
    for (const item of rebuildMachine(machine)) queue.push(item);
  }
  for (const item of held) queue.push(item);
  if (state.resizing) {
    state.resizing.left--;
    state.resizing.moved++;
  }
  return [{ type: 'moved', id, from: from.shard, to }];
}

/** It cannot be moved, so it stays, and gets there what was held. */
export function stay(state: RouterState, id: string, why: string): Decision[] {
  const machine = state.machines.get(id);
  if (!machine?.move) return [];
  const { to, held } = machine.move;
  machine.move = undefined;
  const [from, goal] = [queueOf(state, machine.shard), queueOf(state, to)];
  goal.machines--;
  for (const item of held) {
    from.queue.push(item);
    const length = item.type === 'message' ? item.text.length : 0;
    const kind = item.type === 'message' ? 'unapplied' : 'queries';
    goal[kind]--;
    from[kind]++;
    goal.unappliedLength -= length;
    from.unappliedLength += length;
  }
  if (state.resizing) {
    state.resizing.left--;
    state.resizing.failure ??= `${JSON.stringify(id)} cannot be moved: ${why}`;
  }
  return [];
}

/** When all have left and new shards are there, shards without machines end. */
export function endResizing(state: RouterState): Decision[] {
  if (!state.resizing || state.resizing.left > 0) return [];
  const { shards, moved, failure } = state.resizing;
  for (const { isLeaving, isReady } of state.shards.values()) {
    if (!isLeaving && !isReady) return [];
  }
  state.resizing = undefined;
  const decisions: Decision[] = [];
  for (const shard of [...state.shards.values()]) {
    if (!shard.isLeaving) continue;
    shard.isLeaving = false;
    if (shard.machines > 0) continue;
    state.shards.delete(shard.shard);
    decisions.push({ type: 'stop-shard', shard: shard.shard });
  }
  const error = failure === undefined ? undefined : new ResizeError(failure);
  decisions.push({ type: 'resized', shards, moved, ...(error && { error }) });
  return decisions;
}
