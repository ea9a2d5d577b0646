/** `--skip-bad-records` with records that end the attempt, the thread, or the process. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folder, freshPath, jobs, readOutput, runJson } from './mapreduce-run.ts';
import { run } from './program.ts';

const job = ['--job', join(jobs, 'bad-records.ts'), '--workers', '2', '--no-backup'];
const skip = [...job, '--reduce-tasks', '1', '--skip-bad-records'];

/** Forty good lines, `bad` spread among them. */
function writeInput(...bad: string[]): string {
  const lines = bad.flatMap((line, i) => [...goodLines(`${i} of é`), line]);
  const file = `${freshPath()}.txt`;
  writeFileSync(file, `${[...lines, ...goodLines('rest')].join('\n')}\n`);
  return file;
}

function goodLines(text: string): string[] {
  return Array.from({ length: 10 }, (_, i) => `good ${i} ${text}`);
}

test('a record is left out however it ends its map function, and is named', async () => {
  const bad = ['throw', 'exit', 'kill', 'recurse'];
  const args = [...skip, '--split-size', '300', '--verify', writeInput(...bad)];
  const { code, stderr, summary, output } = await runJson(args);
  expect(stderr).not.toContain('internal error');
  expect(code).toBe(0);
  expect(readOutput(output)).toEqual({ 'mr-out-0': 'lines\t50\n' });
  expect(summary.verified).toBe(true);
  expect(summary.skipped.map(({ start }: { start: string }) => start)).toEqual(
    bad.map((line) => JSON.stringify(line)),
  );
  const [thrown, exited, killed, recursed] = summary.skipped;
  expect(thrown).toMatchObject({ byte: 150, file: expect.stringMatching(/fresh.*txt$/) });
  expect(thrown.error).toMatch(/^Error: cannot digest this\n.*bad-records\.ts:6/s);
  expect(exited.error).toBe('its task thread exited with 7');
  expect(killed.error).toMatch(/its process ended: SIGKILL|its connection closed/);
  expect(recursed.error).toMatch(/Maximum call stack size exceeded/);
  // Only the record that kills its process costs workers, and others take their place.
  expect(summary.lostWorkers).toHaveLength(2);
  expect(summary.replacements).toBe(2);
});

test('a record that fills the memory of the thread costs no worker', async () => {
  const output = freshPath();
  const args = [...skip, '--json', '--output', output, writeInput('fill')];
  // So that little is enough.
  const env = { NODE_OPTIONS: '--max-old-space-size=128' };
  const { code, stdout } = await run('mapreduce', args, env);
  expect(code).toBe(0);
  const summary = JSON.parse(stdout);
  expect(readOutput(output)).toEqual({ 'mr-out-0': 'lines\t20\n' });
  expect(summary.skipped).toMatchObject([{ start: '"fill"' }]);
  expect(summary.lostWorkers).toEqual([]);
});

test('workers that the fault plan kills blame no record', async () => {
  const args = [...skip, '--split-size', '64', '--crash-probability', '20'];
  const { code, summary } = await runJson([...args, '--verify', writeInput('throw')]);
  expect(code).toBe(0);
  expect(summary.lostWorkers.length).toBeGreaterThan(0);
  expect(summary.skipped).toMatchObject([{ start: '"throw"' }]);
  expect(summary.verified).toBe(true);
});

test('more than --max-skipped bad records fail the job, and it names the last', async () => {
  const file = writeInput('throw', 'throw', 'throw');
  const { code, stderr, output } = await runJson([...skip, '--max-skipped', '2', file]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/3 bad records are more than --max-skipped 2/);
  expect(stderr).toMatch(/record at byte \d+ of .*txt: "throw"/);
  expect(existsSync(output)).toBe(false);
});

test('a job that takes many lines at a time cannot say which one is bad', async () => {
  const file = join(folder, 'any.txt');
  writeFileSync(file, 'any\n');
  const bytes = ['--job', 'word-count-bytes', '--skip-bad-records', file];
  const { code, stderr } = await runJson(bytes);
  expect(code).toBe(1);
  expect(stderr).toMatch(/takes its records as bytes.*must take records = 'lines'/);
});

test('--max-skipped without --skip-bad-records means nothing', async () => {
  const { code, stderr } = await runJson(['--max-skipped', '3']);
  expect(code).toBe(1);
  expect(stderr).toContain('--max-skipped 3: add --skip-bad-records');
});

test('a key is left out however it ends its reduce function, and is named', async () => {
  const bad = ['exit é', 'kill', 'recurse', 'throw'];
  const lines = [...bad, 'good', 'throw', 'kind', 'good'];
  const file = `${freshPath()}.txt`;
  writeFileSync(file, `${lines.join('\n')}\n`);
  const keys = ['--job', join(jobs, 'bad-keys.ts'), '--workers', '2', '--no-backup'];
  const args = [...keys, '--reduce-tasks', '2', '--skip-bad-records', '--verify'];
  const { code, stderr, summary, output } = await runJson([...args, file]);
  expect(stderr).not.toContain('internal error');
  expect(code).toBe(0);
  expect(Object.values(readOutput(output)).join('')).toMatch(
    /^(good\t2\n|kind\t1\n){2}$/,
  );
  expect(summary.verified).toBe(true);
  expect(summary.totals.keysSkipped).toBe(4);
  const found = Object.fromEntries(
    summary.skippedKeys.map((one: { key: string }) => [one.key, one]),
  );
  expect(Object.keys(found).sort()).toEqual(bad);
  expect(found.throw).toMatchObject({
    values: 2,
    error: expect.stringMatching(/^Error: cannot add this up\n.*bad-keys\.ts:9/s),
  });
  expect(found['exit é'].error).toBe('its task thread exited with 7');
  expect(found.kill.error).toMatch(/its process ended: SIGKILL|its connection closed/);
  expect(found.recurse.error).toMatch(/Maximum call stack size exceeded/);
  expect(summary.lostWorkers).toHaveLength(2);
  expect(stderr).toContain('the key "throw" is bad: reduce');
});

test('a person sees bad keys; without the option the first one fails the job', async () => {
  const file = `${freshPath()}.txt`;
  writeFileSync(file, 'throw\ngood\n');
  const args = ['--job', join(jobs, 'bad-keys.ts'), '--workers', '1', file];
  const skipped = await run('mapreduce', ['--skip-bad-records', ...args]);
  expect(skipped.code).toBe(0);
  expect(skipped.stdout).toMatch(
    /1 bad key skipped:\n {2}key "throw", 1 value\n {4}Error: cannot add this up\n/,
  );
  const failed = await run('mapreduce', args);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(/reduce task \d failed in 3 attempts/);
  expect(failed.stderr).toContain('key "throw"');
});
