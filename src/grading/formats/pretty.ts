/**
 * For people: one student's work as `npm test` shows it, or a class on a page of 80 columns.
 */
import chalk from 'chalk';
import { type GradedExercise, type GradeReport, pointsOf } from '../graded.ts';
import { formatReport } from '../report.ts';
import { formatClass } from './class-table.ts';

export function formatPretty({ students, isClass }: GradeReport): string {
  if (isClass) return `${formatClass(students)}\n`;
  const exercises = students.flatMap((student) => student.exercises);
  const reports = exercises.map(formatExercise);
  if (reports.length > 1) {
    const { earned, total } = pointsOf(exercises);
    reports.push(chalk.bold(`${earned} of ${total} points in all`));
  }
  return `${reports.join('\n\n')}\n`;
}

function formatExercise(exercise: GradedExercise): string {
  const { title, file } = exercise;
  if (exercise.kind === 'graded') return formatReport(title, file, exercise.results);
  const sentence = chalk.yellow(`not graded: ${exercise.reason}`);
  return `${chalk.bold(title)}  ${chalk.dim(file)}\n\n${sentence}`;
}
