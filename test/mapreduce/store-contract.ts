/**
 * What every store of map output must do, wherever it keeps it: whole or not at all, named by
 * attempt, and never bytes that were not written.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fetchPartitions } from '../../src/mapreduce/shuffle.ts';
import { openHolder } from '../../src/mapreduce/stores/holder.ts';
import {
  type MapOutputStore,
  MissingOutputError,
  type PartitionRef,
  UnstoredError,
} from '../../src/mapreduce/stores/store.ts';
import { fetchChunkBytes, type PartitionSource } from '../../src/mapreduce/wire.ts';

export interface StoreUnderTest {
  /** The writing end of a worker, and the address by which its output is read. */
  readonly store: MapOutputStore;
  readonly address: string;
  /** Puts other bytes in the place of a partition, behind the store's back. */
  spoil(partition: PartitionRef, bytes: Buffer): Promise<void>;
  /** The store is gone: nothing of it can be read or written from now on. */
  vanish(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the same store for another worker. */
export type OpenStore = (folder: string, worker: number) => Promise<StoreUnderTest>;

const large = Buffer.from('é🚀 key\tvalue\n'.repeat(200_000));

export function describeStore(name: string, openStore: OpenStore): void {
  describe(`the store ${name}`, () => {
    let folder: string;
    let opened: StoreUnderTest;
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'stores-'));
      opened = await openStore(folder, 1);
    });
    afterEach(async () => {
      opened.store.close();
      await opened.close();
      rmSync(folder, { recursive: true, force: true });
    });

    /** Map task `map` ran as `attempt` and wrote these texts, one for each reduce task. */
    async function write(
      attempt: number,
      map: number,
      ...texts: (string | Buffer)[]
    ): Promise<PartitionSource[]> {
      const partitions = texts.map((text) => Buffer.from(text));
      const regions = await opened.store.write(attempt, map, partitions);
      const { address } = opened;
      return regions.map((region) => ({ map, attempt, address, ...region }));
    }

    async function readAll(partition: PartitionRef): Promise<Buffer> {
      const holder = await openHolder(opened.address);
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      for (;;) {
        const chunk = await holder.read(partition, bytes);
        if (chunk.length === 0) break;
        expect(chunk.length).toBeLessThanOrEqual(fetchChunkBytes);
        chunks.push(chunk);
        bytes += chunk.length;
      }
      holder.close();
      return Buffer.concat(chunks);
    }

    test('gives back what was written, partition by partition, and says what to expect', async () => {
      const texts = ['a\t1\n', Buffer.from([0, 255, 10, 13, 0xc3]), 'b\t2\n'];
      const sources = await write(7, 3, ...texts);
      for (const [reduce, text] of texts.entries()) {
        const bytes = Buffer.from(text as string);
        expect(await readAll({ attempt: 7, map: 3, reduce })).toEqual(bytes);
        const region = { bytes: bytes.length, crc32: crc32(bytes) };
        expect(sources[reduce]).toMatchObject(region);
      }
    });

    test('a partition may be empty, or the only one, or larger than a message', async () => {
      const [, empty, whole] = await write(1, 0, 'x', '', large);
      expect(empty).toMatchObject({ bytes: 0, crc32: 0 });
      expect(whole?.bytes).toBe(large.length);
      expect((await readAll({ attempt: 1, map: 0, reduce: 2 })).equals(large)).toBe(true);
    });

    test('reads from anywhere in the middle', async () => {
      await write(1, 0, large);
      const holder = await openHolder(opened.address);
      for (const offset of [1, fetchChunkBytes - 1, fetchChunkBytes, large.length - 3]) {
        const chunk = await holder.read({ attempt: 1, map: 0, reduce: 0 }, offset);
        expect(chunk.length).toBeGreaterThan(0);
        const expected = large.subarray(offset, offset + chunk.length);
        expect(expected.equals(chunk)).toBe(true);
      }
      holder.close();
    });

    test('what was never written is missing, and the others are not', async () => {
      const [written] = await write(1, 0, 'a\t1\n');
      const holder = await openHolder(opened.address);
      for (const ref of [
        { attempt: 2, map: 0, reduce: 0 },
        { attempt: 1, map: 1, reduce: 0 },
        { attempt: 1, map: 0, reduce: 1 },
      ]) {
        await expect(holder.read(ref, 0)).rejects.toThrow(MissingOutputError);
      }
      holder.close();
      const never = { ...(written as PartitionSource), map: 1, attempt: 2 };
      expect(await fetchPartitions([written as PartitionSource, never], 0)).toEqual({
        missing: [{ map: 1, attempt: 2, problem: 'damaged' }],
      });
    });

    test.each<[string, Buffer]>([
      ['changed in one byte', Buffer.from('a\t2\n')],
      ['truncated', Buffer.from('a\t1')],
      ['longer', Buffer.from('a\t1\na\t1\n')],
    ])('output that is %s is damaged, and named', async (_what, bytes) => {
      const sources = [
        ...(await write(4, 0, 'a\t1\n')),
        ...(await write(5, 1, 'a\t1\n')),
        ...(await write(6, 2, 'a\t1\n')),
      ];
      await opened.spoil({ attempt: 5, map: 1, reduce: 0 }, bytes);
      expect(await fetchPartitions(sources, 0)).toEqual({
        missing: [{ map: 1, attempt: 5, problem: 'damaged' }],
      });
    });

    test('the same attempt twice is the same as once', async () => {
      const once = await write(2, 0, 'a\t1\n', large);
      const twice = await write(2, 0, 'a\t1\n', large);
      expect(twice).toEqual(once);
      const bytes = await readAll({ attempt: 2, map: 0, reduce: 1 });
      expect(bytes.equals(large)).toBe(true);
      expect((await readAll({ attempt: 2, map: 0, reduce: 0 })).toString()).toBe(
        'a\t1\n',
      );
    });

    test('attempts of one task do not mix, on one worker or on several', async () => {
      const other = await openStore(folder, 2);
      await write(1, 0, 'first\t1\n', large);
      await other.store.write(2, 0, [Buffer.from('second\t1\n'), Buffer.alloc(0)]);
      await write(3, 0, 'third\t1\n', 'x');
      const read = async (attempt: number) =>
        (await readAll({ attempt, map: 0, reduce: 0 })).toString();
      expect([await read(1), await read(3)]).toEqual(['first\t1\n', 'third\t1\n']);
      const holder = await openHolder(other.address);
      const second = await holder.read({ attempt: 2, map: 0, reduce: 0 }, 0);
      expect(Buffer.from(second).toString()).toBe('second\t1\n');
      holder.close();
      other.store.close();
      await other.close();
    });

    test('several write and several read at the same time', async () => {
      const maps = Array.from({ length: 12 }, (_, map) => map);
      const textOf = (map: number, reduce: number) =>
        `${map}-${reduce}\t1\n`.repeat(9000);
      const written = await Promise.all(
        maps.map((map) => write(map + 100, map, textOf(map, 0), textOf(map, 1))),
      );
      const fetched = await Promise.all(
        [0, 1, 0, 1].map((reduce) => {
          const sources = written.map((regions) => regions[reduce] as PartitionSource);
          return fetchPartitions(sources, reduce);
        }),
      );
      for (const [i, result] of fetched.entries()) {
        const texts = 'runs' in result ? result.runs.map(String) : [];
        const isRight = maps.every((map) => texts[map] === textOf(map, i % 2));
        expect(isRight && texts.length === maps.length).toBe(true);
      }
    });

    test('gone in the middle of a read: an error, never half of it', async () => {
      const sources = await write(1, 0, large);
      const holder = await openHolder(opened.address);
      const ref = { attempt: 1, map: 0, reduce: 0 };
      expect((await holder.read(ref, 0)).length).toBe(fetchChunkBytes);
      await opened.vanish();
      await expect(holder.read(ref, fetchChunkBytes)).rejects.toThrow();
      holder.close();
      expect(await fetchPartitions(sources, 0)).toMatchObject({
        missing: [{ map: 0, attempt: 1 }],
      });
    });

    test('gone: nothing can be written any more, and it says so', async () => {
      await write(1, 0, 'a\t1\n');
      await opened.vanish();
      await expect(write(2, 0, 'a\t1\n')).rejects.toThrow(UnstoredError);
    });
  });
}
