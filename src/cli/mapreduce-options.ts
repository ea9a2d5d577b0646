/**
 * The options of `npm run mapreduce`, checked: after `readOptions` every number is one that
 * the run can use, every path is absolute, and every mistake has had its sentence.
 */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { JobParams } from '../mapreduce/job.ts';
import { createCommand, UsageError, userFolder } from './command.ts';

export interface MapReduceOptions {
  readonly jobName: string;
  readonly jobFile: string;
  readonly params: JobParams;
  readonly inputs: readonly string[];
  readonly cwd: string;
  readonly workers: number;
  /** Undefined: by the size of the input. */
  readonly splitBytes: number | undefined;
  readonly reduceTasks: number;
  readonly killWorkers: readonly number[];
  readonly seed: number;
  readonly lostAfterMs: number;
  readonly memoryBytes: number;
  readonly top: number;
  /** Undefined: a new folder for temporary files. */
  readonly output: string | undefined;
  readonly verify: boolean;
  readonly json: boolean;
  /** On a terminal, a line for every assignment too. */
  readonly verbose: boolean;
}

const apps = resolve(import.meta.dirname, '../apps');
const builtInJobs = ['word-count', 'word-count-bytes', 'inverted-index', 'grep'];

export function createMapReduceCommand(): Command {
  return createCommand(
    'mapreduce',
    'Runs a job on a master and worker processes of this machine',
  )
    .usage('-- [options] [input...]')
    .argument('[input...]', 'files, folders or globs (default: 18 books)')
    .option(
      '--job <name>',
      `${builtInJobs.join(', ')}, or a path to a module`,
      'word-count',
    )
    .option('--pattern <regexp>', 'what grep looks for; short for --param pattern=…')
    .option(
      '--param <name=value>',
      'a parameter for the job (repeatable)',
      collectParam,
      {},
    )
    .option('--workers <n>', 'worker processes', count(1, 256), 4)
    .option(
      '--split-size <bytes>',
      'input per map task, like 64k or 16M (default: by the size of the input)',
      parseBytes,
    )
    .option('--reduce-tasks <n>', 'reduce tasks, and output files', count(1, 1000), 4)
    .option(
      '--kill-worker <n>',
      'SIGKILL worker n in the middle of its work (repeatable)',
      collectCount,
      [],
    )
    .option('--seed <n>', 'varies the moment of the kill', count(0, 2 ** 31 - 1), 1)
    .option(
      '--lost-after-ms <n>',
      'a worker silent for so long is lost',
      count(100, 3_600_000),
      10_000,
    )
    .option(
      '--memory <bytes>',
      'for the pairs of one task; more goes to files',
      parseBytes,
      64 * 1024 * 1024,
    )
    .option(
      '--output <folder>',
      'where to write mr-out-<r> (default: a new temporary folder)',
    )
    .option('--top <n>', 'how many results to show', count(0, 1e6), 20)
    .option('--verify', 'compare the output with a sequential run, byte by byte', false)
    .option('--verbose', 'on a terminal, a line for every assignment too', false)
    .option('--json', 'print one summary object instead of results', false);
}

/** Throws a UsageError for what the options cannot mean together. */
export function readOptions(inputs: string[], command: Command): MapReduceOptions {
  const options = command.opts();
  const cwd = userFolder('mapreduce');
  const pattern = options.pattern === undefined ? {} : { pattern: options.pattern };
  for (const worker of options.killWorker) {
    if (worker <= options.workers) continue;
    throw new UsageError(
      `--kill-worker ${worker}: there are only workers 1 to ${options.workers}; add --workers ${worker}`,
    );
  }
  return {
    jobName: options.job,
    jobFile: findJob(options.job, cwd),
    params: { ...options.param, ...pattern },
    inputs,
    cwd,
    workers: options.workers,
    splitBytes: options.splitSize,
    reduceTasks: options.reduceTasks,
    killWorkers: options.killWorker,
    seed: options.seed,
    lostAfterMs: options.lostAfterMs,
    memoryBytes: options.memory,
    top: options.top,
    output: options.output === undefined ? undefined : resolve(cwd, options.output),
    verify: options.verify,
    json: options.json,
    verbose: options.verbose,
  };
}

function findJob(job: string, cwd: string): string {
  if (builtInJobs.includes(job)) return join(apps, `${job}.ts`);
  const path = resolve(cwd, job);
  if (existsSync(path) && statSync(path).isFile()) return path;
  throw new UsageError(
    `--job ${job}: neither one of ${builtInJobs.join(', ')} nor a file in ${cwd}`,
  );
}

function count(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

function collectCount(text: string, previous: number[]): number[] {
  return [...previous, count(1, 256)(text)];
}

function collectParam(text: string, previous: JobParams): JobParams {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('It must look like name=value.');
  return { ...previous, [text.slice(0, equals)]: text.slice(equals + 1) };
}

function parseBytes(text: string): number {
  const match = /^(\d+)([kM]?)$/.exec(text);
  const unit = { '': 1, k: 1024, M: 1024 * 1024 }[match?.[2] ?? ''] ?? 1;
  const bytes = Number(match?.[1]) * unit;
  if (match && bytes >= 1 && bytes <= 2 ** 30) return bytes;
  throw new InvalidArgumentError(
    'It must be a size from 1 byte to 1024M, like 64k or 1M.',
  );
}
