/**
 * The reading half of the shuffle: a reduce attempt fetches its partition of every map task
 * from the workers that hold them. What is missing or damaged is named, never skipped.
 *
 * Source: OSDI '04, section 3.1, step 5.
 */
import { crc32 } from 'node:zlib';
import { type Client, dial, ServerError } from '../rpc/index.ts';
import type { MissingInput } from './events.ts';
import type { FetchPartitionArgs, FetchPartitionReply, PartitionSource } from './wire.ts';

/** A holder that sends nothing for this many milliseconds counts as unreachable. */
const fetchTimeoutMs = 5000;

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
    let client = await dialInTime(address);
    for (const [i, source] of held) {
      const result = await fetchOne(client, source, reduce);
      if (typeof result !== 'string') texts[i] = result.toString();
      else missing.push({ map: source.map, attempt: source.attempt, problem: result });
      if (result !== 'unreachable') continue;
      // One silence is enough: waiting again for each of its outputs would take minutes.
      void client?.close();
      client = undefined;
    }
    void client?.close();
  };
  await Promise.all([...holders].map(fetchFrom));
  return missing.length > 0 ? { missing } : { texts };
}

async function fetchOne(
  client: Client | undefined,
  source: PartitionSource,
  reduce: number,
): Promise<Buffer | MissingInput['problem']> {
  if (!client) return 'unreachable';
  try {
    const bytes = await fetchBytes(client, source, reduce);
    const isWhole = bytes.length === source.bytes && crc32(bytes) === source.crc32;
    return isWhole ? bytes : 'damaged';
  } catch (error) {
    return error instanceof ServerError ? 'damaged' : 'unreachable';
  }
}

async function fetchBytes(
  client: Client,
  { map, attempt, bytes, token }: PartitionSource,
  reduce: number,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let offset = 0; offset < bytes; ) {
    const args: FetchPartitionArgs = { attempt, map, reduce, offset, token };
    const method = 'Worker.FetchPartition';
    const options = { deadlineMs: fetchTimeoutMs };
    const reply = await client.call<FetchPartitionReply>(method, args, options);
    const chunk = Buffer.from(reply.data, 'base64');
    if (chunk.length === 0) break;
    chunks.push(chunk);
    offset += chunk.length;
  }
  return Buffer.concat(chunks);
}

/**
 * A stopped process accepts connections and answers nothing: even dialling has its deadline.
 * A connection that comes too late is closed, not kept.
 */
async function dialInTime(address: string): Promise<Client | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), fetchTimeoutMs);
  });
  const dialling = dial(address).catch(() => undefined);
  const client = await Promise.race([dialling, timeout]);
  clearTimeout(timer);
  if (!client) void dialling.then((late) => late?.close());
  return client;
}
