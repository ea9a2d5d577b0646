/**
 * `npm run seal`, for whoever hands the exercises out: writes down what graders, source and
 * stubs are, so that a change of them is noticed on a student's machine.
 */
import { seal } from '../grading/tampering.ts';
import { createCommand, runCommand } from './command.ts';

await runCommand(
  createCommand(
    'seal',
    'Writes exercises/digests.txt and a copy of each stub: run it before handing out',
  ).action(() => console.log(`${seal()} files are sealed in exercises/digests.txt`)),
);
