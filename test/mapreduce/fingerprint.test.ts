/**
 * What changes a fingerprint, and what must not: a reuse that is wrong gives a wrong answer.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  fingerprintInput,
  fingerprintMapFunction,
  fingerprintMapTask,
} from '../../src/mapreduce/fingerprint.ts';

const folder = mkdtempSync(join(tmpdir(), 'fingerprint-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const job = `
import { split } from './words.ts';
let least = 0;
export function setup(params: Record<string, string>) { least = Number(params.least ?? 0); }
export function map(_key: unknown, line: string, emit: (k: string, v: string) => void) {
  for (const word of split(line)) if (word.length > least) emit(word, '1');
}
export function reduce(_word: string, counts: string[]) { return sum(counts); }
function sum(counts: string[]) { return String(counts.length); }
`;
const words = 'export function split(line: string) { return line.split(" "); }';

async function fingerprintOf(text: string, params = {}): Promise<string> {
  write('words.ts', words);
  return fingerprintMapFunction(write('job.ts', text), params);
}

describe('of a map function', () => {
  test.each([
    ['another reduce', job.replace('counts.length', 'counts.length * 2')],
    ['what only reduce calls', job.replace('String(', '`${').replace('h); }', 'h}`; }')],
    ['a comment and spaces', job.replace('let least', '// The shortest.\n\n  let least')],
  ])('does not change with %s', async (_, changed) => {
    expect(changed).not.toBe(job);
    expect(await fingerprintOf(changed)).toBe(await fingerprintOf(job));
  });

  test.each([
    ['its own code', job.replace("'1'", "'2'")],
    ['setup', job.replace('?? 0', '?? 1')],
    ['a combiner', `${job}export function combine(_k, v) { return v; }`],
    ['a partitioner', `${job}export function partition() { return 0; }`],
  ])('changes with %s', async (_, changed) => {
    expect(await fingerprintOf(changed)).not.toBe(await fingerprintOf(job));
  });

  test('changes with what map calls in another file, and with params', async () => {
    const before = await fingerprintOf(job);
    expect(await fingerprintOf(job, { least: '3' })).not.toBe(before);
    write('words.ts', words.replace('" "', '","'));
    expect(await fingerprintMapFunction(join(folder, 'job.ts'), {})).not.toBe(before);
  });

  test('is the same wherever the job is, and in whatever order params come', async () => {
    const [a, b] = [
      { x: '1', y: '2' },
      { y: '2', x: '1' },
    ];
    expect(await fingerprintOf(job, a)).toBe(await fingerprintOf(job, b));
    const other = mkdtempSync(join(tmpdir(), 'fingerprint-'));
    writeFileSync(join(other, 'words.ts'), words);
    writeFileSync(join(other, 'job.ts'), job);
    const moved = await fingerprintMapFunction(join(other, 'job.ts'), {});
    rmSync(other, { recursive: true });
    expect(moved).toBe(await fingerprintOf(job));
  });

  test('of a CommonJS job is of the whole of it', async () => {
    const text = 'exports.map = () => {}; exports.reduce = () => "1";';
    const before = await fingerprintMapFunction(write('job.cjs', text), {});
    const after = write('job.cjs', text.replace('"1"', '"2"'));
    expect(await fingerprintMapFunction(after, {})).not.toBe(before);
  });
});

describe('of a map task', () => {
  const split = (file: string, start: number, end: number, name = 'in.txt') => ({
    file,
    name,
    start,
    end,
  });

  test('its input is its records and their place, not the rest of the file', () => {
    const file = write('in.txt', 'one two\nthree\nfour\n');
    const first = fingerprintInput(split(file, 0, 10));
    write('in.txt', 'one two\nthree\nfive\n');
    expect(fingerprintInput(split(file, 0, 10))).toBe(first);
    write('in.txt', 'one two\nthrex\nfour\n');
    expect(fingerprintInput(split(file, 0, 10))).not.toBe(first);
  });

  test('another name or another place is another input', () => {
    const file = write('in.txt', 'same\nsame\n');
    const first = fingerprintInput(split(file, 0, 5));
    expect(fingerprintInput(split(file, 5, 10))).not.toBe(first);
    expect(fingerprintInput(split(file, 0, 5, 'other.txt'))).not.toBe(first);
  });

  test('each of its three parts counts', () => {
    const all = [
      fingerprintMapTask('a', 'b', [4]),
      fingerprintMapTask('a', 'b', [5]),
      fingerprintMapTask('a', 'c', [4]),
      fingerprintMapTask('c', 'b', [4]),
      fingerprintMapTask('ab', '', [4]),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});
