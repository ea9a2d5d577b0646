/**
 * The store of a run as one worker writes to it: the choice becomes an object. Knows nothing
 * of who reads.
 */
import { AttemptFiles } from './attempt-files.ts';
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
    case 'state-server':
      return new StateStore(new StateClient(config.address));
  }
}
