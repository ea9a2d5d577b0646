/** Fetching map output: whole or named as missing, never skipped, never half. */
import { mkdtempSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fetchPartitions } from '../../src/mapreduce/shuffle.ts';
import { LocalDisk } from '../../src/mapreduce/stores/local-disk.ts';
import {
  type FetchPartitionArgs,
  fetchChunkBytes,
  type PartitionSource,
} from '../../src/mapreduce/wire.ts';
import { Server } from '../../src/rpc/index.ts';

let folder: string;
let disk: LocalDisk;
let server: Server;
let address: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shuffle-'));
  disk = new LocalDisk(folder, 1);
  disk.prepare();
  server = new Server();
  server.registerName('Worker', {
    FetchPartition: (args: FetchPartitionArgs) => ({
      data: disk.read(args, args.offset, fetchChunkBytes),
    }),
  });
  address = await server.listen('127.0.0.1:0');
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Map task `map` ran as attempt `map + 10` and wrote this for reduce task 0. */
async function store(map: number, text: string): Promise<PartitionSource> {
  const [region] = await disk.write(map + 10, map, [Buffer.from(text)]);
  return { map, attempt: map + 10, address, ...region! };
}

const fileOf = (map: number) => join(disk.folder, `attempt-${map + 10}/mr-${map}-0`);

test('runs come in the order of the map tasks, whatever their size', async () => {
  const texts = ['b\t1\n', 'é🚀\t2\n'.repeat(300_000), 'a\t3\n'];
  const sources = await Promise.all(texts.map((text, map) => store(map, text)));
  const fetched = await fetchPartitions(sources, 0);
  const came = 'runs' in fetched ? fetched.runs.map(String) : [];
  // Compared one by one: to show where texts of megabytes differ takes minutes.
  expect(texts.map((text, i) => came[i] === text)).toEqual([true, true, true]);
});

test('nothing to fetch: no text, and nobody is asked', async () => {
  expect(await fetchPartitions([], 0)).toEqual({ runs: [] });
});

test.each<[string, (file: string) => void]>([
  ['missing', (file) => unlinkSync(file)],
  ['truncated', (file) => truncateSync(file, 3)],
  ['longer', (file) => writeFileSync(file, 'a\t1\na\t1\n')],
  ['changed in one byte', (file) => writeFileSync(file, 'a\t2\n')],
])('a file that is %s is damaged, the others are not', async (_what, spoil) => {
  const texts = ['a\t1\n', 'a\t1\n', 'a\t1\n'];
  const sources = await Promise.all(texts.map((text, map) => store(map, text)));
  spoil(fileOf(1));
  expect(await fetchPartitions(sources, 0)).toEqual({
    missing: [{ map: 1, attempt: 11, problem: 'damaged' }],
  });
});

test('a holder that is gone makes all that it held unreachable, and only that', async () => {
  const texts = ['a\t1\n', 'b\t1\n', 'c\t1\n'];
  const sources = await Promise.all(texts.map((text, map) => store(map, text)));
  const gone = new Server();
  const goneAddress = await gone.listen('127.0.0.1:0');
  await gone.close();
  const moved = sources.map((s, i) => (i === 1 ? s : { ...s, address: goneAddress }));
  expect(await fetchPartitions(moved, 0)).toEqual({
    missing: [
      { map: 0, attempt: 10, problem: 'unreachable' },
      { map: 2, attempt: 12, problem: 'unreachable' },
    ],
  });
});
