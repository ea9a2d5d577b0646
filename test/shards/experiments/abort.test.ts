/** Whenever an experiment is told to stop, it stops, and leaves no promise and no file behind. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { experiments } from '../../../src/shards/experiments/run-experiments.ts';
import { createRandom } from '../../../src/sim/random.ts';

let folder: string;
let before: string | undefined;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'abort-test-'));
  before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
});
afterAll(() => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  rmSync(folder, { recursive: true });
});

/** A rejection that nobody handles ends a command in the middle of its clean-up. */
const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);
beforeAll(() => void process.on('unhandledRejection', note));
afterAll(() => void process.off('unhandledRejection', note));
afterEach(() => expect(unhandled.splice(0)).toEqual([]));

describe.each(experiments)('experiment $number', (experiment) => {
  test.each([4, 40])('stops %d ms after something was measured', async (ms) => {
    const controller = new AbortController();
    const runFolder = mkdtempSync(join(folder, 'run-'));
    let timer: NodeJS.Timeout | undefined;
    const run = experiment.run({
      isQuick: true,
      folder: runFolder,
      signal: controller.signal,
      createRandom,
      progress: () => {
        // When it comes makes no difference to what must follow.
        timer ??= setTimeout(() => controller.abort(), ms);
      },
    });
    await run.then(
      () => expect(timer, 'it was measured to its end').toBeDefined(),
      (error) => expect(error.name).toBe('AbortError'),
    );
    clearTimeout(timer);
    rmSync(runFolder, { recursive: true });
    expect(readdirSync(folder)).toEqual([]);
  });
});
