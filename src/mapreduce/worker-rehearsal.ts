/**
 * A worker's first steps, with a master that is not one: afterwards V8 has compiled what they
 * take, and a snapshot of this process has it.
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
