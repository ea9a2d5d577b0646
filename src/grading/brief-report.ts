/**
 * The report for a screen that cannot be scrolled: as much as has room, and what was done,
 * seen and expected before all else. The diagram is cut, then the checks become numbers.
 */
import { stripVTControlCharacters } from 'node:util';
import chalk from 'chalk';
import type { CheckResult, FailingSchedule } from './check.ts';
import {
  formatCheck,
  formatPoints,
  formatReport,
  formatRow,
  formatTitle,
  indent,
  type ReportOptions,
} from './report.ts';

export interface BriefOptions extends ReportOptions {
  /** Lines of the terminal. */
  readonly rows: number;
}

type Failure = Extract<CheckResult, { status: 'fail' }>;

/** A diagram of fewer rows tells nothing. */
const minDiagramRows = 4;

/** The report in at most `rows` lines, if it can be said in so few. */
export function formatBriefReport(
  title: string,
  file: string,
  results: readonly CheckResult[],
  options: BriefOptions,
): string {
  const { width = 80, rows, tampering = [] } = options;
  const whole = formatReport(title, file, results, options).split('\n');
  if (countRows(whole, width) <= rows) return whole.join('\n');
  const failure = results.find(isFailure);
  const told = failure ? explain(failure, width) : [];
  const points = [formatPoints(results, tampering.length > 0)];
  const heading = formatTitle(title, file, width);
  const checks = results.flatMap((_, i) => formatCheck(results, i, width).slice(0, 1));
  const counts = [countChecks(results)];
  const layOut = (list: readonly string[], leastRows: number | undefined) => {
    const slide = failure ? [...formatRow('slide', failure.slide, width), ''] : [];
    const fixed = [...heading, '', ...list, '', ...told, ...slide];
    const room = rows - countRows([...fixed, ...points], width);
    const isDrawn = failure !== undefined && leastRows !== undefined;
    const drawn = isDrawn ? drawSchedule(failure, room, leastRows, options) : [];
    return drawn && room >= drawn.length ? [...fixed, ...drawn, ...points] : undefined;
  };
  const lines = layOut(checks, minDiagramRows) ??
    layOut(counts, 0) ??
    layOut(counts, undefined) ?? [...told, ...points];
  return lines.join('\n');
}

/** Lines of a terminal, where what is too long goes on below. */
export function countRows(lines: readonly string[], width: number): number {
  return lines.reduce((sum, line) => {
    const { length } = stripVTControlCharacters(line);
    return sum + Math.max(1, Math.ceil(length / width));
  }, 0);
}

function isFailure(result: CheckResult): result is Failure {
  return result.status === 'fail';
}

function explain(result: Failure, width: number): string[] {
  const { did, saw, expected, mistake } = result.explanation;
  return [
    chalk.bold(`The first failure: ${result.sentence}`),
    ...formatRow('did', did, width),
    ...formatRow('saw', saw, width),
    ...formatRow('expected', expected, width),
    ...formatRow('looks like', mistake, width),
  ];
}

function countChecks(results: readonly CheckResult[]): string {
  const count = (wanted: CheckResult['status']) =>
    results.filter(({ status }) => status === wanted).length;
  const counts = [
    `${count('pass')} of ${results.length} checks pass`,
    `${count('fail')} ${count('fail') === 1 ? 'fails' : 'fail'}`,
    `${count('waits')} ${count('waits') === 1 ? 'waits' : 'wait'}`,
  ];
  return counts
    .filter((text) => !text.startsWith('0 ') || text.includes(' of '))
    .join(', ');
}

/** As many rows as there is room for, and a blank one; undefined: fewer than `least` are left. */
function drawSchedule(
  { explanation }: Failure,
  room: number,
  least: number,
  options: BriefOptions,
): string[] | undefined {
  const { schedule } = explanation;
  if (schedule === undefined) return [];
  const { width = 80 } = options;
  const summary = formatRow('schedule', schedule.summary, width);
  const lines = indent(schedule.diagram);
  const isTooWide = lines.some(({ length }) => length > width);
  // One row says how many are left out, one is blank.
  const left = isTooWide ? 0 : room - summary.length - 2;
  if (lines.length <= left + 1) return [...summary, ...lines, ''];
  const shown = left < minDiagramRows ? [] : lines.slice(0, left);
  if (shown.length < least && !isTooWide) return undefined;
  return [
    ...summary,
    ...shown,
    tellLeftOut(schedule, lines.length - shown.length, options),
    '',
  ];
}

function tellLeftOut(
  schedule: FailingSchedule,
  count: number,
  { exercise, width = 80 }: BriefOptions,
): string {
  const isWhole = count === indent(schedule.diagram).length;
  const what = isWhole ? `a diagram of ${count} rows` : `${count} more rows`;
  const where = exercise === undefined ? '' : `: npm test exercises/${exercise}`;
  const text = `  … ${what}${where}`;
  return chalk.dim(text.length <= width ? text : `  … ${what}`);
}
