/**
 * What `npm run simulate` says of a run: its lanes, and what it took beside the same run
 * without its faults.
 */
import chalk from 'chalk';
import { drawLanesText } from '../sim/lanes-text.ts';
import { readLanes } from '../sim/run-lanes.ts';
import { UsageError } from './command.ts';
import { countOf } from './mapreduce-story.ts';
import type { SimulateOptions } from './simulate-options.ts';
import type { Costs, SimulatedRun } from './simulated-run.ts';

/** Throws a UsageError where the moment of a planned kill has not come. */
export function checkKills({ plan }: SimulateOptions, { entries, costs }: SimulatedRun) {
  const wasKilled = (worker: number) =>
    entries.some((entry) => entry.type === 'kill-worker' && entry.worker === worker);
  const seconds = costs.makespanMs / 1000;
  for (const { worker, atMs } of plan.killsAt) {
    if (wasKilled(worker)) continue;
    throw new UsageError(
      `--kill-worker ${worker}@${atMs}: the run is over after ${costs.makespanMs} ms; choose an earlier moment`,
    );
  }
  for (const worker of plan.killWorkers) {
    if (wasKilled(worker) || costs.outcome === 'failed') continue;
    throw new UsageError(
      `--kill-worker ${worker}: in ${seconds} s its moment never came, which is in the middle of its second map task; add --map-tasks, or say when: --kill-worker ${worker}@1500`,
    );
  }
}

/** For people, on 80 columns. */
export function printRun(options: SimulateOptions, run: SimulatedRun): void {
  const { settings, plan } = options;
  const { workers, mapTasks, reduceTasks, outputSurvives, hasBackups } = settings;
  console.log(
    `simulated: ${countOf(workers, 'worker')}, ${mapTasks} map and ${reduceTasks} reduce tasks of about ${plan.taskMs} ms, seed ${plan.seed}`,
  );
  const where = outputSurvives ? 'on stable storage' : "on its worker's disk";
  console.log(`map output is ${where}; ${hasBackups ? 'with' : 'without'} backup tasks`);
  for (const fault of run.faults) console.log(`fault: ${fault}`);
  console.log();
  for (const line of drawLanesText(readLanes(run.entries))) console.log(line);
  console.log();
  const { costs, calm } = run;
  const isCompared = run.faults.length > 0;
  const head = isCompared ? ['this run', 'without the faults'] : ['this run'];
  const print = ([name, ...cells]: string[]) =>
    `${(name as string).padEnd(26)}${cells.map((cell) => cell.padStart(20)).join('')}`;
  console.log(chalk.bold(print(['', ...head])));
  const here = listCosts(costs);
  const there = listCosts(calm);
  for (const [row, [name, text]] of here.entries())
    console.log(print([name, text, ...(isCompared ? [there[row]?.[1] as string] : [])]));
  if (costs.outcome === 'failed')
    console.error(`error: the job has failed: ${costs.why}`);
}

function listCosts({ outcome, makespanMs, tally }: Costs): [string, string][] {
  const { attempts, reExecuted, redone, backups, cancelled } = tally;
  return [
    ['makespan', outcome === 'failed' ? 'failed' : `${(makespanMs / 1000).toFixed(2)} s`],
    ['attempts', String(attempts)],
    ['executed again', `${reExecuted.map} map, ${reExecuted.reduce} reduce`],
    ['of them completed before', String(redone.completedMaps)],
    ['backup tasks', `${backups.started}, ${backups.won} won`],
    ['cancelled', String(cancelled)],
  ];
}

/** For scripts, on one line. */
export function summariseRun({ settings, plan }: SimulateOptions, run: SimulatedRun) {
  const { wishes: _, ...rest } = settings;
  return {
    simulated: true,
    ...{ ...rest, taskMs: plan.taskMs, seed: plan.seed, faults: run.faults },
    ...summariseCosts(run.costs),
    baseline: summariseCosts(run.calm),
  };
}

function summariseCosts({ outcome, makespanMs, tally }: Costs) {
  const { attempts, reExecuted, redone, backups, cancelled, losses } = tally;
  return {
    ...{ outcome, makespanMs, attempts, reExecuted, redone, backups, cancelled },
    lostWorkers: losses.map(({ worker }) => worker),
  };
}
