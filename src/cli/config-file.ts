/**
 * The file of `--config`: the settings of the document "process-rpc", under its names and with
 * its units. After `readConfig` each is there, and a number that the run can use.
 *
 * Source: document "process-rpc", "Configuration".
 */
import { readFileSync } from 'node:fs';
import { reasonOf } from '../mapreduce/system-reason.ts';
import { closestName } from './closest-name.ts';
import { UsageError } from './command.ts';

/** Name, smallest and largest value. */
const settings = {
  num_strings: [1, 100_000_000],
  max_string_length: [1, 1000],
  num_target_words: [1, 100_000],
  target_word_length: [1, 1000],
  partition_size: [1, 1_000_000],
  keys_per_reducer: [1, 100_000],
  num_mappers: [1, 256],
  num_reducers: [1, 256],
  mapper_failure_probability: [0, 100],
  reducer_failure_probability: [0, 100],
  mapper_straggler_probability: [0, 100],
  reducer_straggler_probability: [0, 100],
  mapper_straggler_delay_ms: [0, 3_600_000],
  reducer_straggler_delay_ms: [0, 3_600_000],
  mapper_timeout_ms: [1, 3_600_000],
  reducer_timeout_ms: [1, 3_600_000],
} as const satisfies Record<string, readonly [number, number]>;

type Setting = keyof typeof settings;
const names = Object.keys(settings) as Setting[];

export type RunConfig = Readonly<Record<Setting, number>>;

/** Throws a UsageError that names the file and the setting. */
export function readConfig(path: string): RunConfig {
  const values = parseObject(path);
  for (const name of Object.keys(values)) {
    if (Object.hasOwn(settings, name)) continue;
    const closest = closestName(name, names);
    const hint = closest ? `did you mean ${closest}?` : `known are ${names.join(', ')}`;
    throw new UsageError(`${path}: there is no setting ${JSON.stringify(name)}; ${hint}`);
  }
  for (const name of names) checkValue(path, name, values[name]);
  const config = values as RunConfig;
  checkTargets(path, config);
  return config;
}

function parseObject(path: string): Record<string, unknown> {
  const value = parseJson(path);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new UsageError(`${path}: it must be one JSON object, {"${names[0]}": …}`);
}

function parseJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(
      `--config ${path} cannot be read: ${reasonOf(error)}; an example is src/apps/target-count.json`,
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = (error as Error).message.replace(/\s+/g, ' ');
    throw new UsageError(`${path}: it is not JSON: ${why}`);
  }
}

function checkValue(path: string, name: Setting, value: unknown): void {
  const [min, max] = settings[name];
  const isPercent = name.endsWith('_probability');
  const what = `a ${isPercent ? 'number of per cent' : 'whole number'} from ${min} to ${max}`;
  if (value === undefined) {
    throw new UsageError(`${path}: ${name} is missing; it must be ${what}`);
  }
  const isNumber = typeof value === 'number' && (isPercent || Number.isInteger(value));
  if (isNumber && value >= min && value <= max) return;
  throw new UsageError(
    `${path}: ${name} must be ${what}, it is ${JSON.stringify(value).slice(0, 80)}`,
  );
}

const letters = 26;
const maxMapTasks = 10_000;
const maxReduceTasks = 1000;

/** What no setting says alone. */
function checkTargets(path: string, config: RunConfig): void {
  const { num_target_words: targets, target_word_length: length } = config;
  // Drawn at random: the last few of all that there are would be waited for.
  const most = Math.floor(letters ** length / 2);
  if (targets > most) {
    throw new UsageError(
      `${path}: num_target_words must be at most ${most} where target_word_length is ${length}, it is ${targets}`,
    );
  }
  const { num_strings: strings, partition_size, keys_per_reducer } = config;
  checkTasks(path, 'partition_size', strings / partition_size, 'map', maxMapTasks);
  checkTasks(
    path,
    'keys_per_reducer',
    targets / keys_per_reducer,
    'reduce',
    maxReduceTasks,
  );
}

function checkTasks(
  path: string,
  name: string,
  share: number,
  kind: string,
  most: number,
) {
  const tasks = Math.ceil(share);
  if (tasks <= most) return;
  throw new UsageError(
    `${path}: ${name} makes ${tasks} ${kind} tasks, at most ${most} are allowed: make it larger`,
  );
}
