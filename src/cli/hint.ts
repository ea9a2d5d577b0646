/**
 * `npm run hint`: one more hint for the first check that fails; hints come only when they are
 * asked for.
 */
import { createCommand, runCommand } from './command.ts';
import { chooseExercise, gradeExercise, quietly, terminalWidth } from './exercise.ts';
import { showHint } from './next-hint.ts';

await runCommand(
  createCommand('hint', 'Shows the next hint for the first check that fails')
    .usage('[exercise]')
    .argument('[exercise]', 'default: the one graded last, if it is not passed')
    .action(async (text?: string) => {
      const name = chooseExercise(text);
      const hint = await showHint(await gradeExercise(name, quietly));
      console.log(hint(terminalWidth()));
    }),
);
