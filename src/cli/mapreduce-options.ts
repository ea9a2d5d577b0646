/**
 * The options of `npm run mapreduce`, checked: after `readOptions` every number is one that
 * the run can use, every path is absolute, and every mistake has had its sentence.
 */
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { JobParams } from '../mapreduce/job.ts';
import type { StoreChoice } from '../mapreduce/stores/run-store.ts';
import { type StoreName, storeNames } from '../mapreduce/stores/store.ts';
import { createCommand, userFolder } from './command.ts';
import type { RunConfig } from './config-file.ts';
import { addConfigOptions, readConfigOption } from './config-options.ts';
import { count } from './count-option.ts';
import {
  addDiagramOptions,
  type DiagramOptions,
  readDiagramOptions,
} from './diagram-options.ts';
import { readIntervals } from './interval-options.ts';
import { builtInJobs, findJob } from './job-names.ts';
import {
  addListenOptions,
  checkListening,
  type ListenOptions,
  readListenOptions,
} from './listen-options.ts';
import { checkResuming, readStoreChoice } from './mapreduce-store-options.ts';
import {
  addMemoryOptions,
  type MemoryOptions,
  readMemoryOptions,
} from './memory-options.ts';
import {
  checkWorker,
  collectKill,
  collectParam,
  collectSlowWorker,
  type KillOption,
  parseBytes,
  parseMemory,
  parsePercent,
  type SlowWorkerOption,
} from './option-values.ts';
import { addPageOptions, type PageOptions, readPageOptions } from './page-options.ts';
import {
  addRefinementOptions,
  type RefinementOptions,
  readRefinementOptions,
} from './refinement-options.ts';
import { addStageOptions, readStageOptions, type StageJob } from './stage-options.ts';

export interface MapReduceOptions
  extends ListenOptions,
    RefinementOptions,
    MemoryOptions,
    PageOptions,
    DiagramOptions {
  /** Set: it says what the job, its input, its workers and its faults are. */
  readonly config: RunConfig | undefined;
  readonly jobName: string;
  readonly jobFile: string;
  /** The stages after the first. */
  readonly laterJobs: readonly StageJob[];
  readonly params: JobParams;
  readonly inputs: readonly string[];
  readonly cwd: string;
  readonly workers: number;
  /** Undefined: by the size of the input. */
  readonly splitBytes: number | undefined;
  readonly reduceTasks: number;
  readonly killWorkers: readonly KillOption[];
  readonly slowWorkers: readonly SlowWorkerOption[];
  readonly crashPercent: number;
  readonly stragglerPercent: number;
  readonly stragglerDelayMs: number;
  readonly seed: number;
  readonly lostAfterMs: number;
  readonly store: StoreChoice;
  readonly memoryBytes: number;
  readonly heartbeatMs: number;
  readonly checkMs: number;
  readonly maxFailures: number;
  /** Undefined: as many as the faults may need. */
  readonly maxReplacements: number | undefined;
  readonly backup: boolean;
  readonly top: number;
  /** Undefined: a new folder for temporary files. */
  readonly output: string | undefined;
  readonly verify: boolean;
  readonly json: boolean;
  /** On a terminal, a line for every assignment too. */
  readonly verbose: boolean;
}

export function createMapReduceCommand(): Command {
  return addConfigOptions(
    addListenOptions(
      addFaultOptions(
        addMemoryOptions(
          addRefinementOptions(
            addDiagramOptions(addPageOptions(addStageOptions(createRunCommand()))),
          ),
        ),
      ),
    ),
  );
}

