/**
 * The option `--config`, and the options that say otherwise what its file says.
 */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { UsageError } from './command.ts';
import { type RunConfig, readConfig } from './config-file.ts';

const saidByTheFile = [
  'job',
  'pattern',
  'param',
  'workers',
  'splitSize',
  'reduceTasks',
  'crashProbability',
  'stragglerProbability',
  'stragglerDelayMs',
];

const notForTheWorkload = [
  'cache',
  'journal',
  'resume',
  'inputFormat',
  'outputFormat',
  'skipBadRecords',
  'sequential',
  'only',
];

export function addConfigOptions(command: Command): Command {
  return command.option(
    '--config <file>',
    "count targets in random strings, as the file's settings say",
  );
}

/** Undefined: there is none. Throws a UsageError. */
export function readConfigOption(
  inputs: readonly string[],
  command: Command,
  cwd: string,
): RunConfig | undefined {
  const file: string | undefined = command.opts().config;
  if (file === undefined) return undefined;
  const [input] = inputs;
  if (input !== undefined) {
    throw new UsageError(
      `--config ${file} makes its own input: leave out ${input}, or --config`,
    );
  }
  for (const name of saidByTheFile) {
    if (command.getOptionValueSource(name) !== 'cli') continue;
    const long = command.options.find((one) => one.attributeName() === name)?.long;
    throw new UsageError(
      `--config ${file} says that already: leave out ${long}, or --config`,
    );
  }
  for (const name of notForTheWorkload) {
    if (command.getOptionValueSource(name) !== 'cli') continue;
    const long = command.options.find((one) => one.attributeName() === name)?.long;
    throw new UsageError(
      `--config ${file} and ${long} do not go together: leave out one`,
    );
  }
  return readConfig(resolve(cwd, file));
}
