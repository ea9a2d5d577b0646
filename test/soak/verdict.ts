/**
 * What is to be thought of one launch of a master: it completed, and rightly; or it ended as
 * it had to, after what was done to it; or something is wrong. Whatever is not explained is
 * wrong.
 */
import type { Deeds } from './disturber.ts';
import type { Exit } from './processes.ts';

export interface Launch extends Deeds {
  readonly exit: Exit;
  readonly stdout: string;
  readonly log: readonly string[];
  /** Why its output is not the sequential run's; undefined: it is, byte for byte. */
  readonly difference: string | undefined;
  /** True: there is an output file, or the lock of one that is being made. */
  readonly hasOutput: boolean;
  /** The sequential run fails: so must this one. */
  readonly mustFail: boolean;
  /** The job ends processes of its own accord. */
  readonly endsProcesses: boolean;
  /** So much else ran on this machine that a heartbeat may have been late. */
  readonly wasStarved: boolean;
  /** What is done is kept, for whoever goes on with it. */
  readonly canBeResumed: boolean;
}

export interface Verdict {
  /** `completed`, `cancelled`, `killed`, or why it failed, and may. */
  readonly outcome: string;
  readonly complaints: readonly string[];
}

export function judge(launch: Launch): Verdict {
  const { outcome, complaint } = judgeEnd(launch);
  const complaints = [
    ...(complaint === undefined ? [] : [complaint]),
    ...findUnexplainedLosses(launch),
    ...findUglyLines(launch),
  ];
  return { outcome, complaints };
}

interface End {
  readonly outcome: string;
  readonly complaint?: string | undefined;
}

function judgeEnd(launch: Launch): End {
  const { exit, wasMasterKilled, interruptions } = launch;
  if (exit.code === 0) return judgeSuccess(launch);
  if (exit.signal === 'SIGKILL' && wasMasterKilled) return { outcome: 'killed' };
  if (interruptions > 0 && [129, 130, 143].includes(exit.code ?? 0)) {
    return judgeCancelled(launch);
  }
  if (exit.code === 1) return judgeFailure(launch);
  const how = exit.signal ?? `exit code ${exit.code}`;
  return { outcome: 'wrong', complaint: `the master ended with ${how}` };
}

function judgeSuccess({ mustFail, difference, stdout }: Launch): End {
  const outcome = 'completed';
  if (mustFail)
    return { outcome, complaint: 'exit 0, but the sequential run of this job fails' };
  if (difference !== undefined)
    return { outcome, complaint: `exit 0 and a wrong result: ${difference}` };
  return { outcome, complaint: checkSummary(stdout) };
}

function checkSummary(stdout: string): string | undefined {
  const [line = '', end, ...more] = stdout.split('\n');
  if (end !== '' || more.length > 0) return `stdout is not one line: ${stdout}`;
  try {
    JSON.parse(line);
    return undefined;
  } catch {
    return `stdout is not JSON: ${line}`;
  }
}

function judgeCancelled(launch: Launch): End {
  const { interruptions, canBeResumed, hasOutput, stdout, log } = launch;
  const outcome = 'cancelled';
  const kept = canBeResumed ? 'what is done is kept' : 'no output is left';
  const says = log.includes(`interrupted: every worker has ended, and ${kept}`);
  // Whoever asks twice gets no orderly end.
  if (!says && interruptions < 2)
    return { outcome, complaint: 'interrupted, and it does not say so' };
  if (hasOutput && !canBeResumed)
    return { outcome, complaint: 'interrupted, but there is output' };
  return stdout === '' ? { outcome } : { outcome, complaint: `stdout: ${stdout}` };
}

function judgeFailure(launch: Launch): End {
  const errors = launch.log.filter((line) => line.startsWith('error: '));
  const [error = ''] = errors;
  const unmet = /^error: the output is complete, but worker \d+ was not killed/;
  if (unmet.test(error)) {
    const outcome = 'the moment of a planned kill never came';
    const { difference } = launch;
    return { outcome, complaint: difference && `its output is wrong: ${difference}` };
  }
  if (errors.length !== 1)
    return { outcome: 'wrong', complaint: `exit 1 with ${errors.length} sentences` };
  if (launch.hasOutput && !launch.canBeResumed)
    return { outcome: 'wrong', complaint: 'it failed, but there is output' };
  const reason = findReason(error, launch);
  if (reason !== undefined) return { outcome: reason };
  return { outcome: 'wrong', complaint: `it must not fail: ${error}` };
}

/** Ends that may come of what was done; undefined: this one may not. */
function findReason(error: string, launch: Launch): string | undefined {
  const [, why = ''] =
    /^error: the job failed, (?:no output is left|what is done is kept): (.*)$/.exec(
      error,
    ) ?? [];
  if (launch.mustFail) return 'the job fails in one process, too';
  if (/replacements? were all that is allowed$/.test(why)) return 'replacements used up';
  if (/nobody is left to run the tasks$/.test(why)) return 'all workers lost';
  const hasCrashes = launch.log.some((line) => /^plan: SIGKILL to the worker/.test(line));
  if (/^\d+ times a completed map task was lost/.test(why) && hasCrashes) {
    return 'map output lost too fast';
  }
  if (/^there has been no worker for/.test(why) && launch.log.some(isAboutJoining)) {
    return 'nobody joined (any more)';
  }
  if (/^the state server was lost \(SIGKILL\)/.test(why) && launch.lostStateServer) {
    return 'state server killed';
  }
  return undefined;
}

function isAboutJoining(line: string): boolean {
  return line.startsWith('workers may join at any time');
}

/** A worker that nobody has harmed is not lost. */
function findUnexplainedLosses(launch: Launch): string[] {
  const { log, signalled, endsProcesses, mayJoinersLeave } = launch;
  const text = log.join('\n');
  const listAll = (pattern: RegExp) =>
    new Set([...text.matchAll(pattern)].map((match) => Number(match[1])));
  const planned = listAll(/SIGKILL to worker (\d+), in the middle of/g);
  const joined = listAll(/ joins as worker (\d+)$/gm);
  const isExplained = (worker: number, why: string) => {
    if (launch.wasStarved && why.includes('no heartbeat')) return true;
    // Ctrl-C on a terminal: one that was just starting did not know yet what to do about it.
    if (launch.interruptions > 0 && why.endsWith('its process ended: SIGINT'))
      return true;
    if (planned.has(worker) || signalled.has(worker)) return true;
    if (joined.has(worker) && mayJoinersLeave) return true;
    return endsProcesses && /its connection closed|its process ended/.test(why);
  };
  return [...text.matchAll(/worker (\d+) lost: .*\n(.*)/g)]
    .filter(([, worker, why = '']) => !isExplained(Number(worker), why))
    .map(([line]) => `a worker is lost for no reason: ${line.replace(/\n +/, ': ')}`);
}

/** What no user should see; of a job that fails by its own fault the stack is meant for them. */
function findUglyLines({ log, mustFail }: Launch): string[] {
  const ours = /internal error|UnhandledPromise|Warning:/;
  const stack = /^\s+at .*:\d+:\d+\)?$/;
  const ugly = log.filter((line) => ours.test(line) || (!mustFail && stack.test(line)));
  return ugly.map((line) => `it says: ${line}`);
}
