/**
 * Shards as operating-system processes. Each is reached over a pair of sockets that is made
 * with it: no port, no token, and it closes when either end does.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { type CallEvent, Client, streamTransport } from '../rpc/index.ts';
import type { Bundle } from './bundle.ts';
import { connectionLimits, type OpenLink, type ShardLink } from './link.ts';
import type { ShardConfig } from './wire.ts';

/** Sees the calls to a shard. */
export type ObserveShard = (shard: number) => (event: CallEvent) => void;

/** `onLine` gets every line that a process prints, on either stream. */
export function startProcesses(
  { folder, shardMain, watchdog }: Bundle,
  onLine: (shard: number, line: string) => void,
  observe?: ObserveShard,
): OpenLink {
  return async (shard) => {
    const config: ShardConfig = { shard, poolPid: process.pid, folder, watchdog };
    const tell = (line: string) => onLine(shard, line);
    return startProcess(shardMain, config, tell, observe?.(shard));
  };
}

function startProcess(
  shardMain: string,
  config: ShardConfig,
  onLine: (line: string) => void,
  observe: ((event: CallEvent) => void) | undefined,
): ShardLink {
  const args = ['--enable-source-maps', shardMain, JSON.stringify(config)];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', onLine);
  }
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const [, , , socket, pipe] = child.stdio;
  pipe?.on('error', () => {});
  const transport = streamTransport(socket as Duplex);
  const client = new Client(transport, {
    codec: 'framed-json',
    limits: connectionLimits,
    observe,
  });
  return { client, pid: child.pid, exited, kill: () => void child.kill('SIGKILL') };
}
