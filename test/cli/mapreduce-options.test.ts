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
    trace: undefined,
    verify: false,
    json: false,
  });
});

test('every option', () => {
  const options = parse(
    ...['--then', 'by-frequency', '--kill-worker', '2', '--kill-worker', '3@2'],
    ...['--split-size', '64k', '--seed', '7'],
    ...[
      '--param',
      'a=b=c',
      '--param',
      'd=',
      '--pattern',
      'x',
      '--trace',
      '/t.json',
      '--job',
      'grep',
      'in',
      '*.txt',
    ],
  );
  expect(options).toMatchObject({
    killWorkers: [
      { worker: 2, stage: 1 },
      { worker: 3, stage: 2 },
    ],
    splitBytes: 65_536,
    seed: 7,
    params: { a: 'b=c', d: '', pattern: 'x' },
    inputs: ['in', '*.txt'],
    trace: '/t.json',
  });
});

test('the options of faults and times', () => {
  expect(parse()).toMatchObject({
    ...{ slowWorkers: [], crashPercent: 0, stragglerPercent: 0, backup: true },
    ...{ heartbeatMs: 1000, checkMs: 200, maxFailures: 3, maxReplacements: undefined },
  });
  const options = parse(
    ...['--slow-worker', '2', '--slow-worker', '3:2.5', '--no-backup'],
    ...['--crash-probability', '30', '--straggler-probability', '0.5'],
    ...['--straggler-delay-ms', '10', '--max-replacements', '0', '--max-failures', '4'],
    ...['--heartbeat-ms', '3000', '--check-ms', '5000', '--lost-after-ms', '10000'],
  );
  expect(options).toMatchObject({
    slowWorkers: [
      { worker: 2, factor: 10 },
      { worker: 3, factor: 2.5 },
    ],
    ...{ crashPercent: 30, stragglerPercent: 0.5, stragglerDelayMs: 10, backup: false },
    ...{ heartbeatMs: 3000, checkMs: 5000, lostAfterMs: 10_000 },
    ...{ maxFailures: 4, maxReplacements: 0 },
  });
});

test.each([
  [['--slow-worker', '5'], /^--slow-worker 5: there are only workers 1 to 4/],
  [['--slow-worker', '2:0.5'], /with a factor of at least 1, like 2 or 2:10/],
  [['--slow-worker', 'two'], /It must be a worker/],
  [['--crash-probability', '101'], /It must be a number of per cent, from 0 to 100/],
  [['--heartbeat-ms', '9000'], /make it at most half of --lost-after-ms 10000/],
  [['--check-ms', '10001'], /make it at most --lost-after-ms 10000/],
  [['--job', 'nojob'], /^--job nojob: neither one of word-count, .* nor a file in \//],
  [['--job', 'src'], /^--job src: neither/],
  [
    ['--kill-worker', '5'],
    /^--kill-worker 5: there are only workers 1 to 4; add --workers 5/,
  ],
  [['--kill-worker', '0'], /must be a whole number from 1 to 256/],
  [['--kill-worker'], /argument missing/],
  [['--kill-worker', '2@0'], /a worker, perhaps with a stage: 2 or 2@1/],
  [['--kill-worker', '2@2'], /^--kill-worker 2@2: there is only one stage; add --then/],
  [
    ['--then', 'sort', '--kill-worker', '2', '--kill-worker', '2@2'],
    /^--kill-worker 2@1: a worker can be killed in one stage only$/,
  ],
  [['--then', 'nojob'], /^--then nojob: neither one of word-count, .* nor a file in/],
  [['--then', 'sort', '--only', 'map:0'], /^--then: --only prints the pairs of one task/],
  [
    ['--then', 'sort', '--sequential', '--inspect'],
    /^--inspect: it stops in one job, and --then makes several; leave out one$/,
  ],
  [
    ['--then', 'sort', '--config', 'src/apps/target-count.json'],
    /and --then do not go together: leave out one/,
  ],
  [['--workers', '1e3'], /'1e3' is invalid. It must be a whole number from 0 to 256/],
  [['--memory', '4095'], /'4095' is invalid. It must be 4k at least/],
  [
    ['--job', 'wrod-count'],
    /--job wrod-count: neither one of .*; did you mean word-count\?/,
  ],
  [
    ['--listen', '0.0.0.0:0', '--store', 'shared'],
    /name a folder .* with --shared-folder/,
  ],
  [['--listen', '0.0.0.0:0', '--store', 'state-server'], /reached on this machine only/],
  [['--workers', '-1'], /It must be a whole number/],
  [['--top', '1.5'], /It must be a whole number/],
  [['--split-size', '1G'], /It must be a size from 1 byte to 1024M, like 64k or 1M/],
  [['--split-size', '0'], /It must be a size/],
  [['--param', 'x'], /It must look like name=value/],
  [['--store', 'disk'], /Allowed choices are local-disk, shared, state-server/],
  [['--shared-folder', '/mnt'], /^--shared-folder \/mnt: add --store shared/],
  [['--killworker', '2'], /unknown option '--killworker'/],
])('%j', (args, sentence) => {
  expect(() => parse(...args)).toThrow(sentence);
});
