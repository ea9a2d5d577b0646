/**
 * Results for a person in a terminal: a line per check, then the first failure in full, then
 * the points. Knows no process and no exercise.
 */
import { stripVTControlCharacters } from 'node:util';
import chalk from 'chalk';
import { type CheckResult, earnedPoints, totalPoints } from './check.ts';

/** What is said around the results. */
export interface ReportOptions {
  /** Columns; the lines of a diagram are as long as they are. */
  readonly width?: number | undefined;
  /** The exercise to name in commands; without it no command is proposed. */
  readonly exercise?: string | undefined;
  /** One schedule was run again, which is no grading. */
  readonly isReplay?: boolean | undefined;
  /** Files that are not those handed out: sentences, see `findTampering`. */
  readonly tampering?: readonly string[] | undefined;
  /** Further sentences about the file, which take nothing from the points. */
  readonly notes?: readonly string[] | undefined;
}

/** The report, lines without newlines. `file` is what was graded, as the user named it. */
export function formatReport(
  title: string,
  file: string,
  results: readonly CheckResult[],
  options: ReportOptions = {},
): string {
  const { width = 80, tampering = [], notes = [] } = options;
  const failure = results.find(({ status }) => status === 'fail');
  return [
    ...formatTitle(title, file, width),
    '',
    ...results.flatMap((_, i) => formatCheck(results, i, width)),
    ...(failure ? ['', ...formatFailure(failure, options)] : []),
    '',
    ...(notes.length > 0 ? [...warn(notes, width), ''] : []),
    ...warn(tampering, width),
    options.isReplay
      ? chalk.dim('one schedule of one check, run again: no points are given')
      : formatPoints(results, tampering.length > 0),
  ].join('\n');
}

/** The file stands below, where both do not fit on a line. */
export function formatTitle(title: string, file: string, width: number): string[] {
  const isShort = title.length + 2 + file.length <= width;
  const [first, second] = [chalk.bold(title), chalk.dim(file)];
  return isShort ? [`${first}  ${second}`] : [first, second];
}

function warn(sentences: readonly string[], width: number): string[] {
  return sentences.flatMap((sentence) =>
    wrap(sentence, width).map((line) => chalk.yellow(line)),
  );
}

/** What was earned; marked: it may not count. */
export function formatPoints(results: readonly CheckResult[], isMarked: boolean): string {
  const earned = earnedPoints(results);
  const total = totalPoints(results);
  const points = `${earned} of ${total} points`;
  if (isMarked) return chalk.yellow.bold(`${points}, which may not count: see above`);
  return earned === total ? chalk.green.bold(points) : chalk.bold(points);
}

/** The line of a check, then lines about what it has explored. */
export function formatCheck(
  results: readonly CheckResult[],
  index: number,
  width: number,
): string[] {
  const result = results[index] as CheckResult;
  const { status, points, sentence } = result;
  const number = String(index + 1).padStart(2);
  const scoreWidth = 2 + 2 * Math.max(...results.map((one) => `${one.points}`.length));
  const score = `${status === 'pass' ? points : 0}/${points}`.padStart(scoreWidth);
  if (status === 'pass') {
    const indent = ' '.repeat(scoreWidth + 6);
    const explored =
      result.explored === undefined ? [] : wrap(result.explored, width - indent.length);
    const below = explored.map((line) => chalk.dim(`${indent}${line}`));
    return [`${number} ${chalk.green('✓')}${score}  ${sentence}`, ...below];
  }
  if (status === 'fail') return [`${number} ${chalk.red(`✗${score}  ${sentence}`)}`];
  const on = results.findIndex(({ id }) => id === result.on) + 1;
  return [chalk.dim(`${number} ·${score}  ${sentence} (waits for ${on})`)];
}

function formatFailure(
  result: CheckResult,
  { width = 80, exercise }: ReportOptions,
): string[] {
  if (result.status !== 'fail') return [];
  const { did, saw, expected, mistake, schedule } = result.explanation;
  const row = (name: string, text: string | undefined) => formatRow(name, text, width);
  const replay =
    schedule &&
    `npm test exercises/${exercise} -- --replay ${result.id}:${schedule.code}`;
  return [
    chalk.bold(`The first failure: ${result.sentence}`),
    ...row('did', did),
    ...row('saw', saw),
    ...row('expected', expected),
    ...(schedule
      ? [...row('schedule', schedule.summary), '', ...indent(schedule.diagram), '']
      : []),
    ...row('looks like', mistake),
    ...row('slide', result.slide),
    ...(exercise === undefined ? [] : formatCommands(exercise, replay)),
  ];
}

/** Commands are not wrapped: they are to be copied. */
function formatCommands(exercise: string, replay: string | undefined): string[] {
  const line = (name: string, command: string) =>
    `  ${chalk.cyan(name.padEnd(11))} ${command}`;
  return [
    ...(replay === undefined ? [] : [line('replay', replay)]),
    line('hint', `npm run hint ${exercise}`),
  ];
}

/** The lines of a diagram, below the names of the parts. */
export function indent(diagram: string): string[] {
  return stripVTControlCharacters(diagram)
    .replace(/\n+$/, '')
    .split('\n')
    .map((line) => `  ${line}`.trimEnd());
}

/** Characters of one part of an explanation: a student's error may hold a whole book. */
const maxPartLength = 500;

/** A part of an explanation, its name in a column of its own. */
export function formatRow(
  name: string,
  text: string | undefined,
  width: number,
): string[] {
  if (!text) return [];
  const part = text.length > maxPartLength ? `${text.slice(0, maxPartLength)}…` : text;
  const lines = stripVTControlCharacters(part)
    .split('\n')
    .flatMap((line) => wrap(line, width - 14));
  return lines.map((line, i) =>
    i === 0
      ? `  ${chalk.cyan(name.padEnd(11))} ${line}`
      : `${' '.repeat(14)}${line}`.trimEnd(),
  );
}

/** Breaks a line between words; a word that is longer than a line stays whole. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=\S) (?=\S)/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
