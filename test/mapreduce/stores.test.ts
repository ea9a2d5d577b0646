/** The contract of the stores, run on each of them: real files, real sockets, real SIGKILL. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttemptFiles } from '../../src/mapreduce/stores/attempt-files.ts';
import { LocalDisk } from '../../src/mapreduce/stores/local-disk.ts';
import { StateClient } from '../../src/mapreduce/stores/state-client.ts';
import {
  type StateServerProcess,
  startStateServer,
} from '../../src/mapreduce/stores/state-server-process.ts';
import {
  addressOfStore,
  type PartitionRef,
  type StoreConfig,
} from '../../src/mapreduce/stores/store.ts';
import { openWorkerStore } from '../../src/mapreduce/stores/worker-store.ts';
import { type FetchPartitionArgs, fetchChunkBytes } from '../../src/mapreduce/wire.ts';
import { Server } from '../../src/rpc/index.ts';
import { describeStore } from './store-contract.ts';

async function spoilFile(
  { folder }: AttemptFiles,
  { attempt, map, reduce }: PartitionRef,
  bytes: Buffer,
): Promise<void> {
  writeFileSync(join(folder, `attempt-${attempt}/mr-${map}-${reduce}`), bytes);
}

describeStore('local-disk', async (folder, worker) => {
  const disk = new LocalDisk(folder, worker);
  disk.prepare();
  const server = new Server();
  server.registerName('Worker', {
    FetchPartition: (args: FetchPartitionArgs) => ({
      data: disk.read(args, args.offset, fetchChunkBytes),
    }),
  });
  return {
    store: openWorkerStore({ type: 'local-disk' }, disk),
    address: await server.listen('127.0.0.1:0'),
    spoil: (partition, bytes) => spoilFile(disk, partition, bytes),
    vanish: async () => {
      await server.close();
      rmSync(disk.folder, { recursive: true });
    },
    close: () => server.close(),
  };
});

describeStore('shared', async (runDir, worker) => {
  const folder = join(runDir, 'shared');
  mkdirSync(folder, { recursive: true });
  const config: StoreConfig = { type: 'shared', folder };
  const store = openWorkerStore(config, new LocalDisk(runDir, worker)) as AttemptFiles;
  return {
    store,
    address: addressOfStore(config) as string,
    spoil: (partition, bytes) => spoilFile(store, partition, bytes),
    vanish: async () => rmSync(folder, { recursive: true }),
    close: async () => {},
  };
});

/** One for each folder, as long as the first of its users. */
const servers = new Map<string, StateServerProcess>();

describeStore('state-server', async (runDir, worker) => {
  const isFirst = !servers.has(runDir);
  const server = servers.get(runDir) ?? (await startStateServer(runDir));
  servers.set(runDir, server);
  const config: StoreConfig = { type: 'state-server', address: server.address };
  return {
    store: openWorkerStore(config, new LocalDisk(runDir, worker)),
    address: addressOfStore(config) as string,
    spoil: async (partition, bytes) => {
      const state = new StateClient(server.address);
      await state.putPartition(partition, 0, bytes);
      state.close();
    },
    vanish: async () => {
      process.kill(server.pid, 'SIGKILL');
      await server.lost;
    },
    close: async () => {
      if (isFirst) await server.close();
    },
  };
});
