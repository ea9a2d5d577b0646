/**
 * Results for a person in a terminal: a line per check, then the first failure in full, then
 * the points. Knows no process and no exercise.
 */
import { stripVTControlCharacters } from 'node:util';
import chalk from 'chalk';
import { type CheckResult, earnedPoints, totalPoints } from './check.ts';

/** The report, lines without newlines. `file` is what was graded, as the user named it. */
export function formatReport(
  title: string,
  file: string,
  results: readonly CheckResult[],
): string {
  const failure = results.find(({ status }) => status === 'fail');
  const earned = earnedPoints(results);
  const total = totalPoints(results);
  const verdict = earned === total ? chalk.green.bold : chalk.bold;
  return [
    `${chalk.bold(title)}  ${chalk.dim(file)}`,
    '',
    ...results.map((_, i) => formatLine(results, i)),
    ...(failure ? ['', ...formatFailure(failure)] : []),
    '',
    verdict(`${earned} of ${total} points`),
  ].join('\n');
}

function formatLine(results: readonly CheckResult[], index: number): string {
  const result = results[index] as CheckResult;
  const { status, points, sentence } = result;
  const number = String(index + 1).padStart(2);
  const score = `${status === 'pass' ? points : 0}/${points}`.padStart(6);
  if (status === 'pass') return `${number} ${chalk.green('✓')}${score}  ${sentence}`;
  if (status === 'fail') return `${number} ${chalk.red(`✗${score}  ${sentence}`)}`;
  const on = results.findIndex(({ id }) => id === result.on) + 1;
  return chalk.dim(`${number} ·${score}  ${sentence} (waits for ${on})`);
}

function formatFailure(result: CheckResult): string[] {
  if (result.status !== 'fail') return [];
  const { did, saw, expected, mistake } = result.explanation;
  const rows: [string, string | undefined][] = [
    ['did', did],
    ['saw', saw],
    ['expected', expected],
    ['looks like', mistake],
    ['slide', result.slide],
  ];
  return [
    chalk.bold(`The first failure: ${result.sentence}`),
    ...rows.flatMap(([name, text]) => (text ? [formatRow(name, text)] : [])),
  ];
}

/** Characters of one part of an explanation: a student's error may hold a whole book. */
const maxPartLength = 500;

function formatRow(name: string, text: string): string {
  const indent = ' '.repeat(14);
  const part = text.length > maxPartLength ? `${text.slice(0, maxPartLength)}…` : text;
  const plain = stripVTControlCharacters(part).replaceAll('\n', `\n${indent}`);
  return `  ${chalk.cyan(name.padEnd(11))} ${plain}`;
}
