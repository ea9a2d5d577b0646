/**
 * `npm run worker`: a worker that joins a master, from this machine or another, works until
 * the job is over, and leaves nothing behind.
 */
import { rmSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { type HeldInput, readHeldInput } from '../mapreduce/held-input.ts';
import { InputError } from '../mapreduce/input.ts';
import { type Ending, runMembership } from '../mapreduce/membership.ts';
import { tokenVariable } from '../mapreduce/token.ts';
import { NetworkError, RpcError } from '../rpc/index.ts';
import { createCommand, runCommand, UsageError, userFolder } from './command.ts';
import { count } from './count-option.ts';
import { Interruption } from './interruption.ts';
import { parseListen, parseToken } from './listen-options.ts';
import { countOf } from './mapreduce-story.ts';
import { createScratchFolder } from './scratch-folder.ts';

/** Between two attempts to reach a master that does not answer (yet, or any more). */
const retryMs = 500;

const command = createCommand('worker', 'Joins a master and works for it')
  .requiredOption('--master <host:port>', 'where the master listens', parseListen)
  .option(
    '--token <text>',
    `what the master has printed (default: $${tokenVariable})`,
    parseToken,
  )
  .option('--name <name>', 'what to call it, like worker4 (default: the master’s choice)')
  .option(
    '--listen <host:port>',
    'where others fetch map output (default: any port, where the master is seen)',
    parseListen,
  )
  .option(
    '--holds <path>',
    'input files on this disk: they are read here, and not fetched (repeatable)',
    (path: string, paths: string[]) => [...paths, path],
    [],
  )
  .option(
    '--apart',
    'take no other input from this disk, as if this were another machine',
    false,
  )
  .option(
    '--retry-for-s <n>',
    'how long to try to reach the master again',
    count(0, 86_400),
    30,
  )
  .option(
    '--fail-after <n>',
    'SIGKILL to itself in the middle of the task after n',
    count(0, 1e6),
  )
  .action(async () => {
    process.exitCode = await work(command.opts());
    // A job may have left timers and sockets of its own.
    process.exit();
  });

interface Options {
  readonly master: string;
  readonly token?: string;
  readonly name?: string;
  readonly listen?: string;
  readonly holds: readonly string[];
  readonly apart: boolean;
  readonly retryForS: number;
  readonly failAfter?: number;
}

void runCommand(command);

/** Joins, and joins again as long as the run may still need it. Returns the exit code. */
async function work(options: Options): Promise<number> {
  const interruption = new Interruption();
  const { signal } = interruption;
  const held = await readHeldFiles(options.holds);
  const retryWithinMs = options.retryForS * 1000;
  let deadlineMs = performance.now() + retryWithinMs;
  let hasJoined = false;
  let isTrying = false;
  while (!signal.aborted) {
    const ending = await joinOnce(options, held, signal);
    hasJoined ||= !(ending instanceof Error);
    if (ending instanceof Error) {
      if (performance.now() > deadlineMs) throw ending;
      if (!isTrying) say(`${ending.message}: trying for ${options.retryForS} s`);
      isTrying = true;
      await pause(signal);
    } else if (ending.how === 'lost') {
      say(`lost the master: ${ending.why}; trying to join it again`);
      deadlineMs = performance.now() + retryWithinMs;
      isTrying = true;
    } else if (ending.how !== 'left') return explain(ending);
  }
  if (hasJoined) say('left the run: what was done here is done again by others');
  else say('interrupted: it had joined no run');
  return interruption.exitCode;
}

/** Throws a UsageError for what cannot be read. */
async function readHeldFiles(paths: readonly string[]): Promise<HeldInput> {
  try {
    const held = await readHeldInput(paths, userFolder('worker'));
    const bytes = held.files.reduce((sum, file) => sum + file.bytes, 0);
    if (bytes > 0) {
      say(
        `holds ${countOf(held.files.length, 'file')} of ${(bytes / 1e6).toFixed(1)} MB`,
      );
    }
    return held;
  } catch (error) {
    const isMistake = error instanceof InputError;
    throw isMistake ? new UsageError(`--holds: ${error.message}`) : error;
  }
}

/** Its ending, or why the master could not be reached (again). Throws if it refuses us. */
async function joinOnce(
  options: Options,
  held: HeldInput,
  signal: AbortSignal,
): Promise<Ending | Error> {
  const { master, name = '', listen, apart: isApart, failAfter } = options;
  const token = options.token ?? process.env[tokenVariable] ?? '';
  const folder = createScratchFolder('worker');
  try {
    const input = { held, isApart };
    const membership = {
      master,
      token,
      name,
      listen,
      failAfter,
      folder,
      signal,
      ...input,
    };
    return await runMembership({ ...membership, onLine: say });
  } catch (error) {
    const isOutOfReach =
      error instanceof NetworkError && error.message.startsWith('dial');
    const isCutOff = error instanceof RpcError && !error.isDefinite;
    if (isOutOfReach || isCutOff) return error;
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Shorter where the worker is to leave. */
async function pause(signal: AbortSignal): Promise<void> {
  await setTimeout(retryMs, undefined, { signal }).catch(() => {});
}

function explain({ how, why, tasks }: Ending): number {
  const did = `${countOf(tasks, 'task')} completed here`;
  if (how === 'completed' || how === 'failed' || how === 'aborted') {
    say(`${why}; ${did}`);
    return 0;
  }
  console.error(`error: ${why}; ${did}`);
  return 1;
}

/** Log, not result. */
function say(line: string): void {
  console.error(line);
}
