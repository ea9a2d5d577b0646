/**
 * The reading half of the shuffle: a reduce attempt fetches its partition of every map task
 * from whoever holds it. What is missing or damaged is named, never skipped.
 *
 * Source: OSDI '04, section 3.1, step 5.
 */
import { crc32 } from 'node:zlib';
import type { MissingInput } from './events.ts';
import type { Run } from './runs.ts';
import { openHolder } from './stores/holder.ts';
import { type Holder, MissingOutputError } from './stores/store.ts';
import type { PartitionSource } from './wire.ts';

export type Fetched =
  | { readonly runs: readonly Run[] }
  | { readonly missing: readonly MissingInput[] };

/**
 * Fetches all sources, several holders at a time; runs come in the order of `sources`. `keep`
 * may put what has arrived elsewhere, where memory is short.
 */
export async function fetchPartitions(
  sources: readonly PartitionSource[],
  reduce: number,
  keep: (bytes: Buffer) => Run = (bytes) => bytes,
): Promise<Fetched> {
  const runs: Run[] = [];
  const missing: MissingInput[] = [];
  const holders = new Set(sources.map(({ address }) => address));
  const fetchFrom = async (address: string) => {
    const held = [...sources.entries()].filter(
      ([, source]) => source.address === address,
    );
    let holder = await openHolder(address, held[0]?.[1].token).catch(() => undefined);
    for (const [i, source] of held) {
      const result = await fetchOne(holder, source, reduce);
      if (typeof result !== 'string') runs[i] = keep(result);
      else missing.push({ map: source.map, attempt: source.attempt, problem: result });
      if (result !== 'unreachable') continue;
      // One silence is enough: waiting again for each of its outputs would take minutes.
      holder?.close();
      holder = undefined;
    }
    holder?.close();
  };
  await Promise.all([...holders].map(fetchFrom));
  return missing.length > 0 ? { missing } : { runs };
}

async function fetchOne(
  holder: Holder | undefined,
  source: PartitionSource,
  reduce: number,
): Promise<Buffer | MissingInput['problem']> {
  if (!holder) return 'unreachable';
  try {
    const bytes = await fetchBytes(holder, source, reduce);
    const isWhole = bytes.length === source.bytes && crc32(bytes) === source.crc32;
    return isWhole ? bytes : 'damaged';
  } catch (error) {
    return error instanceof MissingOutputError ? 'damaged' : 'unreachable';
  }
}

async function fetchBytes(
  holder: Holder,
  { map, attempt, bytes }: PartitionSource,
  reduce: number,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for (let offset = 0; offset < bytes; ) {
    const chunk = await holder.read({ attempt, map, reduce }, offset);
    if (chunk.length === 0) break;
    chunks.push(chunk);
    offset += chunk.length;
  }
  return Buffer.concat(chunks);
}
