/**
 * Shards as operating-system processes. Each is reached over a pair of sockets that is made
 * with it: no port, no token, and it closes when either end does.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { Client, streamTransport } from '../rpc/index.ts';
import type { Bundle } from './bundle.ts';
import { connectionLimits, type OpenLink, type ShardLink } from './link.ts';
import type { ShardConfig } from './wire.ts';

/** `onLine` gets every line that a process prints, on either stream. */
export function startProcesses(
  { folder, shardMain, watchdog }: Bundle,
  onLine: (shard: number, line: string) => void,
): OpenLink {
  return async (shard) => {
    const config: ShardConfig = { shard, poolPid: process.pid, folder, watchdog };
    return startProcess(shardMain, config, (line) => onLine(shard, line));
  };
}

function startProcess(
  shardMain: string,
  config: ShardConfig,
  onLine: (line: string) => void,
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
  });
  return { client, pid: child.pid, exited, kill: () => void child.kill('SIGKILL') };
}
