/**
 * The options of `npm run mapreduce`, checked: after `readOptions` every number is one that
 * the run can use, every path is absolute, and every mistake has had its sentence.
 */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { JobParams } from '../mapreduce/job.ts';
import { createCommand, UsageError, userFolder } from './command.ts';
import { count } from './count-option.ts';
import {
  addListenOptions,
  type ListenOptions,
  readListenOptions,
} from './listen-options.ts';

export interface MapReduceOptions extends ListenOptions {
  readonly jobName: string;
  readonly jobFile: string;
  readonly params: JobParams;
  readonly inputs: readonly string[];
  readonly cwd: string;
  readonly workers: number;
  readonly splitBytes: number;
  readonly reduceTasks: number;
  readonly killWorkers: readonly number[];
  readonly seed: number;
  readonly lostAfterMs: number;
  readonly top: number;
  /** Undefined: a new folder for temporary files. */
  readonly output: string | undefined;
  readonly verify: boolean;
  readonly json: boolean;
  /** On a terminal, a line for every assignment too. */
  readonly verbose: boolean;
}

const apps = resolve(import.meta.dirname, '../apps');
const builtInJobs = ['word-count', 'inverted-index', 'grep'];

export function createMapReduceCommand(): Command {
  const command = createCommand(
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
    .option('--workers <n>', 'worker processes to start', count(0, 256), 4)
    .option(
      '--split-size <bytes>',
      'input per map task, like 64k or 1M',
      parseBytes,
      512 * 1024,
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
      '--output <folder>',
      'where to write mr-out-<r> (default: a new temporary folder)',
    )
    .option('--top <n>', 'how many results to show', count(0, 1e6), 20)
    .option('--verify', 'compare the output with a sequential run, byte by byte', false)
    .option('--verbose', 'on a terminal, a line for every assignment too', false)
    .option('--json', 'print one summary object instead of results', false);
  return addListenOptions(command);
}

/** Throws a UsageError for what the options cannot mean together. */
export function readOptions(inputs: string[], command: Command): MapReduceOptions {
  const options = command.opts();
  const cwd = userFolder('mapreduce');
  const pattern = options.pattern === undefined ? {} : { pattern: options.pattern };
  const mayJoin = options.listen !== undefined;
  if (options.workers === 0 && !mayJoin) {
    throw new UsageError(
      '--workers 0: nobody would run the tasks; add --listen 127.0.0.1:0, so that workers can join',
    );
  }
  for (const worker of mayJoin ? [] : options.killWorker) {
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
    top: options.top,
    output: options.output === undefined ? undefined : resolve(cwd, options.output),
    verify: options.verify,
    json: options.json,
    verbose: options.verbose,
    ...readListenOptions(options),
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
