/**
 * What may be typed while `npm run shards` runs, and what it answers.
 */
import { ShardsError } from '../shards/errors.ts';
import type { Pool, ShardStatus } from '../shards/pool.ts';
import { maxShards } from './shards-options.ts';

export const helpLine =
  'type: query <id>, state, kill <shard>, resize <processes>, help, quit';

/** Carries out one line; resolves with the answer, or with `quit`. Never rejects. */
export async function runTypedLine(
  pool: Pool,
  line: string,
): Promise<{ answer: string } | 'quit'> {
  const [verb = '', argument] = line.trim().split(/\s+/);
  if (verb === 'quit' || verb === 'exit') return 'quit';
  if (verb === '') return { answer: helpLine };
  try {
    return { answer: await answer(pool, verb, argument) };
  } catch (error) {
    if (!(error instanceof ShardsError)) throw error;
    const doubt = error.isDefinite ? '' : ' (indefinite)';
    return { answer: `${error.name}${doubt}: ${error.message}` };
  }
}

async function answer(
  pool: Pool,
  verb: string,
  argument: string | undefined,
): Promise<string> {
  switch (verb) {
    case 'query':
      return argument === undefined
        ? 'query whom? for example: query id-1'
        : ask(pool, argument);
    case 'state':
      return pool.status.map(formatShard).join('\n');
    case 'kill': {
      const shard = Number(argument);
      if (!pool.status.some((row) => row.shard + 1 === shard))
        return `kill which shard? one of 1 to ${pool.status.length}`;
      const isKilled = pool.killShard(shard - 1);
      return isKilled ? `SIGKILL to shard ${shard}` : `shard ${shard} has no process yet`;
    }
    case 'resize': {
      const shards = Number(argument);
      if (!Number.isSafeInteger(shards) || shards < 1 || shards > maxShards)
        return `resize to how many? 1 to ${maxShards}`;
      const moved = await pool.resize(shards);
      return `${shards} processes; ${moved} of ${pool.ids.length} machines moved`;
    }
    case 'help':
      return helpLine;
    default:
      return `${verb} is no command; ${helpLine}`;
  }
}

async function ask(pool: Pool, id: string): Promise<string> {
  const startMs = performance.now();
  const state = await pool.query(id);
  const tookMs = (performance.now() - startMs).toFixed(1);
  const shard = pool.shardOf(id) + 1;
  return `${id}: ${JSON.stringify(state)} (shard ${shard}, ${tookMs} ms)`;
}

const numbers = new Intl.NumberFormat('en');

/** One row of the table. */
export function formatShard({
  shard,
  pid,
  isReady,
  machines,
  applied,
  queued,
}: ShardStatus): string {
  return [
    `shard ${shard + 1}`.padEnd(9),
    (pid === undefined ? 'starting' : isReady ? `pid ${pid}` : 'loading').padEnd(12),
    `${numbers.format(machines)} machines`.padStart(16),
    `${numbers.format(applied)} applied`.padStart(19),
    `${numbers.format(queued)} queued`.padStart(14),
  ].join(' ');
}
