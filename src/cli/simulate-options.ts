/**
 * The options of `npm run simulate`, named as those of `npm run mapreduce`, and checked: after
 * `readOptions` there is a cluster that can be simulated.
 */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type SimulationSettings, simulationBounds } from '../page/simulation.ts';
import { createCommand, userFolder } from './command.ts';
import { count } from './count-option.ts';
import { checkWorker, collectSlowWorker } from './option-values.ts';
import { addPageOptions, type PageOptions, readPageOptions } from './page-options.ts';
import type { SimulationPlan } from './simulated-run.ts';
import { refuseScript } from './simulation-page.ts';

export interface SimulateOptions extends PageOptions {
  readonly settings: SimulationSettings;
  readonly plan: SimulationPlan;
  readonly json: boolean;
}

/** Where output may live, as far as it makes a difference here. */
const stores = ['local-disk', 'shared'];
const maxAtMs = 3_600_000;

export function createSimulateCommand(): Command {
  const { workers, mapTasks, reduceTasks } = simulationBounds;
  const command = createCommand(
    'simulate',
    'Runs the real scheduler on a cluster that does not exist, in virtual time',
    'npm run simulate -- --kill-worker 2 --page',
  )
    .option('--workers <n>', 'workers of the cluster', count(...workers), 4)
    .option('--map-tasks <n>', 'map tasks of the job', count(...mapTasks), 12)
    .option('--reduce-tasks <n>', 'reduce tasks of the job', count(...reduceTasks), 4)
    .option('--task-ms <n>', 'about what a task takes', count(10, 600_000), 1000)
    .option(
      '--kill-worker <n[@ms]>',
      'SIGKILL worker n in the middle of its work, or then (repeatable)',
      collectKill,
      [],
    )
    .option(
      '--slow-worker <n[:factor]>',
      'worker n takes 10 times as long, or factor times (repeatable)',
      collectSlowWorker,
      [],
    )
    .option('--no-backup', 'wait for stragglers, for comparison')
    .addOption(
      new Option('--store <name>', 'where map output lives; shared: it survives')
        .choices(stores)
        .default('local-disk'),
    )
    .option(
      '--seed <n>',
      'varies what each task takes, and when the faults come',
      count(0, 2 ** 31 - 1),
      1,
    )
    .option('--json', 'print one summary object instead of the picture', false);
  return addPageOptions(command, 'show it in a browser, and go on otherwise there');
}

/** `atMs` undefined: in the middle of its work. */
interface Kill {
  readonly worker: number;
  readonly atMs: number | undefined;
}

function collectKill(text: string, previous: Kill[]): Kill[] {
  const [, worker, atMs] = /^(\d+)(?:@(\d{1,7}))?$/.exec(text) ?? [];
  if (Number(worker) >= 1 && Number(atMs ?? 0) <= maxAtMs)
    return [
      ...previous,
      { worker: Number(worker), atMs: atMs ? Number(atMs) : undefined },
    ];
  throw new InvalidArgumentError(
    'It must be a worker, perhaps with a millisecond of the run: 2 or 2@1500.',
  );
}

/** Throws a UsageError for a worker that the cluster has not. */
export function readOptions(command: Command): SimulateOptions {
  const options = command.opts();
  const { workers, mapTasks, reduceTasks, backup, store, taskMs, seed } = options;
  const kills: Kill[] = options.killWorker;
  for (const { worker } of kills) checkWorker('--kill-worker', worker, workers);
  for (const { worker } of options.slowWorker)
    checkWorker('--slow-worker', worker, workers);
  const killWorkers: number[] = [];
  const killsAt = [];
  for (const { worker, atMs } of kills) {
    if (atMs === undefined) killWorkers.push(worker);
    else killsAt.push({ worker, atMs, fault: 'kill' } as const);
  }
  refuseScript(options);
  const outputSurvives = store === 'shared';
  return {
    settings: {
      ...{ workers, mapTasks, reduceTasks, outputSurvives },
      ...{ hasBackups: backup, wishes: [] },
    },
    plan: { taskMs, seed, killWorkers, killsAt, slowWorkers: options.slowWorker },
    json: options.json,
    ...readPageOptions(options, userFolder('simulate')),
  };
}
