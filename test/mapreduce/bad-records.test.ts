/** Which records are skipped, and what their failures cost: literal histories. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listSkipped } from '../../src/mapreduce/bad-records.ts';
import { RecordNote, readRecordNote } from '../../src/mapreduce/record-note.ts';
import { given } from './scheduler-history.ts';

const skipping = { mapTasks: 1, workers: [1], skipBadRecords: { maxRecords: 2 } };

function givenFailures(options = {}) {
  const history = given({ ...skipping, ...options });
  history.register(1);
  const fail = (attempt: number, offset?: number) => {
    const place = offset === undefined ? {} : { offset };
    const failure = { error: 'Error: bad', on: '', ...place };
    return history.tell({ type: 'attempt-failed', attempt, failure });
  };
  return { ...history, fail };
}

test('the second failure on a record makes the next attempt skip it', () => {
  const { fail, complete } = givenFailures();
  expect(fail(0, 40)).toEqual(['retry #0', '#1 map 0 -> 1']);
  expect(fail(1, 40)).toEqual(['retry #1', 'skip map 0 byte 40', '#2 map 0 -> 1']);
  expect(complete(2)).toContain('map phase completed');
});

test('a record that is skipped explains its failures: they count no more', () => {
  const { fail } = givenFailures();
  for (const [attempt, offset] of [40, 40, 50].entries()) fail(attempt, offset);
  expect(fail(3, 50)).toEqual(['retry #3', 'skip map 0 byte 50', '#4 map 0 -> 1']);
});

test('failures on ever new records, or on none, end the job', () => {
  const byChance = givenFailures();
  for (const attempt of [0, 1]) byChance.fail(attempt, attempt);
  expect(byChance.fail(2, 2)).toEqual([expect.stringContaining('failed in 3 attempts')]);
  const unknown = givenFailures();
  for (const attempt of [0, 1]) unknown.fail(attempt);
  expect(unknown.fail(2)).toEqual([expect.stringContaining('failed in 3 attempts')]);
});

test('without the option nothing is skipped', () => {
  const { fail } = givenFailures({ skipBadRecords: undefined });
  for (const attempt of [0, 1]) fail(attempt, 40);
  expect(fail(2, 40)).toEqual([expect.stringContaining('failed in 3 attempts')]);
});

test('too many bad records end the job', () => {
  const { fail } = givenFailures();
  for (let attempt = 0; attempt < 5; attempt++) fail(attempt, attempt >> 1);
  expect(fail(5, 2)).toEqual(['job failed: 3 bad records are more than --max-skipped 2']);
});

test('a process that ends on a record is a failure on it; one that the plan kills is not', () => {
  const history = given({ ...skipping, workers: [1, 2, 3] });
  const end = (worker: number, attempt: number) => {
    const noted = { attempt, offset: 7 };
    const event = { type: 'worker-disconnected', worker, why: 'test', noted } as const;
    return history.tell(event);
  };
  history.register(1);
  end(1, 0);
  history.register(2);
  expect(end(2, 1)).toContain('skip map 0 byte 7');

  const planned = givenFailures({
    workers: [1, 2],
    faults: [{ type: 'crash-attempts', percent: 100, seed: 1 }],
  });
  planned.fail(99, 7);
  expect(planned.tell({ type: 'failpoint-reached', attempt: 0 })).toEqual(['kill 1']);
  const noted = { attempt: 0, offset: 7 };
  planned.tell({ type: 'worker-disconnected', worker: 1, why: 'test', noted });
  expect(planned.state.maps[0]?.suspects.size).toBe(0);
});

test('a note of another attempt blames nothing', () => {
  const { state, tell } = givenFailures({ workers: [1, 2] });
  const noted = { attempt: 5, offset: 7 };
  tell({ type: 'worker-disconnected', worker: 1, why: 'test', noted });
  expect(state.maps[0]?.suspects.size).toBe(0);
});

test('the second failure on a key makes the next attempt of its reduce task skip it', () => {
  const history = given({
    ...{ ...skipping, reduceTasks: 1, workers: [1, 2] },
    outputSurvives: true,
  });
  const { register, complete, tell, state } = history;
  register(1);
  complete(0);
  const fail = (attempt: number, key: string) => {
    const failure = { error: 'Error: bad', on: '', key };
    return tell({ type: 'attempt-failed', attempt, failure });
  };
  expect(fail(1, 'a')).toEqual(['retry #1', '#2 reduce 0 -> 1']);
  register(2);
  const noted = { attempt: 2, key: 'a' };
  const ended = { type: 'worker-disconnected', worker: 1, why: 'test', noted } as const;
  expect(tell(ended)).toContain('skip reduce 0 key a');
  expect(listSkipped(state.reduces[0]!)).toEqual({ offsets: [], keys: ['a'] });
  for (const attempt of [3, 4]) fail(attempt, 'b');
  fail(5, 'c');
  expect(fail(6, 'c')).toEqual([
    'job failed: 3 bad records and keys are more than --max-skipped 2',
  ]);
});

test('a key that is too long to be told is a failure like any other', () => {
  const { register, complete, tell, state } = given({ ...skipping, workers: [1] });
  register(1);
  complete(0);
  const failure = { error: 'Error: bad', on: '', key: 'x'.repeat(100_000) };
  for (const attempt of [1, 3]) tell({ type: 'attempt-failed', attempt, failure });
  expect(state.reduces[0]?.suspects.size).toBe(0);
});

test('a note tells a record from a key, and the latest from what was there before', () => {
  const folder = mkdtempSync(join(tmpdir(), 'note-'));
  expect(readRecordNote(folder)).toBeUndefined();
  const note = new RecordNote(folder);
  note.write(7, 40);
  expect(readRecordNote(folder)).toEqual({ attempt: 7, offset: 40 });
  note.writeKey(8, 'é a long key');
  expect(readRecordNote(folder)).toEqual({ attempt: 8, key: 'é a long key' });
  note.writeKey(8, '');
  expect(readRecordNote(folder)).toEqual({ attempt: 8, key: '' });
  note.clear(8);
  expect(readRecordNote(folder)).toBeUndefined();
  note.close();
  rmSync(folder, { recursive: true });
});
