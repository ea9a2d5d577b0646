/**
 * The entry point of a shard process. It is reached over a socket that it has inherited, so
 * nobody else can; it serves that one connection, and ends with it.
 */
import { Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Server, streamTransport } from '../rpc/index.ts';
import { connectionLimits } from './link.ts';
import { endWithPool } from './orphan.ts';
import { Shard } from './shard.ts';
import type { ShardConfig } from './wire.ts';

// Ctrl-C reaches every process of the terminal; the pool decides what it means.
process.on('SIGINT', () => {});

const config: ShardConfig = JSON.parse(process.argv[2] as string);
let isClosing = false;
const load = (module: string) => import(pathToFileURL(module).href);
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
// A machine that never returns keeps this thread for ever: another one watches the pool.
new Worker(config.watchdog, { argv: [JSON.stringify(config)] }).unref();
await served;
if (isClosing) process.exit(0);
await endWithPool(config);
