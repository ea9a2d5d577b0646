/**
 * What a run is to do, before anything is done: its splits, its faults, and who may take the
 * place of whom.
 */
import {
  type BackupPolicy,
  backUpAfter,
  backUpStragglers,
  noBackups,
} from '../mapreduce/backup-policy.ts';
import type { TaskKind } from '../mapreduce/events.ts';
import type { FaultPlan } from '../mapreduce/fault-plan.ts';
import {
  InputError,
  listInputFiles,
  planInput,
  splitBytesOf,
} from '../mapreduce/input.ts';
import { chooseSplitBytes, countSplits, type Split } from '../mapreduce/splits.ts';
import { planStageInput, type StageFile } from '../mapreduce/stage-input.ts';
import { UsageError } from './command.ts';
import type { RunConfig } from './config-file.ts';
import { planConfiguredRun } from './configured-run.ts';
import { allowReplacements, planFaults } from './mapreduce-faults.ts';
import type { MapReduceOptions } from './mapreduce-options.ts';
import type { StageJob } from './stage-options.ts';

/** More tasks than this, and describing them costs more than running them. */
const maxMapTasks = 10_000;

/** What was asked for, and the token of this run. */
export interface AskedRun extends MapReduceOptions {
  readonly token: string;
}

/** What is to be done, before anything is. */
export interface Plan extends AskedRun {
  /** From 1 on; undefined: there is only one. */
  readonly stage: number | undefined;
  readonly inputFiles: number;
  readonly inputBytes: number;
  readonly splits: readonly Split[];
  readonly faults: FaultPlan;
  readonly maxReplacements: number;
  readonly chooseBackup: BackupPolicy;
  readonly roles?: ReadonlyMap<number, TaskKind>;
  readonly timeoutsMs?: Readonly<Record<TaskKind, number>>;
}

/** The workload that a `--config` file describes. */
export function planConfig(options: AskedRun, runDir: string): Plan {
  const run = planConfiguredRun(options.config as RunConfig, options.seed, runDir);
  const tasks = run.splits.length + run.reduceTasks;
  // Timeouts alone may need as many processes as there are attempts.
  const maxReplacements = options.maxReplacements ?? 50 + 5 * tasks;
  const chooseBackup = options.backup ? backUpAfter(run.timeoutsMs) : noBackups;
  const faults = [...planFaults(options), ...run.faults];
  const { transport } = options;
  const store = { ...options.store, counterKeys: run.counterKeys, transport };
  const stage = undefined;
  return { ...options, ...run, store, stage, faults, maxReplacements, chooseBackup };
}

/** Throws an InputError for what cannot be read, a UsageError for too many tasks. */
export function planJob(options: AskedRun): Plan {
  const files = listInputFiles(options.inputs, options.cwd);
  const inputBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const { splitBytes = chooseSplitBytes(inputBytes, options.workers), inputFormat } =
    options;
  const tasks = files.reduce(
    (sum, file) =>
      sum + countSplits(file.bytes, splitBytesOf(file, splitBytes, inputFormat)),
    0,
  );
  if (tasks === 0) throw new InputError('the input holds no bytes: nothing to do');
  checkTasks(tasks, inputBytes);
  const splits = planInput(files, splitBytes, inputFormat);
  const input = { inputFiles: files.length, inputBytes, splits };
  return { ...options, ...planFaultsOf(options, tasks, 1), ...input, stage: undefined };
}

/** A stage of the run, from 1 on; all but the first read `files`. Throws as `planNextStage`. */
export async function planStage(
  plan: Plan,
  stage: number,
  files: readonly StageFile[],
): Promise<Plan | { readonly lost: readonly number[] }> {
  return stage === 1 ? planFirstStage(plan) : planNextStage(plan, stage, files);
}

/** The first stage of the run: what it writes is read by the next one. */
export function planFirstStage(plan: Plan): Plan {
  if (plan.laterJobs.length === 0) return plan;
  return { ...plan, stage: 1, outputFormat: 'key-value' };
}

function planFaultsOf(options: MapReduceOptions, mapTasks: number, stage: number) {
  const faults = planFaults(options, stage);
  const tasks = mapTasks + options.reduceTasks;
  const maxReplacements =
    options.maxReplacements ?? allowReplacements(faults, tasks, options);
  const chooseBackup = options.backup ? backUpStragglers : noBackups;
  return { faults, maxReplacements, chooseBackup };
}

/**
 * A stage that reads the output files of the one before; or which of them are lost. Throws an
 * InputError where there is nothing in them.
 */
export async function planNextStage(
  options: AskedRun,
  stage: number,
  files: readonly StageFile[],
): Promise<Plan | { readonly lost: readonly number[] }> {
  const { jobName, jobFile } = options.laterJobs[stage - 2] as StageJob;
  const inputBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (inputBytes === 0) {
    throw new InputError(
      `stage ${stage - 1} has written nothing: there is no input for stage ${stage}, ${jobName}`,
    );
  }
  const { splitBytes = chooseSplitBytes(inputBytes, options.workers) } = options;
  const tasks = files.reduce((sum, { bytes }) => sum + countSplits(bytes, splitBytes), 0);
  checkTasks(tasks, inputBytes);
  const planned = await planStageInput(files, splitBytes);
  if ('lost' in planned) return planned;
  const isLast = stage === options.laterJobs.length + 1;
  const { outputFormat } = options;
  return {
    ...options,
    ...planFaultsOf(options, tasks, stage),
    ...{ jobName, jobFile, stage, inputBytes, inputFiles: files.length },
    inputFormat: undefined,
    outputFormat: isLast ? outputFormat : 'key-value',
    splits: planned.splits,
  };
}

function checkTasks(tasks: number, inputBytes: number): void {
  if (tasks <= maxMapTasks) return;
  const enough = Math.ceil(inputBytes / maxMapTasks / 1024) + 1;
  throw new UsageError(
    `${tasks} map tasks are too many, at most ${maxMapTasks} are allowed: choose a larger --split-size, like ${enough}k`,
  );
}
