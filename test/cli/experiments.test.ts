/** `npm run experiments`: tables, sentences, files, and what becomes of mistakes and Ctrl-C. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cell, Conclusion, Table } from '../../src/shards/experiments/experiment.ts';
import { experiments } from '../../src/shards/experiments/run-experiments.ts';
import { listProcesses, run, start } from './program.ts';

/** Programs keep their temporary files here, so that what is left can be seen. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'experiments-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Written {
  readonly machine: { readonly cores: number };
  readonly findings: readonly {
    readonly tables: readonly Table[];
    readonly conclusions: readonly Conclusion[];
  }[];
}

/** Of one experiment: far more than it takes where other tests run as well. */
const ceilingMs = 180_000;
const numbers = experiments.map(({ number }) => number);

test('there are the five of the document, in its order', () => {
  expect(numbers).toEqual([1, 2, 3, 4, 5]);
});

test.each(numbers)(
  'experiment %d fills its tables and says what they show',
  async (n) => {
    const json = join(folder, `${n}.json`);
    const args = [String(n), '--quick', '--json', json];
    const { code, stdout, stderr } = await run('experiments', args, { TMPDIR: folder });
    expect(stderr).toMatch(/^experiment/);
    expect(code).toBe(0);
    const { machine, findings } = JSON.parse(readFileSync(json, 'utf8')) as Written;
    expect(machine.cores).toBeGreaterThan(0);
    const [{ tables, conclusions } = { tables: [], conclusions: [] }] = findings;
    expect(tables.length).toBeGreaterThan(0);
    for (const { caption, columns, rows } of tables) {
      expect(stdout).toContain(caption);
      for (const [name, ...cells] of rows) {
        expect(cells.length, name).toBe(columns.length - 1);
        expect(
          cells.filter((cell) => !isComplete(cell)),
          name,
        ).toEqual([]);
      }
    }
    const said = stdout.replaceAll(/\s+/g, ' ');
    for (const { sentence } of conclusions) expect(said).toContain(sentence);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toMatch(/1 of 5 experiments in \d+ s\n$/);
    expect(leftBehind(), 'files').toEqual([]);
    expect(listProcesses(folder), 'processes').toEqual([]);
  },
  ceilingMs,
);

function isComplete(cell: Cell): boolean {
  if (typeof cell === 'string') return cell !== '';
  return Object.values(cell.summary).every((value) => Number.isFinite(value));
}

/** Besides what the tests asked for and what tsx keeps. */
function leftBehind(): string[] {
  return readdirSync(folder).filter((name) => !/\.json$|^tsx-|^node-/.test(name));
}

test('Ctrl-C ends it at once and leaves nothing behind', async () => {
  const program = start('experiments', ['all', '--quick'], { TMPDIR: folder });
  await program.prints(/experiment 1/);
  program.child.kill('SIGINT');
  expect(await program.exited).toMatchObject({ code: 130 });
  expect(program.stderr()).not.toContain('error');
  expect(leftBehind(), 'files').toEqual([]);
  expect(listProcesses(folder), 'processes').toEqual([]);
});

test.each([
  [['6'], 'there is no experiment 6; there are: 1 (Throughput against processes), 2'],
  [['2,x'], 'there is no experiment x'],
  [['1', '--html', '/no/such/folder/r.html'], '--html: there is no such folder'],
  [['1', '--json', tmpdir()], '--json: that is a folder'],
])('%j is one clear sentence', async (args, sentence) => {
  const { code, stdout, stderr } = await run('experiments', args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(`error: ${sentence}`);
  expect(stderr).not.toContain('    at ');
});

test('a flag that npm kept for itself is noticed', async () => {
  const { code, stderr } = await run('experiments', ['2'], {
    npm_lifecycle_event: 'experiments',
    npm_config_quick: 'true',
  });
  expect(code).toBe(1);
  expect(stderr).toContain('add -- before the options: npm run experiments -- --quick');
});
