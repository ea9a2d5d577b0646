/** `npm run simulate`: what it prints, what it sums up, and what it refuses. */
import { expect, test } from 'vitest';
import { run } from './program.ts';

const summaryOf = async (...args: string[]) => {
  const { code, stdout } = await run('simulate', ['--json', ...args]);
  return { code, summary: JSON.parse(stdout) };
};

test('a killed worker in the picture, and the run without it in the table', async () => {
  const { code, stdout, stderr } = await run('simulate', ['--kill-worker', '2']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^worker 2 +M\d░+ M\d╳+ +✗ lost$/m);
  expect(stdout).toMatch(/^ +this run +without the faults$/m);
  expect(stdout).toMatch(/^executed again +2 map, 0 reduce +0 map, 0 reduce$/m);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('the same seed gives the same run, another one another', async () => {
  const [a, b, c] = await Promise.all(
    ['3', '3', '4'].map((seed) => summaryOf('--kill-worker', '1', '--seed', seed)),
  );
  expect(a).toEqual(b);
  expect(a?.summary.makespanMs).not.toBe(c?.summary.makespanMs);
});

test('a loss in the reduce phase: with stable storage nothing is executed again', async () => {
  const late = ['--kill-worker', '2@3500'];
  const [disk, shared] = await Promise.all([
    summaryOf(...late),
    summaryOf(...late, '--store', 'shared'),
  ]);
  expect(disk.summary).toMatchObject({ outcome: 'completed', lostWorkers: [2] });
  expect(disk.summary.reExecuted.map).toBeGreaterThan(0);
  expect(shared.summary).toMatchObject({ lostWorkers: [2], reExecuted: { map: 0 } });
  expect(shared.summary.makespanMs).toBeLessThan(disk.summary.makespanMs);
  expect(disk.summary.baseline).toMatchObject({ lostWorkers: [], attempts: 16 });
});

test('a straggler, with and without backup tasks', async () => {
  const [without, with_] = await Promise.all([
    summaryOf('--slow-worker', '1', '--no-backup'),
    summaryOf('--slow-worker', '1'),
  ]);
  expect(without.summary.backups).toEqual({ started: 0, won: 0 });
  expect(with_.summary.backups.won).toBeGreaterThan(0);
  expect(with_.summary.makespanMs).toBeLessThan(without.summary.makespanMs);
});

test('a job that fails is no success', async () => {
  const args = ['--workers', '1', '--kill-worker', '1@100'];
  const { code, stderr } = await run('simulate', args);
  expect(code).toBe(1);
  expect(stderr).toBe(
    'error: the job has failed: the only worker is lost, nobody is left to run the tasks\n',
  );
});

test.each([
  [['--kill-worker', '9'], 'error: --kill-worker 9: there are only workers 1 to 4'],
  [['--slow-worker', '5:2'], 'error: --slow-worker 5: there are only workers 1 to 4'],
  [['--kill-worker', '2@x'], 'It must be a worker, perhaps with a millisecond'],
  [['--kill-worker', '2@99999'], 'the run is over after 4237 ms; choose an earlier'],
  [['--kill-worker', '2', '--map-tasks', '1'], 'its moment never came'],
  [['--workers', '33'], 'It must be a whole number from 1 to 32.'],
  [['--map-tasks', '0'], 'It must be a whole number from 1 to 200.'],
  [['--store', 'moon'], 'Allowed choices are local-disk, shared.'],
  [['extra'], 'error: too many arguments'],
])('%j is refused in a sentence', async (args, sentence) => {
  const { code, stdout, stderr } = await run('simulate', args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(sentence);
  expect(stderr).not.toMatch(/^ +at /m);
});
