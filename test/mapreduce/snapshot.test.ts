/** Snapshots that are kept beside a bundle: real ones, that real processes start from. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import v8 from 'node:v8';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { bundleWorkerMain, compiled } from '../../src/mapreduce/bundle.ts';
import { root } from '../../src/mapreduce/bundle-options.cjs';
import { keepBundle } from '../../src/mapreduce/kept-bundle.cjs';
import { rehearse } from '../../src/mapreduce/worker-rehearsal.ts';
import { hasSnapshots, removeKept } from './kept.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapshot-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
  removeKept(basename(folder));
});
afterEach(() => vi.unstubAllEnvs());

/** Resolves with where the snapshot of this program belongs. */
async function keep(program: string): Promise<string> {
  const file = join(folder, 'entry.ts');
  writeFileSync(file, program);
  const preparation = { isCompiled: true, snapshotOf: 'entry' };
  const place = await keepBundle(
    basename(folder),
    { entry: file },
    compiled,
    preparation,
  );
  return join(`${place}`, 'entry.snapshot');
}

const start = (snapshot: string, ...args: string[]) =>
  execFileSync(process.execPath, ['--snapshot-blob', snapshot, ...args], {
    encoding: 'utf8',
  });

const countsOn = `import { startupSnapshot } from 'node:v8';
  let count = 41;
  startupSnapshot.setDeserializeMainFunction(() => console.log(++count, process.argv[2]));`;

describe.runIf(hasSnapshots)('a snapshot', () => {
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
  test.runIf(hasSnapshots)('starts from one', async () => {
    const { fromSnapshot } = await bundleWorkerMain(join(folder, 'worker'));
    expect(fromSnapshot).toEqual([
      '--snapshot-blob',
      expect.stringMatching(/worker-main\.snapshot$/),
      join(folder, 'worker/worker-main.cjs'),
    ]);
    const names = ['worker-main.cjs', 'worker-main.cjs.code'];
    expect(readdirSync(join(folder, 'worker'))).toEqual(names);
  });

  test.runIf(hasSnapshots)('starts from its modules where V8 is another', async () => {
    const tag = vi.spyOn(v8, 'cachedDataVersionTag').mockReturnValue(1);
    const { fromSnapshot } = await bundleWorkerMain(join(folder, 'worker'));
    expect(fromSnapshot).toBeUndefined();
    tag.mockRestore();
  });

  test.runIf(hasSnapshots)('does not tune what its job starts', async () => {
    const job = join(folder, 'tells.ts');
    writeFileSync(
      job,
      `import { execFileSync } from 'node:child_process';
       export function map(_key, _line, emit) {
         emit('tunables', execFileSync('/bin/sh', ['-c', 'echo "<$GLIBC_TUNABLES>"']).toString().trim());
       }
       export const reduce = (_key, values) => values.join();`,
    );
    const input = join(folder, 'input.txt');
    writeFileSync(input, 'one line');
    const output = join(folder, 'output');
    const { GLIBC_TUNABLES: _, ...env } = process.env;
    const args = ['mapreduce', '--job', job, '--workers', '1', '--output', output, input];
    execFileSync(process.execPath, ['src/cli/start.cjs', ...args], {
      ...{ cwd: root, env, stdio: 'ignore' },
    });
    const lines = readdirSync(output).map((name) =>
      readFileSync(join(output, name), 'utf8'),
    );
    expect(lines.join('')).toBe('tunables\t<>\n');
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
