/**
 * A class on a page: who has how many points, which check fails most often, which mistake is
 * made most often, and whose work could not be run. 80 columns, whatever people are called.
 */
import chalk from 'chalk';
import { summariseClass, type Trouble } from '../class-summary.ts';
import { type GradedExercise, type GradedStudent, pointsOf } from '../graded.ts';
import { toLine } from '../plain-text.ts';
import { wrap } from '../report.ts';
import { fit, truncate, widthOf } from './columns.ts';

const pageWidth = 80;
const maxNameWidth = 24;
const totalWidth = 7;
/** Lines of each list; `--format json` has them all. */
const shownLines = 10;

export function formatClass(students: readonly GradedStudent[]): string {
  const { failedChecks, mistakes, problems, notGraded } = summariseClass(students);
  return [
    ...formatTable(students),
    ...formatList(
      'Failed most often',
      failedChecks.map(({ students: n, exercise, sentence }) =>
        formatCount(n, exercise, sentence),
      ),
    ),
    ...formatList(
      'Recognised most often',
      mistakes.map(({ students: n, exercise, mistake }) =>
        formatCount(n, exercise, mistake),
      ),
    ),
    ...formatList('Not run', groupTroubles(problems, students.length)),
    ...formatList(
      'Not graded: the grader failed',
      groupTroubles(notGraded, students.length),
    ),
  ].join('\n');
}

function formatTable(students: readonly GradedStudent[]): string[] {
  const names = (students[0]?.exercises ?? []).map(({ name }) => name);
  const head = `${students.length} ${students.length === 1 ? 'student' : 'students'}`;
  const first = [head, ...students.map(({ who = '' }) => toLine(who))];
  const nameWidth = Math.min(maxNameWidth, Math.max(...first.map(widthOf)));
  const room = pageWidth - nameWidth - totalWidth;
  const needed = names.reduce((sum, name) => sum + Math.max(name.length, 3) + 2, 0);
  const isNamed = needed <= room;
  const heads = isNamed ? names : names.map((_, i) => String(i + 1));
  const widths = heads.map((head) => Math.max(head.length, 3) + 2);
  const row = (name: string, cells: readonly string[], total: string) =>
    fit(name, nameWidth) +
    cells.map((cell, i) => cell.padStart(widths[i] as number)).join('') +
    total.padStart(totalWidth);
  return [
    ...(isNamed ? [] : [...formatLegend(names), '']),
    chalk.bold(row(head, heads, 'total')),
    ...students.map(({ who = '', exercises }) =>
      row(toLine(who), exercises.map(formatCell), formatTotal(exercises)),
    ),
    chalk.dim(row('average', averages(students), averageTotal(students))),
  ];
}

/** `-`: there was nothing to run; `?`: the grader failed. */
function formatCell(exercise: GradedExercise): string {
  if (exercise.kind === 'not-graded') return '?';
  return exercise.problem === undefined ? String(pointsOf([exercise]).earned) : '-';
}

function formatLegend(names: readonly string[]): string[] {
  const lines = [''];
  for (const [i, name] of names.entries()) {
    const entry = `${i + 1} ${name}`;
    const line = lines.at(-1) as string;
    if (line.length + 2 + entry.length > pageWidth) lines.push(entry);
    else lines[lines.length - 1] = line === '' ? entry : `${line}  ${entry}`;
  }
  return lines;
}

function averages(students: readonly GradedStudent[]): string[] {
  return (students[0]?.exercises ?? []).map((_, i) => {
    const column = students.flatMap(({ exercises }) => exercises[i] ?? []);
    const graded = column.filter(isGraded);
    return averageOf(graded.map((one) => pointsOf([one]).earned));
  });
}

function formatTotal(exercises: readonly GradedExercise[]): string {
  return `${pointsOf(exercises).earned}${exercises.every(isGraded) ? '' : '?'}`;
}

/** Of those about whom everything is known. */
function averageTotal(students: readonly GradedStudent[]): string {
  const known = students.filter(({ exercises }) => exercises.every(isGraded));
  return averageOf(known.map(({ exercises }) => pointsOf(exercises).earned));
}

function isGraded({ kind }: GradedExercise): boolean {
  return kind === 'graded';
}

function averageOf(points: readonly number[]): string {
  if (points.length === 0) return '';
  return String(Math.round(points.reduce((sum, one) => sum + one, 0) / points.length));
}

function formatList(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length - shownLines;
  return [
    '',
    chalk.bold(title),
    ...lines.slice(0, shownLines).flatMap(wrapEntry),
    ...(more > 0 ? [chalk.dim(`  and ${more} more (--format json)`)] : []),
  ];
}

/** What is too long for a line goes on below the beginning of its text. */
function wrapEntry(entry: string): string[] {
  const [, indent = ''] = /^(\s*\d+ × {2}|\s*)/.exec(entry) ?? [];
  const hanging = ' '.repeat(2 + indent.length);
  return wrap(entry.slice(indent.length), pageWidth - hanging.length).map((line, i) =>
    truncate(`${i === 0 ? `  ${indent}` : hanging}${line}`, pageWidth),
  );
}

function formatCount(students: number, exercise: string, text: string): string {
  return `${String(students).padStart(3)} ×  ${exercise}: ${text}`;
}

/** Each sentence, and on a line below it all of whom it is said; what is said of all comes last. */
function groupTroubles(troubles: readonly Trouble[], students: number): string[] {
  const groups = new Map<string, string[]>();
  for (const { who, exercise, sentence } of troubles) {
    const line = `${exercise}: ${sentence}`;
    groups.set(line, [...(groups.get(line) ?? []), truncate(toLine(who), maxNameWidth)]);
  }
  const isOfAll = (names: readonly string[]) => students > 1 && names.length === students;
  return [...groups]
    .sort(([, a], [, b]) => Number(isOfAll(a)) - Number(isOfAll(b)))
    .flatMap(([line, who]) => [
      line,
      isOfAll(who) ? '  everybody' : `  ${who.join(', ')}`,
    ]);
}
