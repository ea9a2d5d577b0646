/** `npm run shards` as its audience uses it: streams, kills, typed questions, exit codes. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { areGoneWithin, listWords, root, run, start, watch } from './program.ts';

const machines = join(import.meta.dirname, '../fixtures/machines');
const quick = ['--count', '20000', '--rate', '0', '--processes', '2'];

test('a shard is killed, and every state equals the single-process run', async () => {
  const { code, stdout, stderr } = await run('shards', [...quick, '--kill-shard', '2']);
  expect(stdout).toContain("every machine's state equals the single-process run");
  expect(stdout).toContain('processes lost: 1');
  expect(stderr).toMatch(/shard 2 lost \(SIGKILL\)\n(.*\n)*.*shard 2 is back/);
  expect(code).toBe(0);
});

test('--json: one document for a script, and nothing else on stdout', async () => {
  const args = [...quick, '--kill-shard', '1:5000', '--kill-shard', '2:6000', '--json'];
  const { code, stdout } = await run('shards', args);
  expect(JSON.parse(stdout)).toMatchObject({
    sent: 20_000,
    machines: 100,
    processes: 2,
    lost: 2,
    messagesLost: 0,
    failures: 0,
    isEqual: true,
    unmetKills: 0,
  });
  expect(code).toBe(0);
});

test('without a log the loss is told, and the exit code says that states differ', async () => {
  const args = [...quick, '--ids', '4', '--no-log', '--kill-shard', '1'];
  const { code, stdout, stderr } = await run('shards', args);
  expect(stderr).toMatch(/without a log \d+ messages of \d machines are gone/);
  expect(stderr).toMatch(/machines differ from a run in one process.*--no-log/);
  expect(stdout).not.toContain('equals');
  expect(code).toBe(1);
});

test('typed lines are answered while messages stream', async () => {
  const args = ['--processes', '2', '--rate', '2000', '--count', '1000000'];
  const child = spawn(process.execPath, [...listWords('shards'), ...args], { cwd: root });
  const program = watch(child);
  const type = (line: string) => child.stdin.write(`${line}\n`);
  await program.prints(/[1-9]\d{3,} of 1000000 messages sent/);
  type('query id-1');
  await program.prints(/id-1: \{"count":\d+,"chain":\d+\} \(shard \d, [\d.]+ ms\)/);
  type('query nobody');
  await program.prints(/UnknownIdError: no machine has the id "nobody"/);
  type('kill 2');
  await program.prints(/shard 2 is back/);
  type('kill 7');
  await program.prints(/kill which shard\? one of 1 to 2/);
  type('resize 3');
  await program.prints(/3 processes; \d+ of \d+ machines moved/);
  type('state');
  await program.prints(/shard 3 +pid \d+ .* machines .* applied .* queued/);
  type('dance');
  await program.prints(/dance is no command; type: query <id>/);
  type('quit');
  expect(await program.exited).toMatchObject({ code: 0 });
  expect(program.stdout()).toContain('equals the single-process run');
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends it cleanly', async (signal, code) => {
  const program = start('shards', ['--processes', '2', '--count', '1000000']);
  await program.prints(/messages sent/);
  program.child.kill(signal);
  expect(await program.exited).toMatchObject({ code });
  expect(program.stderr()).toMatch(/interrupted: all processes have ended\n$/);
  expect(areGoneWithin(5000, `"poolPid":${program.child.pid}`)).toBe(true);
});

test.each([
  [['--machine', 'nowhere.ts'], 'there is no file', 1],
  [['--machine', join(machines, 'no-class.ts')], 'exports no class', 1],
  [
    ['--machine', join(machines, 'throws.ts')],
    'throws.ts cannot be loaded: Error: no licence',
    1,
  ],
  [['--machine', join(machines, 'fussy.ts'), ...quick], 'messages lost: 0', 0],
  [['--max-machines', '3', ...quick], 'machines, and may have no more', 1],
  [['--processes', '2', '--kill-shard', '3'], 'there are only shards 1 to 2', 1],
  [['--kill-shard', 'x'], 'like 2 or 2:50000', 1],
  [[...quick, '--kill-shard', '1:30000'], 'shard 1 was not killed', 1],
] as const)('%j: %s', async (args, says, code) => {
  const outcome = await run('shards', args);
  expect(outcome.stdout + outcome.stderr).toContain(says);
  expect(outcome.stderr).not.toMatch(/^ +at /m);
  expect(outcome.code).toBe(code);
});

test('a class that throws: each message is told once, and the run has failed', async () => {
  const file = join(machines, 'throws-at-7.ts');
  const { code, stderr, stdout } = await run('shards', [...quick, '--machine', file]);
  expect(stderr).toContain('a failed at its message 7, {"n":7}: Error: not the seventh');
  expect(stderr).toContain('1 messages failed; the first: a failed at its message 7');
  expect(stdout).toContain('20,000 messages to 1 machines');
  expect(code).toBe(1);
});
