/**
 * `npm run grade-the-graders`: each wrong answer that we know, each correct variant, the stub
 * and the solution through each grader, as a matrix. Exit 1 when a grader is wrong about one.
 */
import { availableParallelism } from 'node:os';
import { type Answer, listChaffs, listVariants } from '../grading/corpus.ts';
import { gradeFile } from '../grading/grade.ts';
import {
  type ExerciseName,
  entryOf,
  exerciseNames,
  fileOf,
  graderOf,
  isExerciseName,
} from '../grading/manifest.ts';
import { formatMatrix, type GradedAnswer, listFaults } from '../grading/matrix.ts';
import { createCommand, runCommand, UsageError } from './command.ts';
import { unknownExercise } from './exercise-argument.ts';
import { Interruption } from './interruption.ts';

// A process that is ended by a signal tells nobody; one that exits ends its graders first.
const interruption = new Interruption();
interruption.signal.addEventListener('abort', () => process.exit(interruption.exitCode));

const command = createCommand('grade-the-graders', 'Which check catches which mistake')
  .argument('[exercise]', 'only this one')
  .option('--runs <n>', 'grade each answer so often, and compare', '1')
  .action(run);
await runCommand(command);

async function run(
  exercise: string | undefined,
  { runs }: { readonly runs: string },
): Promise<void> {
  if (exercise !== undefined && !isExerciseName(exercise)) {
    throw unknownExercise(exercise);
  }
  if (!/^[1-9]\d?$/.test(runs)) throw new UsageError(`--runs ${runs}: from 1 to 99`);
  let answers = 0;
  let faults = 0;
  for (const name of exercise === undefined ? exerciseNames : [exercise]) {
    const { checks, graded } = await gradeAll(name, Number(runs));
    console.log(`${formatMatrix(entryOf(name).title, checks, graded)}\n`);
    const found = listFaults(checks, graded);
    for (const fault of found) console.log(`  wrong: ${fault}`);
    answers += graded.length;
    faults += found.length;
  }
  console.log(`${answers} answers, ${faults} faults of the graders`);
  if (faults > 0) process.exitCode = 1;
}

async function gradeAll(name: ExerciseName, runs: number) {
  const solution = correct('the solution', fileOf('solutions', name));
  const answers = [solution, ...listVariants(name), ...listChaffs(name)];
  const graded = await mapInParallel(answers, (answer) => grade(name, answer, runs));
  const checks = (graded[0]?.runs[0] ?? []).map(({ id }) => id);
  const stub = correct('the stub', fileOf('exercises', name));
  const first = entryOf(name).isSolved ? stub : { ...stub, fails: checks[0] };
  return { checks, graded: [await grade(name, first, runs), ...graded] };
}

function correct(name: string, file: string): Answer {
  return { name, file, fails: undefined, looksLike: undefined };
}

async function grade(
  name: ExerciseName,
  answer: Answer,
  count: number,
): Promise<GradedAnswer> {
  const runs = [];
  for (let i = 0; i < count; i++) {
    runs.push(await gradeFile(graderOf(name), answer.file));
  }
  return { answer, runs };
}

/** In the order of `items`, as many at a time as there are processors. */
async function mapInParallel<T, U>(
  items: readonly T[],
  map: (item: T) => Promise<U>,
): Promise<U[]> {
  const results: U[] = [];
  const queue = items.entries();
  const work = async () => {
    for (const [i, item] of queue) results[i] = await map(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return results;
}
