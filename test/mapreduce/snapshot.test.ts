/** Snapshots that are kept beside a bundle: real ones, that real processes start from. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { bundleWorkerMain } from '../../src/mapreduce/bundle.ts';
import { asFunction, root } from '../../src/mapreduce/bundle-options.cjs';
import { keepBundle } from '../../src/mapreduce/kept-bundle.cjs';
import { rehearse } from '../../src/mapreduce/worker-rehearsal.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapshot-test-'));
const kept = join(root, 'node_modules/.cache/rpc-lecture-companion');
afterAll(() => {
  const ours = readdirSync(kept).filter((name) => name.startsWith(basename(folder)));
  for (const path of [folder, ...ours.map((name) => join(kept, name))])
    rmSync(path, { recursive: true });
});
afterEach(() => vi.unstubAllEnvs());

/** Resolves with where the snapshot of this program belongs. */
async function keep(program: string): Promise<string> {
  const file = join(folder, 'entry.ts');
  writeFileSync(file, program);
  const options = { ...asFunction, outExtension: { '.js': '.cjs' } };
  const preparation = { isCompiled: true, snapshotOf: 'entry' };
  const place = await keepBundle(basename(folder), { entry: file }, options, preparation);
  return join(`${place}`, 'entry.snapshot');
}

const start = (snapshot: string, ...args: string[]) =>
  execFileSync(process.execPath, ['--snapshot-blob', snapshot, ...args], {
    encoding: 'utf8',
  });

const countsOn = `import { startupSnapshot } from 'node:v8';
  let count = 41;
  startupSnapshot.setDeserializeMainFunction(() => console.log(++count, process.argv[2]));`;

describe('a snapshot', () => {
  test('goes on where the module has ended, in every process anew', async () => {
    const snapshot = await keep(countsOn);
    for (const name of ['one', 'two'])
      expect(start(snapshot, 'main', name)).toBe(`42 ${name}\n`);
  });

  test('is made again where a part of it is lost', async () => {
    const snapshot = await keep(countsOn);
    truncateSync(snapshot, 1000);
    const again = await keep(countsOn);
    expect(again).not.toBe(snapshot);
    expect(start(again, 'main', 'whole')).toBe('42 whole\n');
  });

  test('is made without the flags of whoever starts', async () => {
    vi.stubEnv('NODE_OPTIONS', '--stack-trace-limit=50');
    const snapshot = await keep(`${countsOn} // Another one.`);
    vi.unstubAllEnvs();
    expect(start(snapshot, 'main', 'plain')).toBe('42 plain\n');
  });

  test.each([
    ['the module fails meanwhile', "throw new Error('not here');"],
    [
      'a process from it fails when it is tried',
      `import { startupSnapshot } from 'node:v8';
       startupSnapshot.setDeserializeMainFunction(() => process.exit(process.argv[2] === 'try' ? 1 : 0));`,
    ],
  ])('is none where %s: the bundle is kept all the same', async (_, program) => {
    const snapshot = await keep(program);
    expect(existsSync(join(dirname(snapshot), 'entry.cjs'))).toBe(true);
    expect(existsSync(snapshot)).toBe(false);
  });
});

describe('a worker', () => {
  /** Threads of later versions abort in a process that has started from one. */
  const isNode20 = process.version.startsWith('v20.');
  test.runIf(isNode20)('starts from one with Node 20', async () => {
    const { fromSnapshot } = await bundleWorkerMain(join(folder, 'worker'));
    expect(fromSnapshot).toEqual([
      '--snapshot-blob',
      expect.stringMatching(/worker-main\.snapshot$/),
      join(folder, 'worker/worker-main.cjs'),
    ]);
    expect(readdirSync(join(folder, 'worker'))).not.toContain('worker-main.snapshot');
  });

  test('starts from its modules where Node was given flags, which a snapshot refuses', async () => {
    vi.stubEnv('NODE_OPTIONS', '--max-old-space-size=500');
    const { fromSnapshot } = await bundleWorkerMain(join(folder, 'worker'));
    expect(fromSnapshot).toBeUndefined();
  });

  test('starts from its modules where it speaks gRPC', async () => {
    const { fromSnapshot } = await bundleWorkerMain(join(folder, 'grpc'), 'grpc');
    expect(fromSnapshot).toBeUndefined();
  });

  test('rehearses with nobody, and leaves nothing', async () => {
    const before = process.getActiveResourcesInfo().filter((name) => /TCP/.test(name));
    await rehearse();
    await expect
      .poll(() => process.getActiveResourcesInfo().filter((name) => /TCP/.test(name)))
      .toEqual(before);
  });
});
