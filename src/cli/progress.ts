/**
 * `npm run progress`: all exercises in the order of the lecture, and how far the student is.
 */
import { createCommand, runCommand } from './command.ts';
import { formatProgress } from './progress-table.ts';

await runCommand(
  createCommand('progress', 'Shows how far you are')
    .usage('')
    .action(() => console.log(formatProgress(new Date()))),
);
