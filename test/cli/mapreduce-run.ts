/** Runs of `npm run mapreduce` for tests: a small input, a fresh output folder, a clean end. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { listProcesses, run } from './program.ts';

export const jobs = join(import.meta.dirname, '../fixtures/jobs');
export const folder = mkdtempSync(join(tmpdir(), 'mapreduce-test-'));
export const input = join(folder, 'input.txt');

const lines = Array.from(
  { length: 400 },
  (_, i) => `line ${i % 7} of constructor __proto__ é\n`,
);
writeFileSync(input, lines.join(''));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** About seven map tasks. */
export const smallInput = ['--split-size', '2k', input];

let nextName = 0;

/** A path in this test's folder where nothing is yet. */
export function freshPath(): string {
  return join(folder, `fresh-${nextName++}`);
}

/**
 * Runs to the end with `--json`. The output folder is among the arguments, so it names the run:
 * no process of it may be left.
 */
export async function runJson(args: readonly string[]) {
  const output = freshPath();
  const result = await run('mapreduce', [...args, '--json', '--output', output]);
  expect(listProcesses(output)).toEqual([]);
  const summary = result.code === 0 ? JSON.parse(result.stdout) : undefined;
  return { ...result, output, summary };
}

/** The folder of the run whose command has `text` among its arguments. */
export function findRunFolder(text: string): string {
  const found = /(\S+)\/worker-main\.cjs/.exec(listProcesses(text).join('\n'));
  return found?.[1] as string;
}

/** The output files of a run, those that have their final names by now. */
export function readOutput(output: string): Record<string, string> {
  const names = readdirSync(output).filter((name) => name.startsWith('mr-out-'));
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(join(output, name), 'utf8')]),
  );
}

/** For tests that count attempts: on a busy machine a backup task may start without a fault. */
export const noBackup = ['--no-backup'];
