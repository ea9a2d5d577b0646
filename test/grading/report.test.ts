/** What a person reads after a grading: results, the first failure, its smallest schedule. */
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type GradeOptions, gradeFile } from '../../src/grading/grade.ts';
import { formatReport, wrap } from '../../src/grading/report.ts';
import { root } from '../cli/program.ts';

test('a report lists every check and explains only the first failure', () => {
  const check = { slide: 'the slide', points: 50 };
  const explanation = { did: 'x', saw: 'two\nlines', expected: 'z', mistake: undefined };
  const report = formatReport('Title', 'file.ts', [
    { ...check, id: 'a', sentence: 'first', status: 'fail', explanation },
    { ...check, id: 'b', sentence: 'second', status: 'waits', on: 'a' },
    { ...check, id: 'c', sentence: 'third', status: 'pass' },
    { ...check, id: 'd', sentence: 'fourth', status: 'fail', explanation },
  ]);
  const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
  expect(report.replace(colours, '')).toBe(
    [
      'Title  file.ts',
      '',
      ' 1 ✗  0/50  first',
      ' 2 ·  0/50  second (waits for 1)',
      ' 3 ✓ 50/50  third',
      ' 4 ✗  0/50  fourth',
      '',
      'The first failure: first',
      '  did         x',
      '  saw         two',
      '              lines',
      '  expected    z',
      '  slide       the slide',
      '',
      '50 of 200 points',
    ].join('\n'),
  );
});

test('a score never touches its mark, and a title that is too long leaves its file a line', () => {
  const result = { id: 'a', sentence: 's', slide: 's', points: 100 };
  const lines = (title: string) =>
    stripVTControlCharacters(
      formatReport(title, 'exercises/schedule/schedule.ts', [
        { ...result, status: 'pass', explored: 'all' },
      ]),
    ).split('\n');
  expect(lines('T').slice(2, 4)).toEqual([' 1 ✓ 100/100  s', `${' '.repeat(14)}all`]);
  expect(lines('T'.repeat(48))[0]).toHaveLength(80);
  expect(lines('T'.repeat(49)).slice(0, 2)).toEqual([
    'T'.repeat(49),
    'exercises/schedule/schedule.ts',
  ]);
});

const transfer = join(root, 'test/fixtures/exercises/transfer');

async function reportOn(file: string, options: GradeOptions = {}): Promise<string> {
  const grader = join(transfer, 'grader.ts');
  const results = await gradeFile(grader, join(transfer, file), options);
  const report = formatReport('Transfer', file, results, { exercise: 'transfer' });
  return stripVTControlCharacters(report);
}

const failure = (count: string) => [
  'The first failure: executes each request at most once',
  '  did         one client transfers, the network copies its request',
  '  saw         transfer ran 2 times',
  '  expected    once',
  `  schedule    the smallest of ${count}; at most 3 copies`,
  '',
  '      client          server',
  '   1    │── transfer ────▶│',
  '   2    │── transfer ────▶│  again',
  '',
  '  looks like  no table of what has been done',
  '  slide       Another slide',
  '  replay      npm test exercises/transfer -- --replay once:2',
  '  hint        npm run hint transfer',
];

describe('a check that explores', () => {
  test('shows its smallest failing schedule, how to replay it, and the next hint', async () => {
    expect((await reportOn('wrong.ts')).split('\n')).toEqual([
      'Transfer  wrong.ts',
      '',
      ' 1 ✓ 40/40  it returns',
      ' 2 ✗  0/60  executes each request at most once',
      '',
      ...failure('4 schedules'),
      '',
      '40 of 100 points',
    ]);
  });

  test('says what it has explored when it passes', async () => {
    expect((await reportOn('right.ts')).split('\n').slice(2)).toEqual([
      ' 1 ✓ 40/40  it returns',
      ' 2 ✓ 60/60  executes each request at most once',
      '            4 schedules: at most 3 copies',
      '',
      '100 of 100 points',
    ]);
  });

  test('replays one schedule, and runs nothing else', async () => {
    const report = await reportOn('wrong.ts', { replay: { checkId: 'once', code: '2' } });
    expect(report.split('\n').slice(2)).toEqual([
      ' 1 ✗  0/60  executes each request at most once',
      '',
      ...failure('1 schedules'),
      '',
      '0 of 60 points',
    ]);
    const passing = await reportOn('wrong.ts', {
      replay: { checkId: 'once', code: '1' },
    });
    expect(passing).toContain('✓ 60/60');
  });

  test.each([
    [{ checkId: 'once', code: 'x' }, 'x is no schedule: expected a number from 0 to 3'],
    [{ checkId: 'twice', code: '1' }, 'there is no check twice'],
  ])('refuses %o with one sentence', async (replay, why) => {
    await expect(reportOn('wrong.ts', { replay })).rejects.toThrow(why);
  });

  test('a grading that is given up ends its process and rejects', async () => {
    const given = new AbortController();
    const report = reportOn('wrong.ts', { signal: given.signal });
    given.abort(new Error('saved again'));
    await expect(report).rejects.toThrow('saved again');
  });
});

test('long lines break between words, and words never', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrap('/a/very/long/path is here', 8)).toEqual(['/a/very/long/path', 'is here']);
  expect(wrap('', 8)).toEqual(['']);
});

test('files that were changed are told, and the points are marked', () => {
  const result = {
    id: 'a',
    sentence: 's',
    slide: 's',
    points: 100,
    status: 'pass',
  } as const;
  const report = formatReport('T', 'f', [result], {
    tampering: ['grader.ts is another'],
  });
  expect(stripVTControlCharacters(report)).toMatch(
    /\ngrader\.ts is another\n100 of 100 points, which may not count: see above$/,
  );
});

test('an error that nobody awaited is what a failed check looks like', async () => {
  const file = join(root, 'test/fixtures/exercises/transfer/forgets-an-await.ts');
  const results = await gradeFile(join(transfer, 'grader.ts'), file);
  expect(results[1]).toMatchObject({
    status: 'fail',
    explanation: {
      mistake: expect.stringMatching(
        /^Error: lost \(in \w+, .*forgets-an-await\.ts:\d+\), in a promise/,
      ),
    },
  });
});