function createRunCommand(): Command {
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
    .option('--workers <n>', 'worker processes to start', count(0, 256), 4)
    .option(
      '--split-size <bytes>',
      'input per map task, like 64k or 16M (default: by the size of the input)',
      parseBytes,
    )
    .option('--reduce-tasks <n>', 'reduce tasks, and output files', count(1, 1000), 4)
    .addOption(
      new Option('--store <name>', 'where map output lives (with --config: state-server)')
        .choices(storeNames)
        .default('local-disk'),
    )
    .option(
      '--shared-folder <path>',
      "for --store shared: an existing folder (default: in the run's own)",
    )
    .option(
      '--memory <bytes>',
      'for the pairs of one task; more goes to files',
      parseMemory,
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

function addFaultOptions(command: Command): Command {
  const ms = count(1, 3_600_000);
  return command
    .option(
      '--kill-worker <n[@stage]>',
      'SIGKILL worker n in the middle of its work (repeatable)',
      collectKill,
      [],
    )
    .option(
      '--slow-worker <n[:factor]>',
      'worker n takes 10 times as long, or factor times (repeatable)',
      collectSlowWorker,
      [],
    )
    .option('--no-backup', 'wait for stragglers, for comparison')
    .option(
      '--crash-probability <percent>',
      'SIGKILL in so many attempts',
      parsePercent,
      0,
    )
    .option(
      '--straggler-probability <percent>',
      'so many attempts sleep',
      parsePercent,
      0,
    )
    .option('--straggler-delay-ms <n>', 'how long they sleep', ms, 2000)
    .option(
      '--seed <n>',
      'varies what the faults hit, and when',
      count(0, 2 ** 31 - 1),
      1,
    )
    .option(
      '--max-replacements <n>',
      'processes started in the place of lost ones (default: many with crashes, else none)',
      count(0, 100_000),
    )
    .option(
      '--max-failures <n>',
      'failed attempts of a task that end the job',
      count(1, 1000),
      3,
    )
    .option(
      '--lost-after-ms <n>',
      'a worker silent for so long is lost',
      count(100, 3_600_000),
      10_000,
    )
    .option(
      '--heartbeat-ms <n>',
      'how often workers say that they live (default: a tenth of that)',
      ms,
    )
    .option(
      '--check-ms <n>',
      'how often the master looks at the clock (default: 200)',
      ms,
    );
}

/** Throws a UsageError for what the options cannot mean together. */
export function readOptions(inputs: string[], command: Command): MapReduceOptions {
  const options = command.opts();
  const cwd = userFolder('mapreduce');
  const pattern = options.pattern === undefined ? {} : { pattern: options.pattern };
  checkResuming(inputs, command);
  checkListening(options);
  const config = readConfigOption(inputs, command, cwd);
  const workers = config ? config.num_mappers + config.num_reducers : options.workers;
  const known = options.listen === undefined ? workers : Infinity;
  for (const { worker } of options.killWorker)
    checkWorker('--kill-worker', worker, known);
  for (const { worker } of options.slowWorker)
    checkWorker('--slow-worker', worker, known);
  return {
    config,
    jobName: options.job,
    jobFile: findJob(options.job, cwd),
    laterJobs: readStageOptions(command, cwd),
    params: { ...options.param, ...pattern },
    inputs,
    cwd,
    workers,
    splitBytes: options.splitSize,
    reduceTasks: options.reduceTasks,
    killWorkers: options.killWorker,
    seed: options.seed,
    store: readStoreChoice({ ...options, store: chooseStore(command, config) }, cwd),
    memoryBytes: options.memory,
    slowWorkers: options.slowWorker,
    crashPercent: options.crashProbability,
    stragglerPercent: options.stragglerProbability,
    stragglerDelayMs: options.stragglerDelayMs,
    maxFailures: options.maxFailures,
    maxReplacements: options.maxReplacements,
    backup: options.backup,
    ...readIntervals(options.lostAfterMs, options.heartbeatMs, options.checkMs),
    top: options.top,
    output: resolveIn(cwd, options.output),
    ...readMemoryOptions(command, (path) => resolveIn(cwd, path)),
    verify: options.verify,
    json: options.json,
    verbose: options.verbose,
    ...readListenOptions(options),
    ...readPageOptions(options, cwd),
    ...readDiagramOptions(options, cwd),
    ...readRefinementOptions(command),
  };
}

/** The document's own, for its workload: crashes as frequent take too many local disks along. */
function chooseStore(command: Command, config: RunConfig | undefined): StoreName {
  const isDefault = command.getOptionValueSource('store') === 'default';
  return config && isDefault ? 'state-server' : command.opts().store;
}

function resolveIn(cwd: string, path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(cwd, path);
}
