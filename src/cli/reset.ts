/**
 * `npm run reset`: puts an exercise's stub back and keeps the student's work.
 */
import { createCommand, runCommand } from './command.ts';
import { readExercise } from './exercise.ts';
import { resetExercise } from './stub-again.ts';

await runCommand(
  createCommand(
    'reset',
    'Puts the stub of an exercise back; your work is kept aside',
    'npm run reset cristian',
  )
    .usage('<exercise>')
    .argument('<exercise>', 'like cristian')
    .action((text: string) => console.log(resetExercise(readExercise(text)))),
);
