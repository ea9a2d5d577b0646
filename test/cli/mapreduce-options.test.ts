/** The options of `npm run mapreduce`: what they mean, and one sentence for each mistake. */
import { expect, test } from 'vitest';
import { createMapReduceCommand, readOptions } from '../../src/cli/mapreduce-options.ts';

function parse(...args: string[]) {
  const command = createMapReduceCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .action(() => {});
  command.parse(args, { from: 'user' });
  return readOptions(command.args, command);
}

test('the defaults', () => {
  expect(parse()).toMatchObject({
    jobName: 'word-count',
    inputs: [],
    workers: 4,
    splitBytes: undefined,
    memoryBytes: 64 * 1024 * 1024,
    reduceTasks: 4,
    killWorkers: [],
    lostAfterMs: 10_000,
    top: 20,
    output: undefined,
    verify: false,
    json: false,
  });
});

test('every option', () => {
  const options = parse(
    ...['--kill-worker', '2', '--kill-worker', '3', '--split-size', '64k', '--seed', '7'],
    ...[
      '--param',
      'a=b=c',
      '--param',
      'd=',
      '--pattern',
      'x',
      '--job',
      'grep',
      'in',
      '*.txt',
    ],
  );
  expect(options).toMatchObject({
    killWorkers: [2, 3],
    splitBytes: 65_536,
    seed: 7,
    params: { a: 'b=c', d: '', pattern: 'x' },
    inputs: ['in', '*.txt'],
  });
});

test.each([
  [['--job', 'nojob'], /^--job nojob: neither one of word-count, .* nor a file in \//],
  [['--job', 'src'], /^--job src: neither/],
  [
    ['--kill-worker', '5'],
    /^--kill-worker 5: there are only workers 1 to 4; add --workers 5/,
  ],
  [['--kill-worker', '0'], /must be a whole number from 1 to 256/],
  [['--kill-worker'], /argument missing/],
  [['--workers', '1e3'], /'1e3' is invalid. It must be a whole number from 1 to 256/],
  [['--workers', '-1'], /It must be a whole number/],
  [['--top', '1.5'], /It must be a whole number/],
  [['--split-size', '1G'], /It must be a size from 1 byte to 1024M, like 64k or 1M/],
  [['--split-size', '0'], /It must be a size/],
  [['--param', 'x'], /It must look like name=value/],
  [['--killworker', '2'], /unknown option '--killworker'/],
])('%j', (args, sentence) => {
  expect(() => parse(...args)).toThrow(sentence);
});
