/**
 * What `npm run mapreduce -- --config file.json` runs: the document's workload as a job with
 * its splits, its roles and its faults. The input is one small file of records, and each says
 * which strings a map call makes for itself.
 *
 * Source: document "process-rpc".
 */
import { statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { listTargets } from '../apps/random-strings.ts';
import type { TaskKind } from '../mapreduce/events.ts';
import type { Fault, FaultPlan } from '../mapreduce/fault-plan.ts';
import type { JobParams } from '../mapreduce/job.ts';
import type { Split } from '../mapreduce/splits.ts';
import type { RunConfig } from './config-file.ts';

/** A crash can strike between two records: so many make up a partition. */
const recordsPerPartition = 8;

export interface ConfiguredRun {
  readonly jobName: string;
  readonly jobFile: string;
  readonly params: JobParams;
  readonly inputFiles: number;
  readonly inputBytes: number;
  readonly splits: readonly Split[];
  readonly reduceTasks: number;
  readonly workers: number;
  readonly roles: ReadonlyMap<number, TaskKind>;
  readonly timeoutsMs: Readonly<Record<TaskKind, number>>;
  readonly faults: FaultPlan;
  /** All keys that the job has. */
  readonly counterKeys: readonly string[];
}

/** Writes the records into `folder`. */
export function planConfiguredRun(
  config: RunConfig,
  seed: number,
  folder: string,
): ConfiguredRun {
  const splits = writePartitions(config, join(folder, 'partitions.txt'));
  const params = {
    seed,
    max_string_length: config.max_string_length,
    num_target_words: config.num_target_words,
    target_word_length: config.target_word_length,
    keys_per_reducer: config.keys_per_reducer,
  };
  return {
    jobName: 'target-count',
    jobFile: resolve(import.meta.dirname, '../apps/target-count.ts'),
    params: Object.fromEntries(Object.entries(params).map(([k, v]) => [k, String(v)])),
    inputFiles: 1,
    inputBytes: splits.at(-1)?.end ?? 0,
    splits,
    reduceTasks: Math.ceil(config.num_target_words / config.keys_per_reducer),
    ...planWorkers(config),
    counterKeys: listTargets(seed, config.num_target_words, config.target_word_length),
    timeoutsMs: { map: config.mapper_timeout_ms, reduce: config.reducer_timeout_ms },
    faults: [
      ...planFaultsOf('map', config, seed),
      ...planFaultsOf('reduce', config, seed),
    ],
  };
}

/** One split for each partition. */
function writePartitions(config: RunConfig, file: string): Split[] {
  const { num_strings: strings, partition_size: size } = config;
  const recordSize = Math.ceil(size / recordsPerPartition);
  const ranges: { start: number; end: number }[] = [];
  let text = '';
  for (let first = 0; first < strings; first += size) {
    const end = Math.min(first + size, strings);
    const start = text.length;
    for (let from = first; from < end; from += recordSize) {
      text += `${from} ${Math.min(from + recordSize, end)}\n`;
    }
    ranges.push({ start, end: text.length });
  }
  writeFileSync(file, text);
  const { size: bytes, mtimeMs: modifiedMs } = statSync(file);
  const version = { bytes, modifiedMs };
  return ranges.map((range) => ({ file, name: 'partitions.txt', ...range, version }));
}

/** Mappers come first, so that they are up first. */
function planWorkers({ num_mappers: mappers, num_reducers: reducers }: RunConfig) {
  const workers = mappers + reducers;
  const roles = new Map<number, TaskKind>();
  for (let id = 1; id <= workers; id++) roles.set(id, id <= mappers ? 'map' : 'reduce');
  return { workers, roles };
}

function planFaultsOf(kind: TaskKind, config: RunConfig, seed: number): Fault[] {
  const who = kind === 'map' ? 'mapper' : 'reducer';
  const crash = config[`${who}_failure_probability`];
  const straggle = config[`${who}_straggler_probability`];
  const delayMs = config[`${who}_straggler_delay_ms`];
  const faults: Fault[] = [];
  if (crash > 0) faults.push({ type: 'crash-attempts', percent: crash, seed, kind });
  if (straggle > 0 && delayMs > 0) {
    faults.push({ type: 'delay-attempts', percent: straggle, delayMs, seed, kind });
  }
  return faults;
}
