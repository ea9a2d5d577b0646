/** A sort of more than its workers may hold: the order, every record, and what memory it took. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { ourCommand } from '../bench/mapreduce/our-command.ts';
import { PeakWatch, peaksAbsence } from '../bench/mapreduce/peak-memory.ts';
import { checkSorted, writeRecords } from '../bench/mapreduce/sort-records.ts';
import { runTimed } from '../bench/mapreduce/timed-command.ts';
import { freshPath } from './mapreduce-run.ts';

// 64 MB four times through files: a ceiling for a busy machine.
vi.setConfig({ testTimeout: 240_000 });

test('64 MB with 1 MiB for the pairs of a task: many runs, one order, bounded memory', async () => {
  const scratch = freshPath();
  mkdirSync(scratch);
  const [input, output] = [join(scratch, 'records.txt'), join(scratch, 'output')];
  const records = await writeRecords(input, 640_000, AbortSignal.timeout(200_000));
  const watch = new PeakWatch();
  const size = ['--workers', '2', '--split-size', '32M', '--reduce-tasks', '3'];
  const args = ['--job', 'sort', ...size, '--memory', '1M', '--output', output];
  try {
    const command = ourCommand(...args, '--verify', '--json', input);
    const { stdout } = await runTimed(command, scratch, watch);
    expect(JSON.parse(stdout)).toMatchObject({ verified: true, mapTasks: 2 });
  } finally {
    watch.stop();
  }
  await checkSorted(output, records);
  if (peaksAbsence === undefined) {
    const { masterMiB, workersMiB } = watch.read();
    expect(masterMiB).toBeLessThan(150);
    expect(Math.max(...workersMiB)).toBeLessThan(200);
  }
  rmSync(scratch, { recursive: true });
});
