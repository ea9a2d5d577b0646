/**
 * The store of a run as its master has it: made before the first worker starts, and gone,
 * with all that superseded attempts left in it, when the run is over.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Transport } from '../bundle.ts';
import { reasonOf } from '../system-reason.ts';
import { StateClient } from './state-client.ts';
import { startStateServer } from './state-server-process.ts';
import { type StoreConfig, type StoreName, survivesWorkers } from './store.ts';

export interface RunStore {
  readonly config: StoreConfig;
  /** True: completed map tasks of a lost worker stay completed. */
  readonly outputSurvives: boolean;
  /** What people should know of it, as a sentence. */
  readonly description: string;
  /** Resolves with why, if the store is lost before it is closed. Never rejects. */
  readonly lost: Promise<string>;
  /** Removes everything. Idempotent. */
  close(): Promise<void>;
}

export interface StoreChoice {
  readonly name: StoreName;
  /** For `shared`: a folder that exists and survives; undefined: one in the run's folder. */
  readonly sharedFolder: string | undefined;
  /** For `state-server`: the only keys of a job whose values are whole numbers. */
  readonly counterKeys?: readonly string[];
  /** How workers reach those. */
  readonly transport?: Transport;
}

/** The store cannot be used; the message says which, and what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** Throws a StoreError. `runDir` is the run's folder, which its owner removes. */
export async function openRunStore(
  { name, sharedFolder, counterKeys, transport = 'json' }: StoreChoice,
  runDir: string,
): Promise<RunStore> {
  const outputSurvives = survivesWorkers(name);
  const safe = { outputSurvives, lost: new Promise<never>(() => {}) };
  if (name === 'local-disk') {
    const description = 'map output is on the local disk of its worker, and lost with it';
    return { ...safe, config: { type: name }, description, close: async () => {} };
  }
  if (name === 'shared') {
    const folder = makeSharedFolder(sharedFolder, runDir);
    const description = `map output is on stable storage: ${sharedFolder ?? 'a shared folder'}`;
    const close = async () => rmSync(folder, { recursive: true, force: true });
    return { ...safe, config: { type: name, folder }, description, close };
  }
  const server = await startStateServer(runDir, transport);
  if (counterKeys) await initializeCounters(server.address, counterKeys);
  return {
    outputSurvives,
    config: {
      type: name,
      address: server.address,
      ...(counterKeys ? { counterKeys } : {}),
      ...(server.grpc ? { grpc: server.grpc } : {}),
    },
    description: `map output is in the state server ${server.address}, process ${server.pid}`,
    lost: server.lost.then(
      (how) =>
        `the state server was lost (${how}), and all map output with it: ` +
        'run it again, or use --store shared',
    ),
    close: server.close,
  };
}

/** Source: document "process-rpc", `Initialize`. */
async function initializeCounters(address: string, keys: readonly string[]) {
  const client = new StateClient(address);
  await client.initialize(keys);
  client.close();
}

/** A folder of this run's own, so that two runs may share one storage. */
function makeSharedFolder(sharedFolder: string | undefined, runDir: string): string {
  try {
    if (sharedFolder !== undefined) return mkdtempSync(join(sharedFolder, 'mr-run-'));
    const folder = join(runDir, 'shared');
    mkdirSync(folder, { recursive: true });
    return folder;
  } catch (error) {
    throw new StoreError(
      `--shared-folder ${sharedFolder} cannot be used: ${reasonOf(error)}`,
    );
  }
}
