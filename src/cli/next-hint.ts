/**
 * The next hint for the first check that fails. Hints are graduated and counted; after
 * passing, those left are shown all at once.
 */
import chalk from 'chalk';
import type { Check } from '../grading/check.ts';
import type { ExerciseName } from '../grading/manifest.ts';
import { wrap } from '../grading/report.ts';
import { type Grading, loadExercise, progressFile } from './exercise.ts';

/** Text for so many columns. */
export type Page = (width: number) => string;

/** The next hint as text for a terminal of any width; it counts as shown. */
export async function showHint({ name, results }: Grading): Promise<Page> {
  const { checks } = await loadExercise(name);
  const failed = results.find(({ status }) => status === 'fail');
  const check = checks.find(({ id }) => id === failed?.id);
  return check === undefined ? showRemaining(name, checks) : showNext(name, check);
}

function showNext(name: ExerciseName, { id, sentence, hints }: Check<never>): Page {
  const shown = Math.min(progressFile.of(name).hints[id] ?? 0, hints.length);
  const number = Math.min(shown + 1, hints.length);
  progressFile.recordHints(name, id, number);
  const left = hints.length - number;
  const after =
    shown === hints.length
      ? `That was the last one, shown again. Read the slide and the README of ${name}, or ask somebody.`
      : left === 0
        ? 'There are no more hints for this check.'
        : `${left} more: npm run hint ${name}`;
  const label = `Hint ${number} of ${hints.length}`;
  return (width) =>
    [
      ...wrap(`${name}: ${sentence}`, width).map((line) => chalk.bold(line)),
      '',
      ...formatHint(label, hints[number - 1] ?? '', width),
      '',
      ...wrap(after, width).map((line) => chalk.dim(line)),
    ].join('\n');
}

function showRemaining(name: ExerciseName, checks: readonly Check<never>[]): Page {
  const { hints: shown } = progressFile.of(name);
  const remaining = checks.flatMap((check) => {
    const rest = check.hints.slice(shown[check.id] ?? 0);
    progressFile.recordHints(name, check.id, check.hints.length);
    return rest.length === 0 ? [] : [{ check, rest }];
  });
  const passed = chalk.green.bold(`${name}: all checks pass.`);
  const said = remaining.length === 0 ? ' You have seen all hints.' : ' Hints left:';
  return (width) =>
    [
      `${passed}${said}`,
      ...remaining.flatMap(({ check, rest }) => [
        '',
        check.sentence,
        ...rest.flatMap((hint) =>
          formatHint(`hint ${check.hints.indexOf(hint) + 1}`, hint, width),
        ),
      ]),
      '',
      `Compare with ours: npm run solution ${name}`,
    ].join('\n');
}

function formatHint(label: string, hint: string, width: number): string[] {
  const lines = wrap(hint, width - 4).map((line) => `    ${line}`);
  return [`  ${chalk.cyan(label)}`, ...lines];
}
