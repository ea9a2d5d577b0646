/**
 * What the loss of a process costs. With the log: time, for its machines are rebuilt in another
 * one. Without: what the process had been given; that is said, and the machines begin anew.
 */
import { nameShard } from './errors.ts';
import type { Decision, LostMachine } from './events.ts';
import {
  type Item,
  type Machine,
  queueOf,
  type RouterState,
  type ShardQueue,
} from './router-state.ts';

/** The process is gone, and with it what it had not answered. */
export function loseShard(state: RouterState, index: number, why: string): Decision[] {
  const shard = queueOf(state, index);
  const decisions: Decision[] = [{ type: 'lost', shard: index, why }];
  const wasIdle = shard.isReady && shard.inFlight.length === 0;
  shard.fruitlessLosses = wasIdle ? 0 : shard.fruitlessLosses + 1;
  shard.isReady = false;
  shard.replay.clear();
  for (const machine of listMachines(state, index)) {
    if (!machine.move?.isAsked) continue;
    machine.move.isAsked = false;
    shard.queue.push({ type: 'take', machine });
  }
  if (!state.options.hasLog) decisions.push(...forget(state, shard));
  shard.inFlight = [];
  if (shard.fruitlessLosses > state.options.maxFruitlessLosses) {
    const times = `${shard.fruitlessLosses} times, and no new message was applied meanwhile`;
    decisions.push(...giveUp(state, `${nameShard(index)} was lost ${times}: ${why}`));
  } else if (!shard.isLeaving || shard.machines > 0) {
    decisions.push({ type: 'start-shard', shard: index });
  }
  return decisions;
}

/** Nothing more can be done; every call from now on is refused with these words. */
export function giveUp(state: RouterState, why: string): Decision[] {
  state.phase = 'failed';
  state.failure = why;
  return [{ type: 'give-up', why }];
}

/** A new process gets all that the one before it was given, then what waits. */
export function rebuildShard(state: RouterState, shard: ShardQueue): Decision[] {
  const isFirst = !shard.wasReady;
  shard.isReady = true;
  shard.wasReady = true;
  if (isFirst) return [];
  const counts = { machines: 0, messages: 0 };
  for (const machine of listMachines(state, shard.shard)) {
    if (machine.sentSeq === 0) continue;
    const items = rebuildMachine(machine);
    counts.machines++;
    counts.messages += items.length - 1;
    for (const item of items) shard.replay.push(item);
  }
  if (counts.machines === 0) return [];
  return [{ type: 'rebuild', shard: shard.shard, ...counts }];
}

/** A machine as it was after the last message that any shard was given. */
export function rebuildMachine(machine: Machine): Item[] {
  const { baseSeq: seq, snapshot: state, sentSeq, log } = machine;
  const sent = log.filter((message) => message.seq <= sentSeq);
  return [{ type: 'install', machine, seq, state }, ...sent];
}

/** Without a log, what the process was given is gone. What was not, waits still. */
function forget(state: RouterState, shard: ShardQueue): Decision[] {
  for (const item of shard.inFlight.flat()) {
    if (item.type !== 'message') continue;
    shard.unapplied--;
    shard.unappliedLength -= item.text.length;
    state.unapplied--;
  }
  const waiting = [...shard.queue].filter(({ type }) => type === 'install');
  const arriving = new Set(waiting.map(({ machine }) => machine));
  const machines: LostMachine[] = [];
  for (const machine of listMachines(state, shard.shard)) {
    const messages = machine.sentSeq - machine.baseSeq;
    if (messages === 0 || arriving.has(machine)) continue;
    machine.appliedSeq = machine.sentSeq;
    machine.baseSeq = machine.sentSeq;
    machines.push({ id: machine.id, messages });
  }
  if (machines.length === 0) return [];
  return [{ type: 'messages-lost', shard: shard.shard, machines }];
}

function listMachines(state: RouterState, shard: number): Machine[] {
  return [...state.machines.values()].filter((machine) => machine.shard === shard);
}
