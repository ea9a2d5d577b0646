/**
 * The matrix of the graders: a row for each answer, a column for each check, so that one look
 * shows which check catches which mistake and which one is idle. Knows no process and no file.
 */
import chalk from 'chalk';
import type { CheckResult } from './check.ts';
import type { Answer } from './corpus.ts';

/** One answer and what its grading said; more than one run when they were repeated. */
export interface GradedAnswer {
  readonly answer: Answer;
  readonly runs: readonly (readonly CheckResult[])[];
}

/** What is wrong with the grader, a sentence each; none when it is as it should be. */
export function listFaults(
  checks: readonly string[],
  graded: readonly GradedAnswer[],
): string[] {
  const named = new Set(graded.map(({ answer }) => answer.fails));
  const idle = checks.filter((id) => !named.has(id));
  return [
    ...graded.flatMap(findFault),
    ...idle.map((id) => `no wrong answer needs the check ${id}`),
  ];
}

function findFault({ answer, runs }: GradedAnswer): string[] {
  const failures = new Set(runs.map((run) => firstFailure(run)));
  const [failure] = failures;
  if (new Set(runs.map((run) => JSON.stringify(run))).size > 1) {
    return [`${answer.name}: ${runs.length} runs differ`];
  }
  if (failure === answer.fails) return [];
  const expected = answer.fails ? `must fail ${answer.fails}` : 'must pass';
  return [`${answer.name} ${expected}, and ${failure ? `fails ${failure}` : 'passes'}`];
}

function firstFailure(results: readonly CheckResult[]): string | undefined {
  return results.find(({ status }) => status === 'fail')?.id;
}

/** Lines of at most 80 columns for up to 12 checks. */
export function formatMatrix(
  title: string,
  checks: readonly string[],
  graded: readonly GradedAnswer[],
): string {
  const legend = checks.map((id, i) => `${String(i + 1).padStart(4)}  ${id}`);
  const numbers = checks.map((_, i) => String(i + 1).padStart(3)).join('');
  const rows = graded.map((one) => {
    const cells = (one.runs[0] ?? []).map((result) => formatCell(result)).join('');
    const { name } = one.answer;
    const label = name.length > nameWidth ? `${name.slice(0, nameWidth - 1)}…` : name;
    const mark = findFault(one).length > 0 ? chalk.red(' ←') : '';
    return `  ${label.padEnd(nameWidth)}${cells}${mark}`;
  });
  return [
    chalk.bold(title),
    ...legend,
    chalk.dim(`  ${' '.repeat(nameWidth)}${numbers}`),
    ...rows,
  ].join('\n');
}

const nameWidth = 36;

function formatCell({ status }: CheckResult): string {
  if (status === 'pass') return chalk.green('  ✓');
  return status === 'fail' ? chalk.red('  ✗') : chalk.dim('  ·');
}
