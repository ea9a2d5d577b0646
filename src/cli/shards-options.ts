/**
 * The options of `npm run shards`: how many processes, which machines, which messages, and what
 * goes wrong.
 */
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { createCommand, UsageError, userFolder } from './command.ts';
import { count } from './count-option.ts';
import {
  addDiagramOptions,
  type DiagramOptions,
  readDiagramOptions,
} from './diagram-options.ts';

/** A fault as data: SIGKILL to a shard when so many messages have been sent. */
export interface Kill {
  /** Counted from 1. */
  readonly shard: number;
  /** Undefined: spread over the run. */
  readonly afterMessages: number | undefined;
}

export interface ShardsOptions extends DiagramOptions {
  readonly processes: number;
  /** An absolute path. */
  readonly machine: string;
  readonly routing: 'hash' | 'modulo';
  readonly count: number;
  readonly ids: number;
  /** Messages a second; 0: as fast as they are taken. */
  readonly rate: number;
  readonly seed: number;
  readonly killShard: readonly Kill[];
  readonly log: boolean;
  readonly snapshotEvery: number;
  readonly maxMachines: number;
  readonly json: boolean;
}

const defaultMachine = resolve(import.meta.dirname, '../shards/machines/hash-chain.ts');
export const maxShards = 64;

export function createShardsCommand(): Command {
  return addDiagramOptions(createStreamCommand());
}

function createStreamCommand(): Command {
  return createCommand(
    'shards',
    'Streams messages to state machines in processes of their own',
    'npm run shards -- --kill-shard 2',
  )
    .option('--processes <n>', 'processes to start', count(1, maxShards), 4)
    .option('--machine <module>', 'a module with the class (default: hash-chain)')
    .addOption(
      new Option('--routing <rule>', 'which process has an id')
        .choices(['hash', 'modulo'])
        .default('hash'),
    )
    .option('--count <n>', 'messages to send', count(1, 1e9), 200_000)
    .option('--ids <n>', 'machines that they are for', count(1, 1e6), 100)
    .option(
      '--rate <n>',
      'messages a second; 0: as fast as possible',
      count(0, 1e7),
      20_000,
    )
    .option('--seed <n>', 'of the stream of messages', count(0, 2 ** 31), 1)
    .option(
      '--kill-shard <n[:messages]>',
      'SIGKILL to a shard, after so many messages (repeatable)',
      collectKill,
      [],
    )
    .option('--no-log', 'keep no messages: what a killed process had is lost')
    .option('--snapshot-every <n>', 'messages of a machine', count(1, 1e9), 256)
    .option('--max-machines <n>', 'machines in one process', count(1, 1e7), 100_000)
    .option('--json', 'print a summary for a script');
}

export function readShardsOptions(command: Command): ShardsOptions {
  const options = command.opts();
  for (const { shard } of options.killShard as Kill[]) {
    if (shard <= options.processes) continue;
    throw new UsageError(
      `--kill-shard ${shard}: there are only shards 1 to ${options.processes}; add --processes ${shard}`,
    );
  }
  const cwd = userFolder('shards');
  const machine = options.machine ? resolve(cwd, options.machine) : defaultMachine;
  const diagram = readDiagramOptions(options, cwd);
  return {
    ...options,
    ...diagram,
    machine,
    json: options.json === true,
  } as ShardsOptions;
}

function collectKill(text: string, previous: Kill[]): Kill[] {
  const [, shard = '', after] = /^(\d+)(?::(\d+))?$/.exec(text) ?? [];
  if (Number(shard) < 1) {
    throw new InvalidArgumentError(
      'It must be a shard, perhaps with a number of messages, like 2 or 2:50000.',
    );
  }
  const afterMessages = after === undefined ? undefined : Number(after);
  return [...previous, { shard: Number(shard), afterMessages }];
}
