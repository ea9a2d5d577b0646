/**
 * The document's workload, small: a file for `--config`, and the same as a job of its own for
 * the sequential run, which knows no such file.
 */
import { join } from 'node:path';
import type { Chance } from './chance.ts';

export interface ConfigFile {
  readonly settings: Readonly<Record<string, number>>;
  readonly seed: number;
  readonly mapTasks: number;
  readonly reduceTasks: number;
  readonly workers: number;
  /** What the map calls are told to make: the strings from one number to another. */
  readonly records: string;
}

export function drawConfig(chance: Chance): ConfigFile {
  const strings = chance.between(50, 20_000);
  const targets = chance.between(1, 60);
  const partition = Math.ceil(strings / chance.between(1, 15));
  const keys = chance.between(1, targets);
  const mappers = chance.between(1, 5);
  const reducers = chance.between(1, 3);
  const percent = () => chance.pick([0, 2, 10, 30]);
  const delayMs = () => chance.pick([0, 100, 700]);
  const timeoutMs = () => chance.pick([300, 1000, 10_000]);
  const settings = {
    num_strings: strings,
    max_string_length: chance.between(1, 15),
    num_target_words: targets,
    target_word_length: chance.between(2, 3),
    partition_size: partition,
    keys_per_reducer: keys,
    num_mappers: mappers,
    num_reducers: reducers,
    mapper_failure_probability: percent(),
    reducer_failure_probability: percent(),
    mapper_straggler_probability: percent(),
    reducer_straggler_probability: percent(),
    mapper_straggler_delay_ms: delayMs(),
    reducer_straggler_delay_ms: delayMs(),
    mapper_timeout_ms: timeoutMs(),
    reducer_timeout_ms: timeoutMs(),
  };
  return {
    settings,
    seed: chance.below(1000),
    mapTasks: Math.ceil(strings / partition),
    reduceTasks: Math.ceil(targets / keys),
    workers: mappers + reducers,
    records: listRecords(strings, partition),
  };
}

/** One for each partition. */
function listRecords(strings: number, partition: number): string {
  let text = '';
  for (let from = 0; from < strings; from += partition) {
    text += `${from} ${Math.min(from + partition, strings)}\n`;
  }
  return text;
}

/** The options of the same work as a job. */
export function jobOptions({ settings, seed, reduceTasks }: ConfigFile): string[] {
  const told = [
    ...['max_string_length', 'num_target_words', 'target_word_length'],
    'keys_per_reducer',
  ];
  return [
    ...['--job', join(import.meta.dirname, '../../src/apps/target-count.ts')],
    ...['--param', `seed=${seed}`, '--reduce-tasks', String(reduceTasks)],
    ...told.flatMap((name) => ['--param', `${name}=${settings[name]}`]),
  ];
}
