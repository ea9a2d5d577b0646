/**
 * What is to be said of one check, as named rows and as text: the formats share it.
 */
import type { ChalkInstance } from 'chalk';
import type { CheckResult, FailingSchedule } from './check.ts';
import { toPlain } from './plain-text.ts';

/** Characters of a diagram: some hundred lines. */
const maxDiagramLength = 20_000;

/** The name of a part, and what it says; in the order of reading. */
export type Row = readonly [name: string, text: string];

/** `others` are the results of the same exercise, which name the check that this one waits on. */
export function explainResult(
  result: CheckResult,
  others: readonly CheckResult[],
): Row[] {
  if (result.status === 'pass') {
    return result.explored === undefined ? [] : [['explored', toPlain(result.explored)]];
  }
  if (result.status === 'waits') return [['waits for', nameAwaited(result.on, others)]];
  const { did, saw, expected, mistake, schedule } = result.explanation;
  const rows: (readonly [string, string | undefined])[] = [
    ['did', did],
    ['saw', saw],
    ['expected', expected],
    ['looks like', mistake],
    ['slide', result.slide],
    ['schedule', schedule?.summary],
    ['replay', schedule && `--replay ${replayCodeOf(result.id, schedule)}`],
  ];
  return rows.flatMap(([name, text]) => (text ? [[name, toPlain(text)] as const] : []));
}

/** What `npm test` takes after `--replay`. */
export function replayCodeOf(check: string, { code }: FailingSchedule): string {
  return `${check}:${code}`;
}

/** The check that has to pass first: its number and its sentence. */
export function nameAwaited(on: string, others: readonly CheckResult[]): string {
  const index = others.findIndex(({ id }) => id === on);
  return index < 0 ? on : `check ${index + 1}: ${others[index]?.sentence}`;
}

/** The rows as a block, names in a column of their own; then the diagram, if there is one. */
export function formatExplanation(
  result: CheckResult,
  others: readonly CheckResult[],
  chalk: ChalkInstance,
): string {
  const indent = ' '.repeat(12);
  const rows = explainResult(result, others).map(
    ([name, text]) =>
      `${chalk.cyan(name.padEnd(11))} ${text.replaceAll('\n', `\n${indent}`)}`,
  );
  const diagram = diagramOf(result);
  return [...rows, ...(diagram === undefined ? [] : ['', diagram])].join('\n');
}

/** The smallest failing schedule as lines, where there is one. */
export function diagramOf(result: CheckResult): string | undefined {
  const schedule = result.status === 'fail' ? result.explanation.schedule : undefined;
  return schedule === undefined ? undefined : toPlain(schedule.diagram, maxDiagramLength);
}
