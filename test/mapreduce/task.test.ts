/** Map and reduce tasks apart from any process, and the sequential run as their oracle. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as invertedIndex from '../../src/apps/inverted-index.ts';
import * as wordCount from '../../src/apps/word-count.ts';
import * as wordCountBytes from '../../src/apps/word-count-bytes.ts';
import type { BytesJob, Job } from '../../src/mapreduce/job.ts';
import { writeReduced } from '../../src/mapreduce/output-file.ts';
import { PairBuffer } from '../../src/mapreduce/pair-buffer.ts';
import { ReduceInput } from '../../src/mapreduce/reduce-input.ts';
import { findDifference, runSequential } from '../../src/mapreduce/sequential.ts';
import { planSplits, readSplit } from '../../src/mapreduce/splits.ts';
import { mapRecords } from '../../src/mapreduce/task.ts';
import { JobFunctionError } from '../../src/mapreduce/task-failure.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'task-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function splitText(text: string | Buffer, splitBytes = 1000) {
  const file = join(folder, 'input.txt');
  writeFileSync(file, text);
  return planSplits(
    [{ file, name: 'input.txt', bytes: Buffer.byteLength(text) }],
    splitBytes,
  );
}

/** What master and workers do, without any of them. */
async function runDistributed(
  job: Job | BytesJob,
  splits: ReturnType<typeof splitText>,
  reduceTasks: number,
  memoryBytes = 1e6,
) {
  const maps: Buffer[][] = [];
  for (const split of splits) {
    const buffer = new PairBuffer(job, { reduceTasks, memoryBytes, folder });
    try {
      await mapRecords(job, [readSplit(split)], (key, value) => buffer.add(key, value));
      maps.push(buffer.finish().map(copyParts));
    } finally {
      buffer.close();
    }
  }
  const outputs: string[] = [];
  for (let r = 0; r < reduceTasks; r++) {
    const sources = maps.map((partitions) => partitions[r] as Buffer);
    const sizes = sources.map(({ length }) => ({ bytes: length }));
    const input = new ReduceInput(sizes, { memoryBytes, folder });
    try {
      const path = join(folder, `output-${r}`);
      const { bytes } = await writeReduced(
        job,
        input.merge(
          sources.map((bytes) => {
            const arriving = input.receive(bytes.length);
            arriving.write(bytes, 0);
            return arriving.run;
          }),
        ),
        path,
      );
      outputs.push(readFileSync(path, 'utf8'));
      expect(Buffer.byteLength(outputs.at(-1) as string)).toBe(bytes);
    } finally {
      input.close();
    }
  }
  return outputs;
}

/** A part is valid until the next. */
function copyParts(parts: Iterable<Buffer>): Buffer {
  const copies: Buffer[] = [];
  for (const part of parts) copies.push(Buffer.from(part));
  return Buffer.concat(copies);
}

