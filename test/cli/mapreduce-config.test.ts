/**
 * The document's workload with real processes, over both transports and from every store:
 * whatever crashes or straggles, the counts are those of one plain loop.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type RunConfig, readConfig } from '../../src/cli/config-file.ts';
import { transports } from '../../src/mapreduce/bundle.ts';
import { storeNames } from '../../src/mapreduce/stores/store.ts';
import { freshPath, runJson } from './mapreduce-run.ts';
import { areGoneWithin, listProcesses, run, start } from './program.ts';

const shipped = resolve(import.meta.dirname, '../../src/apps/target-count.json');

/** Ten map tasks and four reduce tasks for three mappers and two reducers. */
const small: Partial<RunConfig> = {
  num_strings: 4000,
  num_target_words: 20,
  target_word_length: 2,
  partition_size: 400,
  num_mappers: 3,
  num_reducers: 2,
  mapper_straggler_delay_ms: 300,
  reducer_straggler_delay_ms: 300,
  mapper_timeout_ms: 200,
  reducer_timeout_ms: 200,
};

/** Crashes and stragglers, so many of a hundred attempts. */
const faults = (crashes: number, stragglers: number): Partial<RunConfig> => ({
  mapper_failure_probability: crashes,
  reducer_failure_probability: crashes,
  mapper_straggler_probability: stragglers,
  reducer_straggler_probability: stragglers,
});

function writeConfig(...changes: Partial<RunConfig>[]): string {
  const file = `${freshPath()}.json`;
  const config = Object.assign({}, readConfig(shipped), small, ...changes);
  writeFileSync(file, JSON.stringify(config));
  return file;
}

const cases = transports.flatMap((transport) =>
  storeNames.map((store) => ({ transport, store })),
);

test.each(cases)(
  'right under faults: $transport, $store',
  async ({ transport, store }) => {
    // On local disks a crash takes finished work along: with as many, few runs would end.
    const config = writeConfig(store === 'local-disk' ? faults(8, 20) : faults(30, 20));
    const seed = String(1 + cases.findIndex((c) => c.store === store));
    const how = ['--transport', transport, '--store', store, '--seed', seed];
    const { code, stderr, summary } = await runJson([
      '--config',
      config,
      '--verify',
      ...how,
    ]);
    expect(code, stderr).toBe(0);
    expect(summary).toMatchObject({ mapTasks: 10, reduceTasks: 4, workers: 5, store });
    expect(summary.verified).toBe(true);
  },
);

test('mappers run map tasks, reducers reduce tasks, and one Update is a partition', async () => {
  const config = writeConfig(faults(0, 0), { mapper_timeout_ms: 60_000 });
  const { code, stderr, summary } = await runJson(['--config', config, '--verify']);
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/map \d+ to worker [1-3]\b/);
  expect(stderr).not.toMatch(/map \d+ to worker [45]\b/);
  expect(stderr).not.toMatch(/reduce \d+ to worker [1-3]\b/);
  expect(summary).toMatchObject({ store: 'state-server', verified: true });
  expect(summary.stateCalls).toMatchObject({ initialize: 1, update: 10 });
});

test.each(transports)(
  'kill -9 of a mapper from outside: right, %s',
  async (transport) => {
    const config = writeConfig(faults(0, 100), { mapper_timeout_ms: 60_000 });
    const args = ['--config', config, '--verify', '--json', '--output', freshPath()];
    const program = start('mapreduce', [...args, '--transport', transport]);
    await program.prints(/map \d+ to worker 2\b/);
    const [, pid] = /worker 2 registered, process (\d+)/.exec(program.stderr()) ?? [];
    process.kill(Number(pid), 'SIGKILL');
    expect(await program.exited).toEqual({ code: 0, signal: null });
    const summary = JSON.parse(program.stdout());
    expect(summary).toMatchObject({ lostWorkers: [2], verified: true });
  },
);

describe.each(transports)('whoever is killed, over %s', (transport) => {
  /** Every attempt sleeps: there is time to kill somebody in the middle. */
  async function startSlowRun() {
    const temporary = freshPath();
    mkdirSync(temporary);
    const output = freshPath();
    const config = writeConfig(faults(0, 100), { mapper_straggler_delay_ms: 20_000 });
    const args = ['--config', config, '--transport', transport, '--output', output];
    const program = start('mapreduce', args, { TMPDIR: temporary });
    await program.prints(/map \d+ to worker/);
    return { program, temporary, output };
  }

  test('kill -9 of the master leaves no process', async () => {
    const { program, temporary } = await startSlowRun();
    program.child.kill('SIGKILL');
    await program.exited;
    const left = () => listProcesses(temporary).join('\n');
    expect(areGoneWithin(5000, temporary), left()).toBe(true);
  });

  test('kill -9 of the state server: the job fails and says so', async () => {
    const { program, temporary, output } = await startSlowRun();
    const [, pid] = /state server \S+, process (\d+)/.exec(program.stderr()) ?? [];
    process.kill(Number(pid), 'SIGKILL');
    expect(await program.exited).toEqual({ code: 1, signal: null });
    expect(program.stderr()).toMatch(
      /the job failed.*the state server was lost \(SIGKILL/,
    );
    expect(() => readdirSync(output)).toThrow('ENOENT');
    expect(listProcesses(temporary)).toEqual([]);
  });
});

test('what the file says, and an option says otherwise, is refused', async () => {
  const refusals = [
    [['--workers', '3'], /^error: --config \S+ says that already: leave out --workers/],
    [['some.txt'], /^error: --config \S+ makes its own input: leave out some\.txt/],
  ] as const;
  for (const [args, sentence] of refusals) {
    const { code, stderr } = await run('mapreduce', ['--config', shipped, ...args]);
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
  }
});
