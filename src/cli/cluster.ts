/**
 * `npm run cluster`: one master and some workers as processes in the background, for one job.
 * They end with the job, or with `stop`; whatever happens to one of them, the others do not
 * outlive it for long.
 *
 * Source: document "MapReduce Distributed System", `run_cluster.sh`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dialMaster } from '../mapreduce/master-connection.ts';
import { type ProcessIdentity, signal } from '../mapreduce/process-identity.ts';
import type { RunStatus } from '../mapreduce/status.ts';
import { startCluster, stopCluster } from './cluster-processes.ts';
import {
  type ClusterState,
  clusterFolder,
  listAlive,
  logFile,
  readState,
} from './cluster-state.ts';
import {
  createCommand,
  refuseSwallowedFlag,
  runCommand,
  UsageError,
  userFolder,
} from './command.ts';
import { count } from './count-option.ts';
import { formatStatus } from './mapreduce-status.ts';
import { countOf } from './mapreduce-story.ts';

const command = createCommand('cluster', 'A master and workers in the background')
  .name('npm run cluster --')
  .usage('<command> [options]')
  .action(() => command.help());

command
  .command('start')
  .description('starts a master and workers for one job')
  .usage('[options] [-- options and inputs of npm run mapreduce]')
  .option('--workers <n>', 'worker processes', count(1, 64), 3)
  .argument('[job...]', 'after --: what npm run mapreduce takes, like --job grep')
  .action(async (options: string[], { workers }: { workers: number }) => {
    refuseSwallowedFlag('cluster', '--workers', 'npm run cluster -- start');
    refuseSecondCluster();
    await startCluster({ workers, options, cwd: userFolder('cluster') });
  });

command
  .command('status')
  .description('asks the master who is there and what they do')
  .action(printStatus);

command
  .command('kill-worker')
  .description('SIGKILL to a worker, like worker2')
  .argument('<name>')
  .action(killWorker);

command
  .command('restart')
  .description('stops everything and starts the same job again')
  .action(async () => {
    const state = findCluster();
    await stopCluster(state);
    await startCluster(state);
  });

command
  .command('stop')
  .description('ends the master and its workers, and removes what is left of them')
  .action(async () => {
    const state = readState();
    if (!state) return console.log('no cluster is here: nothing to stop');
    const stopped = await stopCluster(state);
    const what = stopped.length > 0 ? stopped.join(', ') : 'nobody was left to stop';
    console.log(stopped.length > 0 ? `stopped ${what}` : `the job was over: ${what}`);
  });

command
  .command('logs')
  .description('prints what a process has logged (default: master)')
  .argument('[name]', 'master, worker1, …', 'master')
  .action((name: string) => {
    findProcess(findCluster(), name);
    process.stdout.write(readFileSync(logFile(name)));
  });

void runCommand(command);

/** The remains of one that is over make room for the next. */
function refuseSecondCluster(): void {
  const state = readState();
  if (!state) return;
  const alive = listAlive(state);
  if (alive.length === 0) return;
  throw new UsageError(
    `a cluster is running (${alive.join(', ')}): look at it with npm run cluster -- status, end it with npm run cluster -- stop`,
  );
}

function findCluster(): ClusterState {
  const state = readState();
  if (state) return state;
  throw new UsageError('no cluster is here: npm run cluster -- start');
}

function findProcess({ processes }: ClusterState, name: string): ProcessIdentity {
  const identity = Object.hasOwn(processes, name) ? processes[name] : undefined;
  if (identity) return identity;
  const names = Object.keys(processes).join(', ');
  throw new UsageError(`there is no ${name} in this cluster, only ${names}`);
}

/** From the master itself; when it is gone, the end of its log says how it went. */
async function printStatus(): Promise<void> {
  const state = findCluster();
  const { address, token } = state;
  const alive = listAlive(state);
  if (address !== undefined && alive.includes('master')) {
    const status = await askMaster(address, token);
    if (status) return console.log(formatStatus(status, new Date()));
  }
  console.log('the job is over; the end of its log:');
  const log = existsSync(logFile('master'))
    ? readFileSync(logFile('master'), 'utf8')
    : '';
  console.log(log.trimEnd().split('\n').slice(-12).join('\n'));
  if (alive.length > 0) console.log(`still ending: ${alive.join(', ')}`);
  console.log(`logs are in ${clusterFolder} until npm run cluster -- stop`);
}

/** Undefined: the master has just ended. */
async function askMaster(address: string, token: string): Promise<RunStatus | undefined> {
  const master = await dialMaster(address, token).catch(() => undefined);
  if (!master) return undefined;
  try {
    const { reply, error } = await master.go<RunStatus>(
      'Master.Status',
      {},
      { deadlineMs: 10_000 },
    ).done;
    if (error?.isDefinite) throw error;
    return reply;
  } finally {
    await master.close();
  }
}

function killWorker(name: string): void {
  const state = findCluster();
  const identity = findProcess(state, name);
  if (name === 'master') {
    throw new UsageError(
      'the master is no worker: npm run cluster -- stop ends everything',
    );
  }
  if (!signal(identity, 'SIGKILL')) throw new UsageError(`${name} has ended already`);
  const left = listAlive(state).filter((one) => one !== 'master' && one !== name);
  console.log(
    `SIGKILL to ${name}, process ${identity.pid}; ${countOf(left.length, 'worker')} left. What it costs: npm run cluster -- logs`,
  );
}
