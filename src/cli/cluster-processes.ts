/**
 * The processes of a cluster: started detached, written down at once, and ended for certain.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, type ProcessIdentity, signal } from '../mapreduce/process-identity.ts';
import { createToken, tokenVariable } from '../mapreduce/token.ts';
import {
  type ClusterState,
  createClusterFolder,
  listAlive,
  logFile,
  removeClusterFolder,
  scratchFolder,
  writeState,
} from './cluster-state.ts';
import { UsageError } from './command.ts';

const lookEveryMs = 50;
/** What a process may take to end in good order, before it is killed. */
const stopWithinMs = 10_000;

/** Starts all, and prints who they are. Throws a UsageError when the master cannot start. */
export async function startCluster({
  workers,
  options,
  cwd,
}: Pick<ClusterState, 'workers' | 'options' | 'cwd'>): Promise<void> {
  removeClusterFolder();
  createClusterFolder();
  let state: ClusterState = {
    ...{ token: createToken(), workers, options, cwd, processes: {} },
  };
  const start = (name: string, script: string, args: readonly string[]) => {
    const child = spawnDetached(name, script, args, state);
    const identity = identify(child.pid ?? -1);
    if (identity)
      state = { ...state, processes: { ...state.processes, [name]: identity } };
    writeState(state);
    return child;
  };
  // Outside the folder that goes with the cluster: the result stays.
  const output = join(tmpdir(), `mapreduce-output-${createToken().slice(0, 8)}`);
  const master = start('master', 'mapreduce', [
    ...['--listen', '127.0.0.1:0', '--workers', '0', '--output', output, ...options],
  ]);
  const address = await waitForAddress(master);
  if (address === undefined) {
    const log = readFileSync(logFile('master'), 'utf8').trim();
    removeClusterFolder();
    throw new UsageError(`the master has ended:\n${log}`);
  }
  state = { ...state, address };
  for (let n = 1; n <= workers; n++) {
    const name = `worker${n}`;
    const joining = ['--master', address, '--name', name, '--retry-for-s', '5'];
    start(name, 'worker', joining).unref();
  }
  tellStarted(state);
  master.unref();
}

function tellStarted({ processes, address }: ClusterState): void {
  for (const [name, { pid }] of Object.entries(processes)) {
    const where = name === 'master' ? `, listens at ${address}` : '';
    console.log(`started ${name}: process ${pid}${where}`);
  }
  console.log('npm run cluster -- status | logs | kill-worker worker2 | restart | stop');
}

/** Lives on when this command and its terminal are gone; says all it has to say to its log. */
function spawnDetached(
  name: string,
  script: string,
  args: readonly string[],
  { token, cwd }: ClusterState,
): ChildProcess {
  const log = openSync(logFile(name), 'a', 0o600);
  const start = join(import.meta.dirname, 'start.cjs');
  const child = spawn(process.execPath, [start, script, ...args], {
    cwd,
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, TMPDIR: scratchFolder, [tokenVariable]: token },
  });
  closeSync(log);
  return child;
}

/** The address that the master prints; undefined: it has ended before. */
function waitForAddress(master: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const log = readFileSync(logFile('master'), 'utf8');
      const [, address] = /--master (\S+) --token/.exec(log) ?? [];
      if (address !== undefined) end(address);
    }, lookEveryMs);
    const end = (address: string | undefined) => {
      clearInterval(timer);
      resolve(address);
    };
    master.once('exit', () => end(undefined));
    master.once('error', () => end(undefined));
  });
}

/** Ends them in good order, kills who takes too long, and returns who had to be ended. */
export async function stopCluster(state: ClusterState): Promise<string[]> {
  const names = listAlive(state);
  const send = (name: string, what: NodeJS.Signals) =>
    signal(state.processes[name] as ProcessIdentity, what);
  for (const name of names) send(name, 'SIGTERM');
  const deadlineMs = performance.now() + stopWithinMs;
  while (listAlive(state).length > 0) {
    const isLate = performance.now() > deadlineMs;
    // A stopped process gets no other signal than this one.
    if (isLate) for (const name of names) send(name, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  removeClusterFolder();
  return names;
}
