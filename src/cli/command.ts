/**
 * What every command shares: a user's mistake is one clear sentence on stderr and exit 1;
 * our own mistake shows its stack and exit 2; a flag that npm kept for itself is noticed.
 */
import chalk, { chalkStderr } from 'chalk';
import { Command } from 'commander';
import { NetworkError, RpcError } from '../rpc/errors.ts';

// Chalk knows terminals and FORCE_COLOR, but not NO_COLOR. Source: no-color.org.
if (process.env.NO_COLOR) {
  chalk.level = 0;
  chalkStderr.level = 0;
}

/** Thrown for what the user can mend; the message says what, where, and what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A command named as its npm script; the example is shown to whoever has got it wrong. */
export function createCommand(
  name: string,
  description: string,
  example?: string,
): Command {
  const like = example === undefined ? '' : `for example: ${example}; `;
  return new Command(`npm run ${name}`)
    .description(description)
    .usage('-- [options]')
    .showHelpAfterError(`(${like}see all options: add -- --help)`);
}

/**
 * Where the user's paths begin: npm starts scripts in the project's folder, and remembers where
 * the user was.
 */
export function userFolder(script: string): string {
  const isOurScript = process.env.npm_lifecycle_event === script;
  return (isOurScript && process.env.INIT_CWD) || process.cwd();
}

/** Parses, runs, and ends the process with the exit code that `run` gives or its error deserves. */
export async function runCommand(command: Command): Promise<void> {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', ignoreClosedPipe);
  process.once('beforeExit', reportStandstill);
  try {
    refuseSwallowedFlags(command);
    await command.parseAsync();
  } catch (error) {
    process.exitCode = reportError(error as Error);
  }
  process.off('beforeExit', reportStandstill);
}

/** Nobody will ever settle what the command waits for: that is no success. */
function reportStandstill(): void {
  process.exitCode = reportError(new Error('the command waits, and for nothing'));
}

/** Whoever reads our output may have seen enough: `npm run mapreduce | head`. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/** Prints an error as its audience needs it; returns the exit code. */
export function reportError(error: Error): 1 | 2 {
  const isMistake =
    error instanceof UsageError ||
    error instanceof NetworkError ||
    error instanceof RpcError;
  if (isMistake) {
    console.error(`error: ${error.message}`);
    return 1;
  }
  console.error(`internal error, please report it: ${error.stack}`);
  return 2;
}

/**
 * `npm run mapreduce --kill-worker 2` reaches us as `2`, with npm_config_kill_worker set:
 * without `--` npm takes every flag for one of its own.
 */
function refuseSwallowedFlags(command: Command): void {
  const script = command.name().replace(/^npm run /, '');
  const names = command.registeredArguments
    .filter(({ required }) => required)
    .map((argument) => ` <${argument.name()}>`);
  for (const { long, required } of command.options) {
    const value = required ? ' …' : '';
    const usage = `${command.name()} --${names.join('')} ${long}${value}`;
    refuseSwallowedFlag(script, long ?? '', usage);
  }
}

/** Throws a UsageError if npm, running this script, has kept this flag for itself. */
export function refuseSwallowedFlag(script: string, flag: string, usage: string): void {
  if (process.env.npm_lifecycle_event !== script) return;
  const setting = flag.slice(2).replaceAll('-', '_');
  if (alwaysSet.includes(setting)) return;
  if (process.env[`npm_config_${setting}`] === undefined) return;
  throw new UsageError(
    `npm kept ${flag} for itself; add -- before the options: ${usage}`,
  );
}

/** Settings of npm's own that it tells every script: such a flag cannot be noticed. */
const alwaysSet = ['cache'];
