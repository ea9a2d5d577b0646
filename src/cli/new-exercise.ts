/**
 * `npm run new-exercise <name>`: makes the files of a new exercise and says what is left to do.
 */
import { resolve } from 'node:path';
import { createExercise, ExerciseNameError } from '../grading/new-exercise.ts';
import { createCommand, runCommand, UsageError } from './command.ts';

const root = resolve(import.meta.dirname, '../..');

const command = createCommand(
  'new-exercise',
  'Makes the files of a new exercise',
  'npm run new-exercise at-most-once',
)
  .usage('<name>')
  .argument('<name>', 'as its folder will be called: at-most-once')
  .action((name: string) => {
    for (const path of create(name)) console.log(`wrote ${path}`);
    console.log(formatSteps(name));
  });

await runCommand(command);

function create(name: string): string[] {
  try {
    return createExercise(root, name);
  } catch (error) {
    throw error instanceof ExerciseNameError ? new UsageError(error.message) : error;
  }
}

function formatSteps(name: string): string {
  return `
Next:
 1. npm run seal: these files are the genuine ones now. Seal again whenever
    a grader or a stub has changed: npm test says it if you do not.
    npm test exercises/${name}: the stub fails, as it should.
    npm test solutions/${name}: all points.
 2. Replace the example by yours: README.md, stub, grader, solution and its
    README.md.
 3. test/variants/${name}:
    at least one more correct answer, in another style.
 4. test/chaffs/${name}: at least seven more wrong answers.
    "Fails:" in the header names the check, "Looks like:" the words of the
    recognised mistake.
 5. npx vitest run test/exercises: the grader is graded.
 6. src/grading/manifest.ts: title, slide, and its place in the lecture.
The whole checklist: .github/CONTRIBUTING.md`;
}
