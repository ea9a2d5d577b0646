/**
 * `npm run solution`: the student's file beside ours, and why ours is as it is. After passing
 * only: whoever looks before learns less. `--anyway` looks all the same, and is remembered.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { earnedPoints, totalPoints } from '../grading/check.ts';
import { type ExerciseName, fileOf, root } from '../grading/manifest.ts';
import { wrap } from '../grading/report.ts';
import { createCommand, runCommand, UsageError } from './command.ts';
import {
  gradeExercise,
  progressFile,
  quietly,
  readExercise,
  terminalWidth,
} from './exercise.ts';
import { formatSideBySide } from './side-by-side.ts';

await runCommand(
  createCommand(
    'solution',
    'Shows your solution beside ours, once yours passes',
    'npm run solution cristian',
  )
    .usage('<exercise> [-- --anyway]')
    .argument('<exercise>', 'like cristian')
    .option('--anyway', 'look before passing; your progress remembers it')
    .action(async (text: string, { anyway }: { anyway?: true }) => {
      const name = readExercise(text);
      await demandPass(name, anyway === true);
      console.log(showSolution(name));
    }),
);

async function demandPass(name: ExerciseName, isAnyway: boolean): Promise<void> {
  const { results, tampering } = await gradeExercise(name, quietly);
  const earned = earnedPoints(results);
  const total = totalPoints(results);
  if (earned === total && tampering.length === 0) return;
  if (isAnyway) {
    progressFile.recordPeek(name, new Date());
    return;
  }
  const why =
    earned < total
      ? `your file has ${earned} of ${total} points`
      : 'the graders are not those that were handed out';
  throw new UsageError(
    `${why}; the solution comes after passing (npm run hint ${name} helps, npm run solution ${name} -- --anyway insists)`,
  );
}

function showSolution(name: ExerciseName): string {
  const [yours, ours] = [`exercises/${name}/${name}.ts`, `solutions/${name}/${name}.ts`];
  const rows = formatSideBySide(
    [yours, readText(fileOf('exercises', name))],
    [ours, readFileSync(fileOf('solutions', name), 'utf8')],
    terminalWidth(200),
  );
  const readme = join(root, 'solutions', name, 'README.md');
  return [
    ...(rows.length === 0 ? ['Your file is the same as ours.'] : rows),
    ...(existsSync(readme) ? ['', ...reflow(readFileSync(readme, 'utf8'))] : []),
  ].join('\n');
}

/** Paragraphs as wide as the terminal; what has a form of its own keeps it. */
function reflow(markdown: string): string[] {
  const paragraphs = markdown.trimEnd().split(/\r?\n\r?\n/);
  return paragraphs.flatMap((paragraph, i) => {
    const hasForm = /^(?:\s*(?:[-*+]|\d+\.) |\||\s{4}|```)/m.test(paragraph);
    const lines = paragraph.split(/\r?\n/);
    const shown = hasForm ? lines : wrap(lines.join(' '), terminalWidth());
    return i === 0 ? shown : ['', ...shown];
  });
}

function readText(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
