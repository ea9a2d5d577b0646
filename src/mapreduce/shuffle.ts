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

/** A run that comes in parts, each of which is put in its place. */
export interface ArrivingRun {
  readonly run: Run;
  write(part: Uint8Array, offset: number): void;
}

export function receiveInMemory(bytes: number): ArrivingRun {
  const run = Buffer.allocUnsafe(bytes);
  return { run, write: (part, offset) => run.set(part, offset) };
}

/**
 * Fetches all sources, several holders at a time; runs come in the order of `sources`. One part
 * from each holder is on its way at a time; `receive` makes room for a run of so many bytes.
 */
export async function fetchPartitions(
  sources: readonly PartitionSource[],
  reduce: number,
  receive: (bytes: number) => ArrivingRun = receiveInMemory,
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
      const arriving = receive(source.bytes);
      const result = await fetchOne(holder, source, reduce, arriving);
      if (result === 'whole') runs[i] = arriving.run;
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
  { map, attempt, ...expected }: PartitionSource,
  reduce: number,
  arriving: ArrivingRun,
): Promise<'whole' | MissingInput['problem']> {
  if (!holder) return 'unreachable';
  let checksum = 0;
  for (let offset = 0; offset < expected.bytes; ) {
    const part = await holder
      .read({ attempt, map, reduce }, offset)
      .catch((error: Error) => error);
    if (part instanceof MissingOutputError) return 'damaged';
    if (part instanceof Error) return 'unreachable';
    const isTooMuch = offset + part.length > expected.bytes;
    if (part.length === 0 || isTooMuch) return 'damaged';
    arriving.write(part, offset);
    checksum = crc32(part, checksum);
    offset += part.length;
  }
  return checksum === expected.crc32 ? 'whole' : 'damaged';
}
