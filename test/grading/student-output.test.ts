/** What a student prints is shown up to a bound, and what is left out is counted. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { StudentOutput } from '../../src/grading/student-output.ts';

async function show(chunks: readonly string[]): Promise<string> {
  let shown = '';
  const output = new StudentOutput((text) => {
    shown += text;
  });
  const stream = new PassThrough();
  output.follow(stream);
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await new Promise((resolve) => stream.once('close', resolve));
  output.end();
  return shown;
}

const count = (length: number) =>
  Array.from({ length }, (_, i) => `line ${i}\n`).join('');

test.each<[string, string[], RegExp]>([
  ['a few lines, and one without an end', ['a\nb', 'c\nd'], /^a\nbc\nd$/],
  ['nothing', [], /^$/],
  [
    'a loop that prints',
    [count(100_000)],
    /^line 0\n.*line 99\n… 99900 lines of what your code prints left out\n$/s,
  ],
  ['one line too many', [count(101)], /line 99\n… 1 line of what your code prints left/],
  [
    'a long line',
    ['x'.repeat(20_000), '\n', 'y\n'],
    /^x{16384}\n… \d lines? of what your code prints left out\n$/,
  ],
  [
    "Node's remark on a stack that was full",
    [
      'before\nException in PromiseRejectCallback:\nf.ts:2\nvar __defProp = 1\n  ^\n\nRange',
      'Error: Maximum call stack size exceeded\n    at f\n\nafter\n',
    ],
    /^before\nafter\n$/,
  ],
])('%s', async (_what, chunks, shown) => {
  expect(await show(chunks)).toMatch(shown);
});
