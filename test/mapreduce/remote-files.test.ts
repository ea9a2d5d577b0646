/**
 * Files over a connection: a worker elsewhere reads the same records as one here, and what
 * comes damaged, or was never meant for it, does not come.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { createFileService, readCode } from '../../src/mapreduce/file-service.ts';
import {
  HeldInput,
  InputIdentity,
  readHeldInput,
} from '../../src/mapreduce/held-input.ts';
import { listInputFiles, planInput } from '../../src/mapreduce/input.ts';
import {
  dialMaster,
  type MasterConnection,
} from '../../src/mapreduce/master-connection.ts';
import {
  copyRemoteFile,
  describeFile,
  readChunk,
} from '../../src/mapreduce/remote-file.ts';
import { localiseTask } from '../../src/mapreduce/remote-input.ts';
import { planSplits, readSplit, type Split } from '../../src/mapreduce/splits.ts';
import { guard } from '../../src/mapreduce/token.ts';
import type { CodeName } from '../../src/mapreduce/wire.ts';
import { Server } from '../../src/rpc/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'remote-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const token = 'a-token';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const nothingHeld = (master: MasterConnection) => ({
  ...{ master, outputDir: folder, held: new HeldInput([]) },
  isApart: false,
});

async function serve(splits: readonly Split[], identity?: InputIdentity) {
  const server = new Server();
  server.registerName('Master', guard(createFileService(splits, identity), token));
  const address = await server.listen('127.0.0.1:0');
  const master = await dialMaster(address, token);
  closers.push(
    () => master.close(),
    () => server.close(),
  );
  return { address, master };
}

describe('input of a worker elsewhere', () => {
  test('the records of every split are the same, wherever lines end', async () => {
    const file = join(folder, 'input.txt');
    const line = fc.string({ maxLength: 60, unit: fc.constantFrom('a', 'é', '\r', ' ') });
    const texts = fc.tuple(fc.array(line, { minLength: 1, maxLength: 30 }), fc.boolean());
    await fc.assert(
      fc.asyncProperty(
        texts,
        fc.integer({ min: 1, max: 90 }),
        async ([lines, ends], n) => {
          writeFileSync(file, lines.join('\n') + (ends ? '\n' : ''));
          const splits = planSplits(
            [{ file, name: 'input', bytes: statSync(file).size }],
            n,
          );
          const { master } = await serve(splits);
          for (const [map, split] of splits.entries()) {
            // As a worker sees it that has no such file.
            const elsewhere = { ...split, file: join(folder, 'not-here.txt') };
            const args = {
              kind: 'map',
              attempt: map,
              map,
              split: elsewhere,
              delayMs: 0,
            } as const;
            const task = await localiseTask(args, nothingHeld(master));
            expect(readSplit(task.args.split)).toEqual(readSplit(split));
            await task.release();
            expect(existsSync(task.args.split.file)).toBe(false);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('lines that are longer than a chunk are whole', async () => {
    const file = join(folder, 'long.txt');
    writeFileSync(file, `${'x'.repeat(3_000_000)}\n${'y'.repeat(200_000)}\nend`);
    const splits = planSplits([{ file, name: 'long', bytes: statSync(file).size }], 999);
    const { master } = await serve(splits);
    const lastOfLong = Math.floor(3_000_000 / 999);
    for (const map of [0, 1, lastOfLong, lastOfLong + 1, splits.length - 1]) {
      const split = splits[map] as Split;
      const elsewhere = { ...split, file: '/not/here' };
      const args = {
        kind: 'map',
        attempt: map,
        map,
        split: elsewhere,
        delayMs: 0,
      } as const;
      const task = await localiseTask(args, nothingHeld(master));
      expect(readSplit(task.args.split).bytes.equals(readSplit(split).bytes)).toBe(true);
      await task.release();
    }
  });

  test('the very file is read where it is; a file that only has its name is not', async () => {
    const [here, there] = [join(folder, 'here.txt'), join(folder, 'there.txt')];
    writeFileSync(here, 'one\ntwo\n');
    writeFileSync(there, 'six\nten\n');
    for (const path of [here, there]) utimesSync(path, 1000, 1000);
    const split = { file: there, name: 'x', start: 0, end: 8 };
    const { master } = await serve([split]);
    const args = { kind: 'map', attempt: 0, map: 0, split, delayMs: 0 } as const;
    expect((await localiseTask(args, nothingHeld(master))).args).toBe(args);
    utimesSync(here, 1000, 1001);
    const other = { ...args, split: { ...split, file: here } };
    const task = await localiseTask(other, nothingHeld(master));
    expect(readSplit(task.args.split).bytes.toString()).toBe('six\nten\n');
    await task.release();
  });
});

describe('input that a worker holds', () => {
  const taskOf = (split: Split) =>
    ({ kind: 'map', attempt: 0, map: 0, split, delayMs: 0 }) as const;

  /** The master's file, another folder with one of that name, and who has read it there. */
  async function givenHeld(content: string, heldContent: string) {
    const [own, elsewhere] = [mkdtempSync(join(folder, 'own-')), join(folder, 'held')];
    rmSync(elsewhere, { recursive: true, force: true });
    mkdirSync(elsewhere);
    const [file, copy] = [join(own, 'part.txt'), join(elsewhere, 'part.txt')];
    writeFileSync(file, content);
    writeFileSync(copy, heldContent);
    utimesSync(copy, 1000, 1000);
    const [split] = planInput(listInputFiles([file], own), 1e6, undefined);
    const identity = new InputIdentity([split!]);
    const { master } = await serve([split!], identity);
    const held = await readHeldInput([elsewhere], own);
    const disks = { master, outputDir: folder, held, isApart: true };
    return { split: split!, copy, identity, held, disks };
  }

  test('is read there, and nothing is moved', async () => {
    const { split, copy, identity, held, disks } = await givenHeld('a\nb\n', 'a\nb\n');
    expect(await identity.findTasks(held.describe())).toEqual([0]);
    const task = await localiseTask(taskOf(split), disks);
    expect(task.movedBytes).toBe(0);
    expect(task.args.split.file).toBe(copy);
    expect(readSplit(task.args.split).bytes.toString()).toBe('a\nb\n');
  });

  test('is no input where only its name and size are the same', async () => {
    const { split, identity, held, disks } = await givenHeld('a\nb\n', 'a\nc\n');
    expect(await identity.findTasks(held.describe())).toEqual([]);
    const task = await localiseTask(taskOf(split), disks);
    expect(task.movedBytes).toBe(4);
    expect(readSplit(task.args.split).bytes.toString()).toBe('a\nb\n');
    await task.release();
  });

  test('is fetched where it has changed since it was read', async () => {
    const { split, copy, identity, held, disks } = await givenHeld('a\nb\n', 'a\nb\n');
    await identity.findTasks(held.describe());
    writeFileSync(copy, 'a\nx\n');
    const task = await localiseTask(taskOf(split), disks);
    expect(task.movedBytes).toBe(4);
    expect(readSplit(task.args.split).bytes.toString()).toBe('a\nb\n');
    await task.release();
  });
});

