/**
 * The store of a run as one worker writes to it: the choice becomes an object. Knows nothing
 * of who reads.
 */

import { AttemptFiles } from './attempt-files.ts';
import { LocalDisk } from './local-disk.ts';
import { StateClient } from './state-client.ts';
import { StateStore } from './state-store.ts';
import type { MapOutputStore, StoreConfig } from './store.ts';

/** `runDir` holds the local disks; only the store `local-disk` uses it. */
export function openWorkerStore(
  config: StoreConfig,
  runDir: string,
  worker: number,
): MapOutputStore {
  switch (config.type) {
    case 'shared':
      return new AttemptFiles(config.folder);
    case 'state-server':
      return new StateStore(new StateClient(config.address));
    case 'local-disk': {
      const disk = new LocalDisk(runDir, worker);
      disk.prepare();
      return disk;
    }
  }
}
