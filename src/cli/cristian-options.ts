/**
 * The options of `npm run cristian`, checked: two ways that add up to a round trip, or a round
 * trip and how unequal its ways are.
 */
import { type Command, InvalidArgumentError } from 'commander';
import { createCommand, UsageError, userFolder } from './command.ts';
import { count } from './count-option.ts';
import type { ExchangePlan } from './cristian-exchange.ts';
import { addPageOptions, type PageOptions, readPageOptions } from './page-options.ts';
import { refuseScript } from './simulation-page.ts';

export interface CristianOptions extends PageOptions {
  readonly plan: ExchangePlan;
  readonly json: boolean;
}

const mostMs = 10_000;
const [defaultOutMs, defaultBackMs] = [20, 60];

export function createCristianCommand(): Command {
  const ms = count(0, mostMs);
  const command = createCommand(
    'cristian',
    "Asks a server with another clock for its time: Cristian's algorithm, simulated",
    'npm run cristian -- --out-ms 20 --back-ms 60 --page',
  )
    .option('--out-ms <n>', `what the request takes (default: ${defaultOutMs})`, ms)
    .option('--back-ms <n>', `what the reply takes (default: ${defaultBackMs})`, ms)
    .option('--round-trip-ms <n>', 'instead: what both take together', ms)
    .option(
      '--asymmetry-ms <n>',
      'and how much longer the reply takes, or, negative, the request',
      parseSigned,
    )
    .option('--think-ms <n>', 'what the server takes between T2 and T3', ms, 20)
    .option('--offset-ms <n>', "the server's clock minus the client's", parseSigned, 500)
    .option('--least-ms <n>', 'what any message takes at least, as is known', ms, 0)
    .option('--json', 'print one object instead of the figure', false);
  return addPageOptions(command, 'show it in a browser, with sliders');
}

function parseSigned(text: string): number {
  const value = Number(text);
  if (/^[+-]?\d{1,9}$/.test(text)) return value;
  throw new InvalidArgumentError('It must be a whole number of milliseconds, like -40.');
}

/** Throws a UsageError for times that no message can take. */
export function readOptions(command: Command): CristianOptions {
  const options = command.opts();
  refuseScript(options);
  const { thinkMs, offsetMs, leastMs, json } = options;
  const ways = readWays(options);
  const quickestMs = Math.min(ways.outMs, ways.backMs);
  if (leastMs > quickestMs)
    throw new UsageError(
      `--least-ms ${leastMs}: one of the messages takes ${quickestMs} ms, which is less`,
    );
  const plan = { ...ways, thinkMs, offsetMs, leastMs };
  return { plan, json, ...readPageOptions(options, userFolder('cristian')) };
}

function readWays(options: Record<string, number | undefined>) {
  const { outMs, backMs, roundTripMs, asymmetryMs } = options;
  const isByWays = outMs !== undefined || backMs !== undefined;
  if (roundTripMs === undefined && asymmetryMs === undefined)
    return { outMs: outMs ?? defaultOutMs, backMs: backMs ?? defaultBackMs };
  if (isByWays)
    throw new UsageError(
      '--out-ms and --back-ms say it all: leave --round-trip-ms and --asymmetry-ms out',
    );
  const tripMs = roundTripMs ?? defaultOutMs + defaultBackMs;
  const moreMs = asymmetryMs ?? 0;
  if (Math.abs(moreMs) > tripMs)
    throw new UsageError(
      `--asymmetry-ms ${moreMs}: the round trip is ${tripMs} ms, and no message takes less than no time`,
    );
  const requestMs = (tripMs - moreMs) / 2;
  return { outMs: requestMs, backMs: tripMs - requestMs };
}
