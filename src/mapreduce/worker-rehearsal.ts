/**
 * A worker's first steps, with a master that is not one: afterwards V8 has compiled what they
 * take, and a snapshot of this process has it. And whether such a snapshot is any good.
 */
import { dial, Server } from '../rpc/index.ts';
import { dialMaster } from './master-connection.ts';
import { LocalDisk } from './stores/local-disk.ts';
import { TaskRunner } from './task-runner.ts';
import { guard } from './token.ts';
import type { WorkerConfig } from './wire.ts';
import { register, Worker } from './worker.ts';

/** Resolves when nothing of it is left; rejects where this machine lets nobody listen. */
export async function rehearse(): Promise<void> {
  const token = 'rehearsal';
  const loopback = { listen: '127.0.0.1:0', reachableAs: '127.0.0.1' };
  const config = { worker: 1, token, runDir: '', ...loopback } as WorkerConfig;
  const master = new Server({ http: false });
  let worker = '';
  const service = { Register: ({ address }: { address: string }) => (worker = address) };
  master.registerName('Master', guard(service, token));
  const link = await dialMaster(await master.listen(loopback.listen), token);
  const runner = new TaskRunner(config, { onFailpoint() {}, onEnd() {} });
  const { server } = await register(
    new Worker(runner, new LocalDisk('', 1)),
    link,
    config,
  );
  const client = await dial(worker, { codec: 'framed-json' });
  await client.call('Worker.CancelTask', { attempt: 0, token });
  await client.close();
  await link.close();
  await Promise.all([server.close(), master.close()]);
}

/** What any thread may do: it knows its folder, and loads modules of Node's. */
const threadProgram = `
  const { builtinModules } = require('node:module');
  const { workerData } = require('node:worker_threads');
  if (process.cwd() !== workerData) throw new Error('it does not know its folder');
  for (const name of builtinModules)
    try { require(name); } catch { /* Not for threads. */ }`;

/** Ends this process, which has started from a snapshot: with 0 where its threads can run tasks. */
export function tryThread(): void {
  const { Worker: Thread } = process.getBuiltinModule('node:worker_threads');
  const thread = new Thread(threadProgram, { eval: true, workerData: process.cwd() });
  thread.on('error', () => process.exit(1));
}
