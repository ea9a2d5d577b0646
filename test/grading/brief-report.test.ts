/** A report on a screen of few rows: the explanation stays, whatever else has to go. */
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { countRows, formatBriefReport } from '../../src/grading/brief-report.ts';
import type { CheckResult } from '../../src/grading/check.ts';
import { formatReport } from '../../src/grading/report.ts';

const check = { slide: 'the slide', points: 10 };
const diagram = ['client   server', ...Array.from({ length: 19 }, (_, i) => `│ ${i} │`)];
const schedule = { code: '1/0', summary: 'smallest of 1', diagram: diagram.join('\n') };
const explanation = { did: 'DID', saw: 'SAW', expected: 'EXPECTED', mistake: 'MISTAKE' };
const passes: CheckResult[] = Array.from({ length: 8 }, (_, i) => ({
  ...check,
  id: `pass-${i}`,
  sentence: `number ${i} holds`,
  status: 'pass',
  explored: 'many schedules',
}));
const results: CheckResult[] = [
  ...passes,
  {
    ...check,
    id: 'fails',
    sentence: 'this one fails',
    status: 'fail',
    explanation: { ...explanation, schedule },
  },
  { ...check, id: 'waits', sentence: 'this one waits', status: 'waits', on: 'fails' },
];

function format(rows: number, width = 80, graded = results): string[] {
  const options = { rows, width, exercise: 'transfer' };
  const text = formatBriefReport('Title', 'file.ts', graded, options);
  return stripVTControlCharacters(text).split('\n');
}

test.each([100, 60, 40, 30, 24, 22, 18, 14, 10, 6])(
  'in %d rows it says what was done, seen, expected and mistaken, and the points',
  (rows) => {
    const lines = format(rows);
    expect(lines.length).toBeLessThanOrEqual(rows);
    for (const part of ['did  ', 'saw  ', 'expected  ', 'looks like  '])
      expect(lines.filter((line) => line.startsWith(`  ${part}`))).toHaveLength(1);
    expect(lines.at(-1)).toBe('80 of 100 points');
  },
);

test('where all has room it is the whole report', () => {
  const whole = formatReport('Title', 'file.ts', results, { exercise: 'transfer' });
  expect(format(60)).toEqual(stripVTControlCharacters(whole).split('\n'));
});

test('the diagram is cut first, after the explanation, and says where all of it is', () => {
  const lines = format(36);
  expect(lines).toContain(' 1 ✓ 10/10  number 0 holds');
  expect(lines).not.toContain('            many schedules');
  const mistake = lines.indexOf('  looks like  MISTAKE');
  expect(lines.indexOf('  client   server')).toBeGreaterThan(mistake);
  expect(lines).toHaveLength(36);
  const [, count = ''] =
    /… (\d+) more rows: npm test exercises\/transfer$/m.exec(lines.join('\n')) ?? [];
  const shown = lines.filter((line) => line.includes('│')).length;
  expect(Number(count) + shown + 1).toBe(diagram.length);
});

test('then the checks become numbers, and what is too small for a diagram has none', () => {
  expect(format(24)).toContain('8 of 10 checks pass, 1 fails, 1 waits');
  expect(format(24)).toContain('  client   server');
  expect(format(16)).toContain('  … a diagram of 20 rows: npm test exercises/transfer');
  expect(format(6)[0]).toBe('The first failure: this one fails');
});

test('a diagram that is wider than the terminal is left out: its lines would break', () => {
  const wide = {
    ...schedule,
    diagram: diagram.map((line) => line.padEnd(76, '─')).join('\n'),
  };
  const graded = results.map((result) =>
    result.status === 'fail'
      ? { ...result, explanation: { ...explanation, schedule: wide } }
      : result,
  );
  const lines = format(40, 50, graded);
  expect(lines.join('\n')).not.toContain('──');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(50);
});

test('lines count as often as the terminal breaks them', () => {
  expect(countRows(['', 'x'.repeat(80), 'x'.repeat(81)], 80)).toBe(4);
});
