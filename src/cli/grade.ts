/**
 * `npm run grade -- <name|all>`: grades the working tree, one student's folder, or a class, and
 * writes what every format says of the same record. Exit 0: all points, or a whole class graded;
 * 1: points are missing; 2: a grader failed.
 */
import { readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import chalk from 'chalk';
import { InvalidArgumentError, Option } from 'commander';
import { type FormatName, formatNames, loadFormat } from '../grading/formats/index.ts';
import { gradeStudents, type Student } from '../grading/grade-students.ts';
import { exitCodeOf } from '../grading/graded.ts';
import { unsolvedNames } from '../grading/manifest.ts';
import { toLine } from '../grading/plain-text.ts';
import { isIgnored } from '../grading/submission.ts';
import { createCommand, runCommand, UsageError, userFolder } from './command.ts';
import { parseExercise } from './exercise-argument.ts';
import { GradeProgress } from './grade-progress.ts';
import { Interruption } from './interruption.ts';
import { OutputFile } from './output-file.ts';

interface GradeOptions {
  readonly submissions?: string;
  readonly submission?: string;
  readonly format: FormatName;
  readonly out?: string;
  readonly jobs: number;
}

const command = createCommand(
  'grade',
  'Grades the exercises, or those of a class',
  'npm run grade -- cristian --submissions class',
)
  .usage('-- <name|all> [options]')
  .argument('<name|all>', 'an exercise')
  .addOption(
    new Option('--submissions <folder>', 'a class: a folder for each student').conflicts(
      'submission',
    ),
  )
  .option('--submission <folder>', "one student's folder")
  .addOption(
    new Option('--format <name>', 'what is written')
      .choices(formatNames)
      .default('pretty'),
  )
  .option('--out <file>', 'where it is written, instead of to the terminal')
  .addOption(
    new Option('--jobs <n>', 'how many are graded at the same time')
      .argParser(parseJobs)
      .default(availableParallelism(), 'number of cores'),
  )
  .action(grade);

await runCommand(command);

async function grade(target: string, options: GradeOptions): Promise<void> {
  const exercise = parseExercise(target);
  const names = exercise === 'all' ? unsolvedNames : [exercise];
  const students = listStudents(options);
  const out = options.out === undefined ? undefined : findOutput(options.out);
  const interruption = new Interruption();
  // Whoever ends us by a signal ends the graders and removes what is temporary.
  interruption.signal.addEventListener('abort', () =>
    process.exit(interruption.exitCode),
  );

  const isClass = options.submissions !== undefined;
  const progress = new GradeProgress(students.length * names.length);
  await progress.open();
  const graded = await gradeStudents(students, names, {
    jobs: options.jobs,
    showsOutput: students.length * names.length === 1,
    begin: (who, name) => progress.begin(who, name),
    end: (who, one) => progress.end(who, one),
  });
  progress.close();

  const report = { students: graded, isClass };
  const format = await loadFormat(options.format);
  if (out !== undefined) chalk.level = 0;
  const text = format(report);
  if (out === undefined) process.stdout.write(text);
  else out.write(text);
  process.exitCode = exitCodeOf(report);
}

function parseJobs(text: string): number {
  const jobs = Number(text);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 256) {
    throw new InvalidArgumentError('It is a number from 1 to 256.');
  }
  return jobs;
}

function listStudents({ submissions, submission }: GradeOptions): Student[] {
  if (submission !== undefined) {
    return [{ who: undefined, folder: findFolder('--submission', submission) }];
  }
  if (submissions === undefined) return [{ who: undefined }];
  const folder = findFolder('--submissions', submissions);
  const entries = readdirSync(folder, { withFileTypes: true }).filter(
    ({ name }) => !isIgnored(name),
  );
  const { compare } = new Intl.Collator('en', { numeric: true });
  const names = (isStudent: boolean) =>
    entries
      .filter((entry) => entry.isDirectory() === isStudent)
      .map(({ name }) => name)
      .sort((a, b) => compare(a, b) || (a < b ? -1 : 1));
  const others = names(false);
  if (others.length > 0) {
    console.error(`left out, for they are no folders: ${toLine(others.join(', '))}`);
  }
  const students = names(true);
  if (students.length === 0) {
    throw new UsageError(`${submissions} has no folders; it should have one per student`);
  }
  return students.map((who) => ({ who, folder: join(folder, who) }));
}

function findFolder(option: string, path: string): string {
  const folder = resolve(userFolder('grade'), path);
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return folder;
  throw new UsageError(`${option} ${path}: ${stats ? 'not a folder' : 'no such folder'}`);
}

function findOutput(path: string): OutputFile {
  return new OutputFile(resolve(userFolder('grade'), path), `--out ${path}`);
}
