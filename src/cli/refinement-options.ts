/**
 * The options for the paper's refinements that are not about speed or faults.
 *
 * Source: OSDI '04, sections 4.4 to 4.9.
 */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { SkipRule } from '../mapreduce/bad-records.ts';
import type { TaskRef } from '../mapreduce/events.ts';
import {
  type InputFormat,
  inputFormats,
  type OutputFormat,
  outputFormats,
} from '../mapreduce/formats.ts';
import { UsageError } from './command.ts';
import { count } from './count-option.ts';
import { refuseOptions } from './refused-options.ts';

export interface RefinementOptions {
  /** Undefined: what the job says. */
  readonly inputFormat: InputFormat | undefined;
  readonly outputFormat: OutputFormat;
  readonly skipBadRecords: SkipRule;
  /** Set: no workers, one process. */
  readonly local: LocalRun | undefined;
}

export interface LocalRun {
  /** Undefined: the whole job. */
  readonly only: TaskRef | undefined;
  /** True: a debugger may go through it. */
  readonly isInspected: boolean;
}

const defaultMaxSkipped = 100;

export function addRefinementOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--input-format <format>',
        'what a record is (default: what the job says, else lines)',
      ).choices(inputFormats),
    )
    .addOption(
      new Option('--output-format <format>', 'what a line of output is')
        .choices(outputFormats)
        .default('key-value'),
    )
    .option(
      '--skip-bad-records',
      'leave out records on which map has failed twice, and keys on which reduce has',
      false,
    )
    .option(
      '--max-skipped <n>',
      `with that: more of them fail the job (default: ${defaultMaxSkipped})`,
      count(0, 1e6),
    )
    .option('--sequential', 'run the job in one process, without workers', false)
    .option(
      '--only <task>',
      'print the pairs of one task, like map:3, run in one process',
      parseTask,
    )
    .option('--inspect', 'with those: wait for a debugger, and pause', false);
}

/** Throws a UsageError for what the options cannot mean together. */
export function readRefinementOptions(command: Command): RefinementOptions {
  const { inputFormat, outputFormat, skipBadRecords, maxSkipped } = command.opts();
  if (maxSkipped !== undefined && !skipBadRecords) {
    throw new UsageError(`--max-skipped ${maxSkipped}: add --skip-bad-records`);
  }
  const maxRecords = maxSkipped ?? defaultMaxSkipped;
  const local = readLocalRun(command);
  return {
    inputFormat,
    outputFormat,
    skipBadRecords: skipBadRecords ? { maxRecords } : undefined,
    local,
  };
}

/** What only a master and workers can do. */
const clusterOptions = [
  ...['--workers', '--kill-worker', '--slow-worker', '--crash-probability'],
  ...['--skip-bad-records', '--straggler-probability', '--max-replacements'],
  ...['--no-backup', '--listen', '--trace', '--store', '--shared-folder', '--verify'],
  ...[
    '--cache',
    '--journal',
    '--resume',
    '--transport',
    '--explain',
    '--page',
    '--replay',
    '--diagram',
    '--diagram-file',
  ],
];
/** What only a whole job has. */
const wholeJobOptions = ['--output', '--json', '--top', '--then'];

function readLocalRun(command: Command): LocalRun | undefined {
  const { sequential, only, inspect: isInspected } = command.opts();
  if (sequential && only) {
    throw new UsageError('--sequential --only: one runs the job, one a task; choose');
  }
  if (!sequential && !only) {
    if (!isInspected) return undefined;
    throw new UsageError('--inspect: add --only map:0, or --sequential');
  }
  const what = sequential ? '--sequential' : '--only';
  refuseOptions(
    command,
    clusterOptions,
    (name) =>
      `${name}: ${what} runs in one process, without master or workers; leave it out`,
  );
  if (!only) return { only, isInspected };
  refuseOptions(
    command,
    wholeJobOptions,
    (name) => `${name}: --only prints the pairs of one task; leave it out`,
  );
  return { only, isInspected };
}

function parseTask(text: string): TaskRef {
  const [, kind, index] = /^(map|reduce):(\d{1,6})$/.exec(text) ?? [];
  if (kind === 'map' || kind === 'reduce') return { kind, index: Number(index) };
  throw new InvalidArgumentError('It must look like map:3 or reduce:1.');
}
