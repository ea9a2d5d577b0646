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
import { UsageError } from './command.ts';
import type { RunConfig } from './config-file.ts';
import { planConfiguredRun } from './configured-run.ts';
import { allowReplacements, planFaults } from './mapreduce-faults.ts';
import type { MapReduceOptions } from './mapreduce-options.ts';

/** More tasks than this, and describing them costs more than running them. */
const maxMapTasks = 10_000;

/** What is to be done, before anything is. */
export interface Plan extends MapReduceOptions {
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
export function planConfig(options: MapReduceOptions, runDir: string): Plan {
  const run = planConfiguredRun(options.config as RunConfig, options.seed, runDir);
  const tasks = run.splits.length + run.reduceTasks;
  // Timeouts alone may need as many processes as there are attempts.
  const maxReplacements = options.maxReplacements ?? 50 + 5 * tasks;
  const chooseBackup = options.backup ? backUpAfter(run.timeoutsMs) : noBackups;
  const faults = [...planFaults(options), ...run.faults];
  const { transport } = options;
  const store = { ...options.store, counterKeys: run.counterKeys, transport };
  return { ...options, ...run, store, faults, maxReplacements, chooseBackup };
}

/** Throws an InputError for what cannot be read, a UsageError for too many tasks. */
export function planJob(options: MapReduceOptions): Plan {
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
  if (tasks > maxMapTasks) {
    const enough = Math.ceil(inputBytes / maxMapTasks / 1024) + 1;
    throw new UsageError(
      `${tasks} map tasks are too many, at most ${maxMapTasks} are allowed: choose a larger --split-size, like ${enough}k`,
    );
  }
  const splits = planInput(files, splitBytes, inputFormat);
  const faults = planFaults(options);
  const allTasks = tasks + options.reduceTasks;
  const maxReplacements =
    options.maxReplacements ?? allowReplacements(faults, allTasks, options);
  const chooseBackup = options.backup ? backUpStragglers : noBackups;
  const input = { inputFiles: files.length, inputBytes, splits };
  return { ...options, ...input, faults, maxReplacements, chooseBackup };
}
