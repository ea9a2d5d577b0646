/**
 * What a journal remembers, also when its writer was killed in the middle of a line.
 */
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MapOutput, StreamEntry } from '../../src/mapreduce/events.ts';
import { Journal, readJournal } from '../../src/mapreduce/journal.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const output = (records: number): MapOutput => ({
  kind: 'map',
  records,
  pairs: 1,
  regions: [{ bytes: 4, crc32: 5 }],
});

function accept(map: number, attempt: number, records = 1) {
  const task = { kind: 'map', index: map };
  const entry = { type: 'accept', attempt, task, worker: 2, output: output(records) };
  return { atMs: 0, ...entry } as StreamEntry;
}

const start = (attempt: number) => ({ type: 'start-attempt', attempt }) as StreamEntry;

test('the last accepted output of each map task, and the next attempt', () => {
  const journal = Journal.begin(folder, { job: 'word-count' });
  for (const attempt of [0, 1, 2, 3]) journal.read(start(attempt));
  journal.read(accept(0, 0));
  journal.read(accept(1, 1, 7));
  journal.read({ type: 'tick', atMs: 0 });
  journal.read(accept(0, 3, 9));
  journal.close();
  expect(readJournal(folder)).toEqual({
    plan: { job: 'word-count' },
    accepted: [
      { task: { kind: 'map', index: 0 }, attempt: 3, worker: 2, output: output(9) },
      { task: { kind: 'map', index: 1 }, attempt: 1, worker: 2, output: output(7) },
    ],
    nextAttempt: 4,
  });
});

test('a torn line is forgotten, and what is written after it is not', () => {
  const journal = Journal.begin(folder, {});
  journal.read(accept(0, 0));
  journal.close();
  const lines = join(folder, 'journal.jsonl');
  const whole = readFileSync(lines, 'utf8');
  appendFileSync(lines, whole.slice(0, whole.length / 2));
  expect(readJournal(folder).accepted).toHaveLength(1);
  const resumed = Journal.resume(folder);
  resumed.read(accept(1, 4));
  resumed.close();
  expect(readJournal(folder).accepted.map(({ task }) => task.index)).toEqual([0, 1]);
});

function acceptReduce(stage: number, crc32: number) {
  const output = { kind: 'reduce', file: '', bytes: 9, crc32 };
  const task = { kind: 'reduce', index: 0 };
  const entry = { type: 'accept', attempt: 0, task, worker: 2, output };
  return { atMs: 0, stage, ...entry } as StreamEntry;
}

test('what a later stage has made of output that is another now does not count', () => {
  const journal = Journal.begin(folder, {});
  const ofStage = (stage: number) => ({ ...accept(stage, stage), stage });
  for (const entry of [ofStage(1), acceptReduce(1, 7), ofStage(2), acceptReduce(2, 5)]) {
    journal.read(entry);
  }
  journal.read(acceptReduce(1, 7));
  expect(readJournal(folder).accepted.map(({ stage }) => stage)).toEqual([1, 1, 2, 2]);
  journal.read(acceptReduce(1, 8));
  expect(readJournal(folder).accepted.map(({ stage }) => stage)).toEqual([1, 1]);
  journal.close();
});

test('a second journal in the same folder is refused', () => {
  Journal.begin(folder, {}).close();
  expect(() => Journal.begin(folder, {})).toThrow('EEXIST');
});