test('a file that has changed since the job was planned is refused', async () => {
  const file = join(folder, 'changed.txt');
  writeFileSync(file, 'new');
  const version = { bytes: 3, modifiedMs: statSync(file).mtimeMs - 1 };
  const split = { file, name: 'x', start: 0, end: 3, version };
  const { master } = await serve([split]);
  const args = { kind: 'map', attempt: 0, map: 0, split, delayMs: 0 } as const;
  await expect(localiseTask(args, nothingHeld(master))).rejects.toThrow(
    'has changed since',
  );
});

describe('what is not served', () => {
  test('anything but the files of the plan', async () => {
    const { master } = await serve([]);
    const read = (method: string, args: object) => master.go(method, args).done;
    const noMap = await read('Master.ReadInput', { map: 0, offset: 0, length: 9 });
    expect(noMap.error?.message).toBe('the job has no map task 0');
    const noProperty = await read('Master.FindInput', { map: 'length' });
    expect(noProperty.error?.message).toBe('the job has no map task length');
  });

  test.each(['../x', 'sequentialMain', '__proto__'])('%s as code', (code) => {
    const bundle = { taskThread: '', sequentialMain: '', jobModule: '' };
    const args = { stage: 1, code: code as CodeName, offset: 0 };
    expect(() => readCode(bundle, args)).toThrow(`stage 1 has no module ${code}`);
    expect(() => readCode(undefined, { ...args, code: 'job' })).toThrow(
      'has no module job',
    );
  });

  test('anything without the token, or with another', async () => {
    const { address } = await serve([]);
    for (const wrong of ['', 'a-tokem', 'a-token ']) {
      const stranger = await dialMaster(address, wrong);
      const { error } = await stranger.go('Master.FindInput', { map: 0 }).done;
      expect(error?.message).toBe('the token is not the run’s');
      await stranger.close();
    }
  });

  test('offsets and lengths that are none', async () => {
    const file = join(folder, 'some.txt');
    writeFileSync(file, 'some');
    const split = { file, name: 'some', start: 0, end: 4 };
    const { master } = await serve([split]);
    for (const [offset, length] of [
      [-1, 1],
      [0.5, 1],
      ['0', 1],
      [0, -1],
      [0, null],
    ]) {
      const { error } = await master.go('Master.ReadInput', { map: 0, offset, length })
        .done;
      expect(error?.message).toContain('counts of bytes');
    }
  });
});

describe('a whole file', () => {
  const bytes = Buffer.from('x'.repeat(2_500_000));
  const facts = { bytes: bytes.length, crc32: crc32(bytes) };
  const source = join(folder, 'source');
  writeFileSync(source, bytes);

  test('comes in chunks and is what it was', async () => {
    const path = join(folder, 'copy');
    await copyRemoteFile((offset) => readChunk(source, offset), path, facts);
    expect(await describeFile(path)).toEqual(facts);
  });

  test.each([
    [
      'truncated',
      (offset: number) =>
        readChunk(source, offset, 10).then((chunk) =>
          offset > 50 ? { data: '' } : chunk,
        ),
    ],
    [
      'changed on the way',
      (offset: number) =>
        readChunk(source, offset).then(({ data }) => ({ data: data.replace('e', 'f') })),
    ],
    ['endless', () => readChunk(source, 0)],
  ])('%s: nothing is left of it', async (_, read) => {
    const path = join(folder, 'damaged');
    await expect(copyRemoteFile(read, path, facts)).rejects.toThrow('a file came with');
    expect(existsSync(path)).toBe(false);
  });
});
