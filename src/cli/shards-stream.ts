/**
 * The messages of `npm run shards`, each a function of its number, so that they can be sent
 * twice: to the pool, and to one process alone, whose states are the right ones.
 */
import { pathToFileURL } from 'node:url';
import { ShardLostError } from '../shards/errors.ts';
import { hashKey } from '../shards/hash.ts';
import { findMachineClass, type MachineClass } from '../shards/machine.ts';
import type { Pool } from '../shards/pool.ts';
import { Registry } from '../shards/registry.ts';
import type { Kill, ShardsOptions } from './shards-options.ts';

export interface Envelope {
  readonly id: string;
  readonly message: unknown;
}

/** Message number n, from 1 on. */
export type CreateMessage = (n: number) => Envelope;

export interface Machines {
  readonly machineClass: MachineClass;
  readonly createMessage: CreateMessage;
}

/**
 * Loads the user's class into this process too. Its module may export `createMessage(n)`,
 * which gives `{ id, message }`, where its machines need other messages than the demo's.
 * Throws a ModuleError.
 */
export async function loadMachines(options: ShardsOptions): Promise<Machines> {
  const { createMessage, ...exported } = await import(
    pathToFileURL(options.machine).href
  );
  const machineClass = findMachineClass(exported, options.machine);
  return { machineClass, createMessage: createMessage ?? createDemoMessages(options) };
}

function createDemoMessages({ ids, seed }: ShardsOptions): CreateMessage {
  return (n) => {
    const drawn = hashKey(String(n), seed);
    return { id: `id-${1 + (drawn % ids)}`, message: { n, amount: drawn % 1000 } };
  };
}

/** How far the stream has come. */
export interface Progress {
  sent: number;
  /** Kills that have not happened. */
  readonly killsLeft: { readonly shard: number; readonly afterMessages: number }[];
}

export function planKills({ killShard, count }: ShardsOptions): Progress['killsLeft'] {
  const share = count / (killShard.length + 1);
  return killShard
    .map(({ shard, afterMessages }: Kill, i) => ({
      shard,
      afterMessages: afterMessages ?? Math.floor(share * (i + 1)),
    }))
    .sort((a, b) => a.afterMessages - b.afterMessages);
}

/** Sends the messages at their rate, until all are sent or the signal aborts. */
export async function streamMessages(
  pool: Pool,
  createMessage: CreateMessage,
  { count, rate }: ShardsOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const startMs = performance.now();
  while (progress.sent < count && !signal.aborted) {
    const elapsedMs = performance.now() - startMs;
    const due =
      rate === 0 ? count : Math.min(count, Math.ceil((rate * elapsedMs) / 1000));
    const until = Math.min(due, progress.sent + messagesATurn);
    while (progress.sent < until && !signal.aborted) {
      killWhatIsDue(pool, progress);
      const { id, message } = createMessage(progress.sent + 1);
      await pool.send(id, message);
      progress.sent++;
    }
    await pause(progress.sent < due ? 0 : pauseMs);
  }
  killWhatIsDue(pool, progress);
}

const messagesATurn = 1000;
const pauseMs = 5;

/** A shard that is just being replaced is killed a message later. */
function killWhatIsDue(pool: Pool, { sent, killsLeft }: Progress): void {
  const [kill] = killsLeft;
  if (kill && sent >= kill.afterMessages && pool.killShard(kill.shard - 1))
    killsLeft.shift();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (ms === 0) setImmediate(resolve);
    else setTimeout(resolve, ms);
  });
}

/** The first `count` messages in one process: the oracle. What a machine throws at is over. */
export async function runAlone(
  { machineClass, createMessage }: Machines,
  count: number,
  signal: AbortSignal,
): Promise<Registry> {
  const registry = new Registry(machineClass);
  for (let n = 1; n <= count && !signal.aborted; n++) {
    if (n % messagesATurn === 0) await pause(0);
    const { id, message } = createMessage(n);
    try {
      const copy = JSON.parse(JSON.stringify(message));
      registry.apply(id, registry.seqOf(id) + 1, copy);
    } catch {
      // The pool has told it.
    }
  }
  return registry;
}

/** The ids whose states differ. */
export async function compareWithAlone(pool: Pool, alone: Registry): Promise<string[]> {
  const ids = new Set([...pool.ids, ...alone.ids]);
  const different: string[] = [];
  for (const id of ids) {
    const [theirs, ours] = await Promise.all([
      askSurely(pool, id).then(JSON.stringify, describeFailure),
      Promise.resolve(id)
        .then((it) => alone.encode(it))
        .catch(describeFailure),
    ]);
    if (theirs !== ours) different.push(id);
  }
  return different;
}

const comparedWithinMs = 60_000;

/** Who kills a shard meanwhile only delays the answer. */
function askSurely(pool: Pool, id: string): Promise<unknown> {
  return pool.query(id, comparedWithinMs).catch((error) => {
    if (error instanceof ShardLostError) return askSurely(pool, id);
    throw error;
  });
}

/** Two machines that fail alike are alike, whatever the words are. */
function describeFailure(): string {
  return 'no state';
}
