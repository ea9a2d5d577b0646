/**
 * The option `--config`, and the options that say otherwise what its file says.
 */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { UsageError } from './command.ts';
import { type RunConfig, readConfig } from './config-file.ts';
import { refuseOptions } from './refused-options.ts';

const saidByTheFile = [
  ...['--job', '--pattern', '--param', '--workers', '--split-size', '--reduce-tasks'],
  ...['--crash-probability', '--straggler-probability', '--straggler-delay-ms'],
];

const notForTheWorkload = [
  ...['--cache', '--journal', '--resume', '--input-format', '--output-format'],
  ...['--skip-bad-records', '--sequential', '--only', '--then'],
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
  const option = `--config ${file}`;
  refuseOptions(
    command,
    saidByTheFile,
    (name) => `${option} says that already: leave out ${name}, or --config`,
  );
  refuseOptions(
    command,
    notForTheWorkload,
    (name) => `${option} and ${name} do not go together: leave out one`,
  );
  return readConfig(resolve(cwd, file));
}
