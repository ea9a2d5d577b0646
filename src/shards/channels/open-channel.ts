/**
 * Every channel by its name, each with the program at its other end started and ready.
 */
import { join } from 'node:path';
import { type CodecName, codecNames } from '../../rpc/index.ts';
import { buildModules } from '../bundle.ts';
import { loadAnswer } from './answer-module.ts';
import type { Channel } from './channel.ts';
import { openChildChannel } from './child-process.ts';
import { InProcessChannel } from './in-process.ts';
import { openRpcChannel } from './rpc-process.ts';
import { openSharedMemoryChannel } from './shared-memory.ts';
import { openThreadChannel } from './worker-thread.ts';

export type ChannelName =
  | 'in-process'
  | 'shared-memory'
  | 'thread'
  | 'ipc-json'
  | 'ipc-advanced'
  | `unix-${CodecName}`
  | `tcp-${CodecName}`;

/** From the nearest to the farthest. */
export const channelNames: readonly ChannelName[] = [
  'in-process',
  'shared-memory',
  'thread',
  'ipc-json',
  'ipc-advanced',
  ...codecNames.map((codec) => `unix-${codec}` as const),
  ...codecNames.map((codec) => `tcp-${codec}` as const),
];

/** Compiled modules: starting an end then costs no compilation. */
export interface Ends {
  readonly folder: string;
  readonly answerModule: string;
}

/** Compiles the ends of all channels, and the program that answers there, into `folder`. */
export async function buildEnds(answerFile: string, folder: string): Promise<Ends> {
  const here = (name: string) => join(import.meta.dirname, `${name}.ts`);
  await buildModules(
    {
      thread: here('worker-thread-main'),
      'shared-memory': here('shared-memory-main'),
      child: here('child-process-main'),
      rpc: here('rpc-process-main'),
      answer: answerFile,
    },
    folder,
  );
  return { folder, answerModule: join(folder, 'answer.mjs') };
}

let opened = 0;

/** Resolves when the other end is there, or will be: what is sent meanwhile waits for it. */
export async function openChannel(
  name: ChannelName,
  { folder, answerModule }: Ends,
): Promise<Channel> {
  const main = (end: string) => join(folder, `${end}.mjs`);
  switch (name) {
    case 'in-process':
      return new InProcessChannel(await loadAnswer(answerModule));
    case 'shared-memory':
      return openSharedMemoryChannel(main('shared-memory'), answerModule);
    case 'thread':
      return openThreadChannel(main('thread'), answerModule);
    case 'ipc-json':
      return openChildChannel(main('child'), answerModule, 'json');
    case 'ipc-advanced':
      return openChildChannel(main('child'), answerModule, 'advanced');
  }
  const isUnix = name.startsWith('unix-');
  const codec = name.slice(name.indexOf('-') + 1) as CodecName;
  const address = isUnix ? `unix:${folder}/${process.pid}-${opened++}` : 'localhost:0';
  return openRpcChannel(main('rpc'), { answerModule, address, codec });
}
