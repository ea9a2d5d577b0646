/**
 * The second thread of a shard process: it does nothing but wait for the end of a pipe that
 * the pool holds, so that no shard outlives its pool, even while a machine never returns.
 */
import { Socket } from 'node:net';
import { parentPort } from 'node:worker_threads';
import { endWithPool } from './orphan.ts';
import type { ShardConfig } from './wire.ts';

const config: ShardConfig = JSON.parse(process.argv[2] as string);
const pipe = new Socket({ fd: 4 });
pipe.on('error', () => {});
pipe.once('close', () => void endWithPool(config));
pipe.resume();
parentPort?.postMessage('watching');
