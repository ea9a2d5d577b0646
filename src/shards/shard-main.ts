/**
 * The entry point of a shard process. It is reached over a socket that it has inherited, so
 * nobody else can; it serves that one connection, and ends with it.
 */
import { once } from 'node:events';
import { Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Server, streamTransport } from '../rpc/index.ts';
import { connectionLimits } from './link.ts';
import { endWithPool } from './orphan.ts';
import { Shard } from './shard.ts';
import type { ShardConfig } from './wire.ts';

const config: ShardConfig = JSON.parse(process.argv[2] as string);
// Ctrl-C reaches every process of the terminal; the pool decides what it means.
process.on('SIGINT', () => {});
// What ends this process may be ending the pool too: then nobody else removes the folder.
for (const signal of ['SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void endWithPool(config));

// A machine that never returns keeps this thread for ever: another one watches the pool. Until
// it does, nothing of the user's runs.
const watchdog = new Worker(config.watchdog, { argv: [JSON.stringify(config)] });
const watching = once(watchdog, 'message');
watchdog.unref();

let isClosing = false;
const load = async (module: string) => {
  await watching;
  return import(pathToFileURL(module).href);
};
const shard = new Shard(load, () => {
  isClosing = true;
  // Behind the reply.
  setImmediate(() => socket.end());
});
const server = new Server({
  limits: connectionLimits,
  codecs: ['framed-json'],
  http: false,
});
server.registerName('Shard', shard);
const socket = new Socket({ fd: 3 });
const served = server.serveConn(streamTransport(socket));
await served;
if (isClosing) process.exit(0);
await endWithPool(config);