async function runOracle(
  job: Job | BytesJob,
  splits: ReturnType<typeof splitText>,
  reduceTasks: number,
  memoryBytes?: number,
) {
  const out = join(folder, 'oracle');
  await runSequential(job, splits, reduceTasks, out, {
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
  });
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
      fc.constantFrom(1, 500, 1e6),
      async (input, splitBytes, reduceTasks, job, memoryBytes) => {
        const splits = splitText(input, splitBytes);
        const outputs = await runDistributed(job, splits, reduceTasks, memoryBytes);
        expect(outputs).toEqual(await runOracle(job, splits, reduceTasks));
        const inFiles = await runOracle(job, splits, reduceTasks, memoryBytes);
        expect(inFiles).toEqual(outputs);
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

test('a value that comes again and again is handed on as often, and in its place', async () => {
  const concatenate = (_key: string, values: string[]) => values.join('');
  const run = fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 1, max: 10_000 }));
  const job: Job = {
    map: (_key, line, emit) => {
      for (const [value, times] of JSON.parse(line)) {
        for (let i = 0; i < times; i++) emit('key', value);
      }
    },
    reduce: concatenate,
  };
  const combining: Job = { ...job, combine: concatenate };
  await fc.assert(
    fc.asyncProperty(
      fc.array(run, { minLength: 1, maxLength: 5 }),
      fc.constantFrom(job, combining),
      fc.constantFrom(1000, 1e6),
      async (runs, chosen, memoryBytes) => {
        const splits = splitText(JSON.stringify(runs), 1e6);
        const outputs = await runDistributed(chosen, splits, 1, memoryBytes);
        const expected = runs.map(([value, times]) => value.repeat(times)).join('');
        expect(outputs[0] === `key\t${expected}\n`).toBe(true);
      },
    ),
    { numRuns: 30 },
  );
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
      splitText('good\nbad\ngood\n'),
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

test('word-count-bytes counts the words of any bytes as word-count does', async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'a',
      'B',
      ' ',
      '\n',
      '\r\n',
      'é',
      '中',
      '𐐷',
      '🚀',
      '\u2028',
      '\ufeff',
    ),
    fc.string({ unit: 'binary', maxLength: 2 }),
    fc.uint8Array({ maxLength: 3 }),
    // No UTF-8: too long, a surrogate, beyond the last character, and no first byte at all.
    fc.constantFrom(
      [0xc1, 0x81],
      [0xe0, 0x81, 0x81],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90],
      [0xf8, 0x90, 0x80, 0x80],
      [0xfc, 0x90, 0x80, 0x80],
    ),
  );
  const bytes = fc
    .array(piece, { maxLength: 30 })
    .map((pieces) => Buffer.concat(pieces.map((any) => Buffer.from(any as string))));
  await fc.assert(
    fc.asyncProperty(bytes, fc.integer({ min: 1, max: 40 }), async (input, size) => {
      const splits = splitText(input, size);
      const outputs = await runDistributed(wordCountBytes, splits, 2);
      expect(outputs).toEqual(await runOracle(wordCount, splits, 2));
      expect(outputs).toEqual(await runOracle(wordCountBytes, splits, 2));
    }),
    { numRuns: 300 },
  );
});

const byLength: Job = {
  map: (_key, line, emit) => emit(line, '1'),
  reduce: (_key, values) => String(values.length),
  partition: (key, reduceTasks) => Math.min(key.length, reduceTasks - 1),
};

test('a job may choose the partition of a key', async () => {
  const splits = splitText('a\nccc\n\nbb\na\n');
  const outputs = await runDistributed(byLength, splits, 3);
  expect(outputs).toEqual(['\t1\n', 'a\t2\n', 'bb\t1\nccc\t1\n']);
  expect(outputs).toEqual(await runOracle(byLength, splits, 3));
});

test.each([3, -1, 0.5, Number.NaN, '1', undefined])(
  'a partition %j of 3 fails the job and names the key',
  async (partition) => {
    const job = { ...byLength, partition: () => partition as number };
    const splits = splitText('good\n');
    for (const run of [runDistributed, runOracle]) {
      const failure = await run(job, splits, 3).catch((error) => error);
      expect(failure).toBeInstanceOf(JobFunctionError);
      expect(failure.message).toContain(
        `partition must return a whole number from 0 to 2, it returned ${partition}`,
      );
      expect(failure.failure.on).toBe('key "good"');
    }
  },
);

test('two folders of outputs are compared to the last byte, in parts', () => {
  const [one, other] = ['one', 'other'].map((name) => join(folder, name));
  const write = (path: string, text: string) =>
    writeFileSync(join(path, 'mr-out-0'), text);
  for (const path of [one, other]) mkdirSync(path as string);
  for (const bytes of [0, 1, 2 ** 20, 2 ** 20 + 1, 2 ** 21]) {
    const text = 'x'.repeat(bytes);
    write(one as string, text);
    write(other as string, text);
    expect(findDifference(one as string, other as string, 1)).toBeUndefined();
    for (const wrong of [`${text}y`, text.slice(0, -1), `${text.slice(0, -1)}y`]) {
      write(other as string, wrong);
      const expected = wrong === text ? undefined : 'mr-out-0';
      expect(findDifference(one as string, other as string, 1)).toBe(expected);
    }
  }
});

test('an error message of ten megabytes is cut before it has to fit into a frame', () => {
  const { failure } = new JobFunctionError(new Error('x'.repeat(1e7)), 'record');
  expect(failure.error.length).toBe(16_384);
});
