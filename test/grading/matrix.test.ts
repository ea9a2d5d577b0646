import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { CheckResult } from '../../src/grading/check.ts';
import { formatMatrix, type GradedAnswer, listFaults } from '../../src/grading/matrix.ts';

const checks = ['first', 'second'];
const explanation = { did: '', saw: '', expected: '' };

function results(...statuses: ('pass' | 'fail' | 'waits')[]): CheckResult[] {
  return statuses.map((status, i) => {
    const check = { id: checks[i] ?? '', sentence: '', slide: '', points: 50 };
    if (status === 'pass') return { ...check, status };
    return status === 'fail'
      ? { ...check, status, explanation }
      : { ...check, status, on: 'first' };
  });
}

function graded(name: string, fails: string | undefined, ...runs: CheckResult[][]) {
  const answer = { name, file: '', fails, looksLike: undefined };
  return { answer, runs } satisfies GradedAnswer;
}

const right = [
  graded('solution', undefined, results('pass', 'pass')),
  graded('one', 'first', results('fail', 'waits')),
  graded('two', 'second', results('pass', 'fail')),
];

test('graders without a fault', () => {
  expect(listFaults(checks, right)).toEqual([]);
});

test('a wrong answer that passes, a correct one that fails, an idle check, unequal runs', () => {
  const faults = listFaults(checks, [
    graded('solution', undefined, results('pass', 'fail')),
    graded('one', 'first', results('pass', 'pass')),
    graded('shaky', 'first', results('fail', 'waits'), results('pass', 'fail')),
  ]);
  expect(faults).toEqual([
    'solution must pass, and fails second',
    'one must fail first, and passes',
    'shaky: 2 runs differ',
    'no wrong answer needs the check second',
  ]);
});

test('a row for each answer, within 80 columns', () => {
  const text = stripVTControlCharacters(formatMatrix('An exercise', checks, right));
  expect(text.split('\n')).toEqual([
    'An exercise',
    '   1  first',
    '   2  second',
    expect.stringMatching(/^ +1 {2}2$/),
    expect.stringMatching(/^ {2}solution +✓ {2}✓$/),
    expect.stringMatching(/^ {2}one +✗ {2}·$/),
    expect.stringMatching(/^ {2}two +✓ {2}✗$/),
  ]);
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});
