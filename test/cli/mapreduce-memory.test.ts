/**
 * What a run remembers: map outputs of earlier jobs, and what was done under a master that was
 * killed. Real processes and real signals.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readJournal } from '../../src/mapreduce/journal.ts';
import {
  folder,
  freshPath,
  input,
  noBackup,
  readOutput,
  runJson,
  smallInput,
} from './mapreduce-run.ts';
import { areGoneWithin, start } from './program.ts';

const counts = join(folder, 'counts.mjs');
writeFileSync(
  counts,
  `export function map(key, line, emit) { for (const w of line.split(' ')) emit(w, '1'); }
export function reduce(word, ones) { return String(ones.length); }\n`,
);
const doubles = join(folder, 'doubles.mjs');
writeFileSync(
  doubles,
  readFileSync(counts, 'utf8').replace('ones.length', '2 * ones.length'),
);
const others = join(folder, 'others.mjs');
writeFileSync(others, readFileSync(counts, 'utf8').replace("'1'", "'one'"));

describe('a cache', () => {
  const run = (job: string, cache: string, ...args: string[]) =>
    runJson(['--job', job, '--cache', cache, '--verify', ...args, ...smallInput]);

  test('a second job with the same map runs no map task; another map runs them all', async () => {
    const cache = freshPath();
    const first = await run(counts, cache);
    expect(first.summary).toMatchObject({ verified: true, reused: { map: 0 } });
    const { mapTasks } = first.summary;
    const second = await run(doubles, cache, ...noBackup);
    expect(second.summary).toMatchObject({
      verified: true,
      reused: { map: mapTasks, reduce: 0 },
      attempts: second.summary.reduceTasks,
    });
    expect(readOutput(second.output)).not.toEqual(readOutput(first.output));
    const third = await run(others, cache);
    expect(third.summary).toMatchObject({ verified: true, reused: { map: 0 } });
    const fourth = await run(counts, cache, '--reduce-tasks', '3');
    expect(fourth.summary).toMatchObject({ verified: true, reused: { map: 0 } });
  });

  test('of an input that changed only what changed is read again', async () => {
    const [cache, grown] = [freshPath(), freshPath()];
    const runOn = (text: string) => {
      writeFileSync(grown, text);
      const args = ['--job', counts, '--cache', cache, '--verify', '--split-size', '2k'];
      return runJson([...args, grown]);
    };
    const text = readFileSync(input, 'utf8');
    const first = await runOn(text);
    const second = await runOn(`${text}one more line\n`);
    expect(second.summary.verified).toBe(true);
    expect(second.summary.reused.map).toBe(first.summary.mapTasks - 1);
  });

  test('a damaged entry is made again, and the answer is right', async () => {
    const cache = freshPath();
    await run(counts, cache);
    for (const name of readdirSync(cache)) spoil(join(cache, name));
    const second = await run(counts, cache);
    expect(second.summary.verified).toBe(true);
    expect(second.summary.reExecuted.map).toBeGreaterThan(0);
    const third = await run(counts, cache);
    expect(third.summary).toMatchObject({ verified: true, reExecuted: { map: 0 } });
  });
});

/** Same size, other bytes: only a checksum can tell. */
function spoil(entry: string): void {
  const [attempt = ''] = readdirSync(entry).filter((name) => name.startsWith('attempt-'));
  for (const name of readdirSync(join(entry, attempt))) {
    const file = join(entry, attempt, name);
    const bytes = readFileSync(file);
    if (bytes.length > 0) writeFileSync(file, bytes.fill('x', 0, 1));
  }
}

