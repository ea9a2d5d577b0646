/**
 * The option `--then`: further jobs, each of which reads the output of the one before.
 */
import type { Command } from 'commander';
import { UsageError } from './command.ts';
import { findJob } from './job-names.ts';
import type { KillOption } from './option-values.ts';

/** The job of one stage. */
export interface StageJob {
  readonly jobName: string;
  readonly jobFile: string;
}

export function addStageOptions(command: Command): Command {
  return command.option(
    '--then <job>',
    'a job that reads the output of the one before, on the same workers (repeatable)',
    (job: string, jobs: readonly string[]) => [...jobs, job],
    [],
  );
}

/** The jobs after the first. Throws a UsageError for what they cannot have. */
export function readStageOptions(command: Command, cwd: string): StageJob[] {
  const { then, inspect, killWorker } = command.opts();
  const stages = then.length + 1;
  if (stages > 1 && inspect) {
    throw new UsageError(
      '--inspect: it stops in one job, and --then makes several; leave out one',
    );
  }
  checkKills(killWorker, stages);
  return then.map((jobName: string) => ({
    jobName,
    jobFile: findJob(jobName, cwd, '--then'),
  }));
}

/** A worker is killed once, in a stage that there is. */
function checkKills(kills: readonly KillOption[], stages: number): void {
  for (const { worker, stage } of kills) {
    if (stage > stages) {
      const are = stages === 1 ? 'there is only one stage' : `there are ${stages} stages`;
      throw new UsageError(`--kill-worker ${worker}@${stage}: ${are}; add --then <job>`);
    }
    if (kills.some((other) => other.worker === worker && other.stage !== stage)) {
      throw new UsageError(
        `--kill-worker ${worker}@${stage}: a worker can be killed in one stage only`,
      );
    }
  }
}
