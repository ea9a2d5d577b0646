/**
 * What is known of this project's cluster, in a folder of its owner's alone: its processes,
 * the token, and their logs. It is written before anything can be forgotten.
 */
import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { isAlive, type ProcessIdentity } from '../mapreduce/process-identity.ts';
import { UsageError } from './command.ts';

export interface ClusterState {
  readonly token: string;
  /** What the job was started with, for `restart`. */
  readonly workers: number;
  readonly options: readonly string[];
  readonly cwd: string;
  /** Undefined until the master listens. */
  readonly address?: string;
  /** `master`, `worker1`, … in the order of their start. */
  readonly processes: Readonly<Record<string, ProcessIdentity>>;
}

const root = resolve(import.meta.dirname, '../..');
const project = createHash('sha256').update(root).digest('hex').slice(0, 12);

/** One for each user and project folder. */
export const clusterFolder = join(
  tmpdir(),
  `mapreduce-cluster-${project}-${userInfo().uid}`,
);
/** Where its processes put what is theirs alone. */
export const scratchFolder = join(clusterFolder, 'tmp');

const stateFile = join(clusterFolder, 'cluster.json');

export function logFile(name: string): string {
  return join(clusterFolder, `${name}.log`);
}

/** Makes the folder. Throws a UsageError where somebody else has made it: it holds a token. */
export function createClusterFolder(): void {
  try {
    mkdirSync(clusterFolder, { mode: 0o700 });
  } catch {
    refuseForeignFolder();
    throw new UsageError(`another start is under way in ${clusterFolder}`);
  }
  mkdirSync(scratchFolder);
}

/** Undefined: there is no cluster, and no remains of one. */
export function readState(): ClusterState | undefined {
  refuseForeignFolder();
  try {
    return JSON.parse(readFileSync(stateFile, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Renamed into place, so that nobody reads half of it. */
export function writeState(state: ClusterState): void {
  writeFileSync(`${stateFile}.new`, JSON.stringify(state), { mode: 0o600 });
  renameSync(`${stateFile}.new`, stateFile);
}

export function removeClusterFolder(): void {
  rmSync(clusterFolder, { recursive: true, force: true });
}

/** Names of the processes that live. */
export function listAlive({ processes }: ClusterState): string[] {
  return Object.keys(processes).filter((name) =>
    isAlive(processes[name] as ProcessIdentity),
  );
}

function refuseForeignFolder(): void {
  const stats = lstatSync(clusterFolder, { throwIfNoEntry: false });
  if (!stats || (stats.isDirectory() && stats.uid === userInfo().uid)) return;
  throw new UsageError(`${clusterFolder} is not ours: somebody else has made it`);
}
