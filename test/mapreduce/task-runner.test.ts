/** The thread of a worker, in this process: what is cancelled while it starts does not stop it. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bundleTasks, startCompiled } from '../../src/mapreduce/bundle.ts';
import { planSplits } from '../../src/mapreduce/splits.ts';
import { TaskRunner } from '../../src/mapreduce/task-runner.ts';

const folder = mkdtempSync(join(tmpdir(), 'task-runner-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('cancelled while its thread starts: the next task runs', async () => {
  const file = join(folder, 'input.txt');
  writeFileSync(file, 'a b\n');
  const jobFile = join(import.meta.dirname, '../../src/apps/word-count.ts');
  const runner = new TaskRunner(
    {
      ...(await bundleTasks(jobFile, folder)),
      startCompiled,
      ...{ runDir: folder, outputDir: folder, canBeResumed: false },
      ...{ params: {}, reduceTasks: 1, memoryBytes: 1e6, slowness: 1, stage: 1 },
      ...{ worker: 1, master: '', masterPid: 0, listen: '', reachableAs: '', token: '' },
      ...{ heartbeatMs: 1000, outputFormat: 'key-value', notesRecords: false },
      store: { type: 'local-disk' },
    },
    { onFailpoint: () => {}, onEnd: () => {} },
  );
  const [split] = planSplits([{ file, name: file, bytes: statSync(file).size }], 100);
  const task = { kind: 'map', map: 0, split: split!, delayMs: 0 } as const;
  const first = runner.run({ ...task, attempt: 1 });
  // It has begun to start its thread, and hears nothing of it yet.
  await new Promise((resolve) => setImmediate(resolve));
  void runner.cancel(1);
  expect(await first).toEqual({ outcome: 'cancelled' });
  const second = await runner.run({ ...task, attempt: 2 });
  expect(second).toMatchObject({ outcome: 'completed' });
  await runner.stop();
});
