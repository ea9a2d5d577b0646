/** What people see of the soak: a line for each run, and a table at the end. */
import { describePlan } from './plan.ts';
import type { SoakResult } from './run.ts';

/** `seed 12: completed, 3.2 s: word-count, 3 files …`. */
export function describeResult({ plan, outcomes, complaints, seconds }: SoakResult) {
  const how = complaints.length === 0 ? outcomes.join(', then ') : 'VIOLATION';
  return `${plan.seed}  ${seconds.toFixed(1).padStart(5)} s  ${how}: ${describePlan(plan)}`;
}

/** Everything that there is to know of a run that went wrong. */
export function describeViolation({ plan, complaints, log }: SoakResult): string[] {
  return [
    ...complaints.map((complaint) => `  ! ${complaint}`),
    ...log.map((line) => `  | ${line}`),
    `  again: npm run soak -- --seed ${plan.seed} --runs 1`,
  ];
}

/** The table at the end. */
export function describeAll(results: readonly SoakResult[]): string[] {
  const last = results.map(({ outcomes }) => outcomes.at(-1) ?? '');
  const isGood = ['completed', 'cancelled', 'killed', 'wrong'];
  const reasons = [...new Set(last)].filter((outcome) => !isGood.includes(outcome));
  const rows: [string, number][] = [
    ['runs', results.length],
    ['completed, and byte for byte right', count(last, 'completed')],
    ['cancelled, without output', count(last, 'cancelled')],
    ['master killed, not resumed', count(last, 'killed')],
    ...reasons
      .sort()
      .map((why): [string, number] => [`failed: ${why}`, count(last, why)]),
    ['violations', results.filter(({ complaints }) => complaints.length > 0).length],
    ['masters started', results.flatMap(({ outcomes }) => outcomes).length],
    ['processes killed', results.reduce((sum, { killed }) => sum + killed, 0)],
    ['workers lost', countLines(results, /worker \d+ lost: /)],
    ['tasks executed again', countLines(results, /: re-execution, /)],
    ['backup tasks', countLines(results, /: backup task on|^ +backup task on/)],
    ['seconds of runs', Math.round(results.reduce((sum, one) => sum + one.seconds, 0))],
  ];
  const width = Math.max(...rows.map(([what]) => what.length));
  return rows.map(([what, n]) => `${what.padEnd(width)}  ${String(n).padStart(6)}`);
}

function count(outcomes: readonly string[], outcome: string): number {
  return outcomes.filter((one) => one === outcome).length;
}

function countLines(results: readonly SoakResult[], pattern: RegExp): number {
  const lines = results.flatMap(({ log }) => log);
  return lines.filter((line) => pattern.test(line)).length;
}
