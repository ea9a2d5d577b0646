/**
 * The store of a run as one worker writes to it: the choice becomes an object. Knows nothing
 * of who reads.
 */
import { loadModule } from '../load-module.ts';
import { AttemptFiles } from './attempt-files.ts';
import { CounterStore } from './counter-store.ts';
import type { LocalDisk } from './local-disk.ts';
import { StateClient } from './state-client.ts';
import { StateStore } from './state-store.ts';
import type { MapOutputStore, StoreConfig } from './store.ts';

/** `disk` is the worker's own, for the store `local-disk`. */
export function openWorkerStore(config: StoreConfig, disk: LocalDisk): MapOutputStore {
  switch (config.type) {
    case 'local-disk':
      return disk;
    case 'shared':
      return new AttemptFiles(config.folder);
    case 'state-server': {
      const client = new StateClient(config.address);
      const { counterKeys } = config;
      return counterKeys ? new CounterStore(client, counterKeys) : new StateStore(client);
    }
  }
}

/** The same; counters that are reached over gRPC, too, for which it loads a client. */
export async function loadWorkerStore(
  config: StoreConfig,
  disk: LocalDisk,
): Promise<MapOutputStore> {
  if (config.type !== 'state-server' || !config.grpc || !config.counterKeys) {
    return openWorkerStore(config, disk);
  }
  const module = await loadModule(config.grpc.client);
  return new CounterStore(new module.GrpcStateClient(config.grpc), config.counterKeys);
}