describe('a journal', () => {
  const begin = (journal: string, output: string, ...args: string[]) =>
    start('mapreduce', [
      '--journal',
      journal,
      '--output',
      output,
      ...args,
      ...smallInput,
    ]);

  test.each([
    ['local-disk', /map 3 to worker/],
    ['local-disk', /the barrier opens/],
    ['shared', /reduce 2 to worker/],
    ['shared', /map 1 to worker/],
  ])(
    '%s, kill -9 of the master at %s: nothing completed is done again',
    async (store, moment) => {
      const [journal, output] = [freshPath(), freshPath()];
      const program = begin(journal, output, '--store', store, '--workers', '2');
      await program.prints(moment);
      program.child.kill('SIGKILL');
      await program.exited;
      expect(areGoneWithin(10_000, journal)).toBe(true);
      const { accepted } = readJournal(journal);
      const maps = accepted.filter(({ task }) => task.kind === 'map');
      const isThere = (name: string) => name.startsWith('mr-out-');
      const reduce = readdirSync(output).filter(isThere).length;
      const args = ['--resume', journal, '--json', '--verify'];
      const resumed = start('mapreduce', args);
      expect(await resumed.exited, resumed.stderr()).toEqual({ code: 0, signal: null });
      const summary = JSON.parse(resumed.stdout());
      expect(summary).toMatchObject({ verified: true, outputDir: output });
      expect(summary.reused).toEqual({ map: maps.length, reduce });
      expect(summary.reExecuted).toEqual({ map: 0, reduce: 0 });
      expect(readdirSync(output).every(isThere)).toBe(true);
      expect(() => readdirSync(journal)).toThrow('ENOENT');
    },
  );

  test('Ctrl-C keeps what is done, and says how to go on', async () => {
    const [journal, output] = [freshPath(), freshPath()];
    const program = begin(journal, output, '--workers', '2');
    await program.prints(/map 3 to worker/);
    program.child.kill('SIGINT');
    expect((await program.exited).code).toBe(130);
    expect(program.stderr()).toContain(`go on: npm run mapreduce -- --resume ${journal}`);
    const resumed = start('mapreduce', ['--resume', journal, '--json', '--verify']);
    expect((await resumed.exited).code, resumed.stderr()).toBe(0);
    expect(JSON.parse(resumed.stdout()).verified).toBe(true);
  });

  test('what changed since, what is no journal, and one that exists: a sentence each', async () => {
    const [journal, output, changing] = [freshPath(), freshPath(), freshPath()];
    writeFileSync(changing, readFileSync(input));
    const options = ['--journal', journal, '--output', output, '--split-size', '2k'];
    const program = start('mapreduce', [...options, changing]);
    await program.prints(/map 3 to worker/);
    program.child.kill('SIGSTOP');
    const meanwhile = start('mapreduce', ['--resume', journal]);
    expect((await meanwhile.exited).code).toBe(1);
    expect(meanwhile.stderr()).toMatch(/^error: process \d+ still writes to [^\n]+\n$/);
    program.child.kill('SIGKILL');
    await program.exited;
    truncateSync(changing, 5000);
    const resumed = start('mapreduce', ['--resume', journal]);
    expect((await resumed.exited).code).toBe(1);
    expect(resumed.stderr()).toMatch(/^error: [^\n]* the input has changed: [^\n]*\n$/);
    const again = start('mapreduce', ['--journal', journal]);
    expect((await again.exited).code).toBe(1);
    expect(again.stderr()).toMatch(/is not empty: go on with --resume/);
    const none = freshPath();
    mkdirSync(none);
    const nothing = start('mapreduce', ['--resume', none]);
    expect((await nothing.exited).code).toBe(1);
    expect(nothing.stderr()).toMatch(/there is no journal of a run/);
    for (const more of [['--workers', '8'], [input]]) {
      const { child, ...unheeded } = start('mapreduce', ['--resume', journal, ...more]);
      expect((await unheeded.exited).code).toBe(1);
      expect(unheeded.stderr()).toMatch(/: the journal of \S+ says that already; leave/);
    }
  });

  test('a run that never began leaves no journal behind', async () => {
    const [journal, broken] = [freshPath(), join(folder, 'broken.ts')];
    writeFileSync(broken, 'export function map( {');
    const program = begin(journal, freshPath(), '--job', broken);
    expect((await program.exited).code).toBe(1);
    expect(program.stderr()).toMatch(/^error: the job does not compile: [^\n]*\n$/);
    expect(() => readdirSync(journal)).toThrow('ENOENT');
  });

  test('results in the folder of the journal would go with it: they are refused', async () => {
    const journal = freshPath();
    for (const option of ['--output', '--replay', '--trace', '--diagram-file']) {
      const path = join(journal, 'result');
      const program = start('mapreduce', ['--journal', journal, option, path, input]);
      expect((await program.exited).code).toBe(1);
      expect(program.stderr()).toContain(
        `error: ${option} ${path} is in the folder of the journal`,
      );
      expect(existsSync(journal)).toBe(false);
    }
  });

  test('a folder that was there for the journal stays, and stays empty', async () => {
    const [journal, wrong] = [freshPath(), freshPath()];
    mkdirSync(journal);
    const noInput = start('mapreduce', ['--journal', journal, wrong]);
    expect((await noInput.exited).code).toBe(1);
    expect(readdirSync(journal)).toEqual([]);
    const program = begin(journal, freshPath());
    expect((await program.exited).code, program.stderr()).toBe(0);
    expect(readdirSync(journal)).toEqual([]);
  });

  test('so does one whose run is resumed', async () => {
    const journal = freshPath();
    mkdirSync(journal);
    const program = begin(journal, freshPath());
    await program.prints(/map 1 to worker/);
    program.child.kill('SIGKILL');
    await program.exited;
    expect(areGoneWithin(10_000, journal)).toBe(true);
    const resumed = start('mapreduce', ['--resume', journal]);
    expect((await resumed.exited).code, resumed.stderr()).toBe(0);
    expect(readdirSync(journal)).toEqual([]);
  });
});
