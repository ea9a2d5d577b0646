/** Map and reduce tasks apart from any process, and the sequential run as their oracle. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as invertedIndex from '../../src/apps/inverted-index.ts';
import * as wordCount from '../../src/apps/word-count.ts';
import type { Job } from '../../src/mapreduce/job.ts';
import { runSequential } from '../../src/mapreduce/sequential.ts';
import { planSplits, readSplit } from '../../src/mapreduce/splits.ts';
import {
  formatPartitions,
  type Groups,
  gatherPairs,
  JobFunctionError,
  mapRecords,
  reduceGroups,
} from '../../src/mapreduce/task.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'task-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function splitText(text: string, splitBytes = 1000) {
  const file = join(folder, 'input.txt');
  writeFileSync(file, text);
  return planSplits(
    [{ file, name: 'input.txt', bytes: Buffer.byteLength(text) }],
    splitBytes,
  );
}

/** What master and workers do, without any of them. */
async function runDistributed(
  job: Job,
  splits: ReturnType<typeof splitText>,
  reduceTasks: number,
) {
  const partitions: string[][] = [];
  for (const split of splits) {
    const groups: Groups = new Map();
    await mapRecords(job, readSplit(split), groups, { combine: true });
    partitions.push(formatPartitions(job, groups, reduceTasks));
  }
  const outputs: string[] = [];
  for (let r = 0; r < reduceTasks; r++) {
    const groups: Groups = new Map();
    for (const texts of partitions) gatherPairs(texts[r] as string, groups);
    outputs.push(await reduceGroups(job, groups));
  }
  return outputs;
}

async function runOracle(
  job: Job,
  splits: ReturnType<typeof splitText>,
  reduceTasks: number,
) {
  const out = join(folder, 'oracle');
  await runSequential(job, splits, reduceTasks, out);
  return Array.from({ length: reduceTasks }, (_, r) =>
    readFileSync(join(out, `mr-out-${r}`), 'utf8'),
  );
}

const orderMatters: Job = {
  map: ({ offset }, line, emit) => {
    for (const word of line.split(' ')) emit(word, `${offset}:${line.length}`);
  },
  reduce: (_key, values) => values.join('|'),
};

test('with and without combiner, in any number of splits: the sequential run is the oracle', async () => {
  const word = fc.constantFrom(
    'a',
    'b',
    'constructor',
    '__proto__',
    'é',
    '🚀',
    '\ufffd',
    'B',
    '',
  );
  const text = fc
    .array(fc.array(word).map((words) => words.join(' ')))
    .map((lines) => lines.join('\n'));
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom<Job>(wordCount, invertedIndex, orderMatters),
      async (input, splitBytes, reduceTasks, job) => {
        const splits = splitText(input, splitBytes);
        const outputs = await runDistributed(job, splits, reduceTasks);
        expect(outputs).toEqual(await runOracle(job, splits, reduceTasks));
      },
    ),
  );
});

test('a combiner is called before memory fills, and never makes time quadratic', async () => {
  let combined = 0;
  const keepAll: Job = {
    ...orderMatters,
    combine: (_key, values) => {
      combined += values.length;
      return values;
    },
  };
  const splits = splitText('x\n'.repeat(10_000), 1e6);
  const outputs = await runDistributed(keepAll, splits, 1);
  expect(outputs).toEqual(await runOracle(orderMatters, splits, 1));
  expect(combined).toBeGreaterThan(10_000);
  expect(combined).toBeLessThan(40_000);
});

test('reduce may write several values for a key, or none', async () => {
  const job: Job = {
    map: (_key, line, emit) => emit(line.slice(0, 1), line),
    reduce: (key, values) => (key === 'a' ? [] : values),
  };
  const outputs = await runDistributed(job, splitText('b1\na1\nb2\n'), 1);
  expect(outputs).toEqual(['b\tb1\nb\tb2\n']);
});

test('an asynchronous map function is waited for', async () => {
  const job: Job = {
    map: async (_key, line, emit) => {
      await null;
      emit(line, '1');
    },
    reduce: (_key, values) => String(values.length),
  };
  expect(await runDistributed(job, splitText('x\ny\nx\n'), 1)).toEqual(['x\t2\ny\t1\n']);
});

test('an emit after map has returned is found out, not lost', async () => {
  const job: Job = {
    map: (_key, line, emit) => {
      void Promise.resolve().then(() => emit(line, '1'));
    },
    reduce: () => '',
  };
  const splits = splitText('x\ny\n');
  await expect(runDistributed(job, splits, 1)).rejects.toThrow(
    'emit was called after map',
  );
  await expect(runOracle(job, splits, 1)).rejects.toThrow('emit was called after map');
});

describe('a job that breaks its contract is told where', () => {
  const good: Job = { map: (_k, line, emit) => emit(line, '1'), reduce: () => '' };
  test.each<[string, Partial<Job>, RegExp, RegExp]>([
    [
      'map throws',
      {
        map: (_key, line) => {
          if (line === 'bad') throw new Error('boom');
        },
      },
      /^Error: boom\n\s+at .*task\.test\.ts/s,
      /^record at byte 5 of .*input\.txt: "bad"$/,
    ],
    [
      'map rejects',
      { map: () => Promise.reject(new Error('later')) },
      /^Error: later/,
      /^record at byte 0/,
    ],
    [
      'map emits a number',
      { map: (_key, line, emit) => emit(line, 1 as unknown as string) },
      /emit takes two strings, it got 1: write String\(…\)/,
      /^record at byte 0/,
    ],
    [
      'reduce returns nothing',
      { reduce: (() => undefined) as unknown as Job['reduce'] },
      /reduce must return a string or strings, it returned undefined/,
      /^key "/,
    ],
    [
      'combine throws text',
      {
        combine: () => {
          throw 'no';
        },
      },
      /^it threw no$/,
      /^key "/,
    ],
  ])('%s', async (_what, wrong, error, on) => {
    const failure = await runDistributed(
      { ...good, ...wrong },
      splitText('good\nbad\n'),
      2,
    ).then(
      () => undefined,
      (e) => e,
    );
    expect(failure).toBeInstanceOf(JobFunctionError);
    expect(failure.failure.error).toMatch(error);
    expect(failure.failure.on).toMatch(on);
  });
});

test('a combiner that changes the result differs from the sequential run', async () => {
  const countsPairs: Job = {
    map: (_key, line, emit) => emit(line, '1'),
    reduce: (_key, values) => String(values.length),
    combine: (_key, values) => String(values.length),
  };
  const splits = splitText('x\nx\nx\n');
  expect(await runOracle(countsPairs, splits, 1)).toEqual(['x\t3\n']);
  expect(await runDistributed(countsPairs, splits, 1)).toEqual(['x\t1\n']);
});

test('an error message of ten megabytes is cut before it has to fit into a frame', () => {
  const { failure } = new JobFunctionError(new Error('x'.repeat(1e7)), 'record');
  expect(failure.error.length).toBe(16_384);
});
