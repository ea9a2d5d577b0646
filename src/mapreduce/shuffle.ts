/**
 * The reading half of the shuffle: a reduce attempt fetches its partition of every map task
 * from whoever holds it. What is missing or damaged is named, never skipped.
 *
 * Source: OSDI '04, section 3.1, step 5.
 */
import { crc32 } from 'node:zlib';
import type { MissingInput } from './events.ts';
import { openHolder } from './stores/holder.ts';
import { type Holder, MissingOutputError } from './stores/store.ts';
import type { PartitionSource } from './wire.ts';

export type Fetched =
  | { readonly texts: readonly string[] }
  | { readonly missing: readonly MissingInput[] };

/** Fetches all sources, several holders at a time; texts come in the order of `sources`. */
export async function fetchPartitions(
  sources: readonly PartitionSource[],
  reduce: number,
): Promise<Fetched> {
  const texts: string[] = [];
  const missing: MissingInput[] = [];
  const holders = new Set(sources.map(({ address }) => address));
  const fetchFrom = async (address: string) => {
    const held = [...sources.entries()].filter(
      ([, source]) => source.address === address,
    );
    let holder = await openHolder(address).catch(() => undefined);
    for (const [i, source] of held) {
      const result = await fetchOne(holder, source, reduce);
      if (typeof result !== 'string') texts[i] = result.toString();
      else missing.push({ map: source.map, attempt: source.attempt, problem: result });
      if (result !== 'unreachable') continue;
      // One silence is enough: waiting again for each of its outputs would take minutes.
      holder?.close();
      holder = undefined;
    }
    holder?.close();
  };
  await Promise.all([...holders].map(fetchFrom));
  return missing.length > 0 ? { missing } : { texts };
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
