/**
 * The options of a run that workers may join, and the command that they join it with. Who
 * joins executes the code that the master sends, and serves its output to the others: so
 * nobody joins without the token, and a run listens on the loopback interface by default.
 */
import { type Command, InvalidArgumentError, Option, type OptionValues } from 'commander';
import { type Transport, transports } from '../mapreduce/bundle.ts';
import { tokenVariable } from '../mapreduce/token.ts';
import { UsageError } from './command.ts';
import { count } from './count-option.ts';

export interface ListenOptions {
  /** Where the master listens; workers may join if it was asked for. */
  readonly listen: string;
  readonly transport: Transport;
  /** Undefined: nobody has chosen one. */
  readonly token: string | undefined;
  /** Undefined: nobody may join. */
  readonly waitForWorkersMs: number | undefined;
  /** Undefined: the status is not printed. */
  readonly statusEveryMs: number | undefined;
}

export function addListenOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--transport <name>',
        'workers get tasks as JSON, pushed, or ask for them over gRPC',
      )
        .choices(transports)
        .default('json'),
    )
    .option(
      '--listen <host:port>',
      'let workers join: npm run worker -- --master …',
      parseListen,
    )
    .option(
      '--token <text>',
      `what they must know (default: $${tokenVariable}, or random)`,
      parseToken,
    )
    .option(
      '--wait-for-workers-s <n>',
      'how long to wait for one while there is none',
      count(1, 86_400),
      60,
    )
    .option(
      '--status-every-s <n>',
      'print the status so often, 0: never (default: 10, on a terminal 0)',
      count(0, 86_400),
    );
}

/** Throws a UsageError for what a run with joining workers, or without, cannot do. */
export function checkListening({
  listen,
  workers,
  store,
  sharedFolder,
}: OptionValues): void {
  if (listen === undefined) {
    if (workers > 0) return;
    throw new UsageError(
      '--workers 0: nobody would run the tasks; add --listen 127.0.0.1:0, so that workers can join',
    );
  }
  if (store === 'shared' && sharedFolder === undefined) {
    throw new UsageError(
      '--store shared with --listen: name a folder that every worker sees, with --shared-folder',
    );
  }
  const isLocal = /^(127\.|localhost:|\[::1\]:)/.test(listen);
  if (store !== 'state-server' || isLocal) return;
  throw new UsageError(
    '--store state-server: it is reached on this machine only; listen at 127.0.0.1, or choose another store',
  );
}

/** `options` are the command's, as its parser has left them. */
export function readListenOptions(options: OptionValues): ListenOptions {
  const mayJoin = options.listen !== undefined;
  const everyS = options.statusEveryS ?? (process.stderr.isTTY ? 0 : 10);
  return {
    listen: options.listen ?? '127.0.0.1:0',
    transport: options.transport,
    token: options.token ?? process.env[tokenVariable],
    waitForWorkersMs: mayJoin ? options.waitForWorkersS * 1000 : undefined,
    statusEveryMs: everyS === 0 ? undefined : everyS * 1000,
  };
}

/** The lines that tell how to join a run at `address`; none where nobody may. */
export function tellHowToJoin(
  { waitForWorkersMs, token }: ListenOptions & { readonly token: string },
  address: string,
): string[] {
  if (waitForWorkersMs === undefined) return [];
  const seconds = waitForWorkersMs / 1000;
  // More people may read a log than an environment.
  const isInEnvironment = process.env[tokenVariable] === token;
  const shown = isInEnvironment ? `$${tokenVariable}` : token;
  return [
    `workers may join at any time, without any the run waits for ${seconds} s:`,
    `  npm run worker -- --master ${address} --token ${shown}`,
  ];
}

/** An address to listen at; the port may be 0, any. */
export function parseListen(text: string): string {
  const match = /^(?:[^:[\]]*|\[[\da-fA-F:.]+\]):(\d{1,5})$/.exec(text);
  if (match && Number(match[1]) <= 65_535) return text;
  throw new InvalidArgumentError('It must look like host:port, as 127.0.0.1:7070.');
}

export function parseToken(text: string): string {
  if (/^\w[\w.-]{7,99}$/.test(text)) return text;
  throw new InvalidArgumentError(
    'It must have 8 to 100 letters, digits, ".", "-" or "_".',
  );
}
