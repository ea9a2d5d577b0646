/**
 * `npm run gradescope -- --out autograder.zip`: makes what a lecturer uploads to Gradescope.
 */
import { resolve } from 'node:path';
import { makeGradescopeBundle } from '../grading/gradescope-bundle.ts';
import { createCommand, runCommand, userFolder } from './command.ts';
import { parseExercise } from './exercise-argument.ts';
import { OutputFile } from './output-file.ts';

const command = createCommand(
  'gradescope',
  "Makes Gradescope's autograder.zip",
  'npm run gradescope -- cristian --out autograder.zip',
)
  .usage('-- [name|all] [options]')
  .argument('[name|all]', 'the exercise that is handed in', 'all')
  .requiredOption('--out <file>', 'the zip to write')
  .option('--with-packages', 'put the packages in: no registry is asked then', false)
  .action((target: string, options: { out: string; withPackages: boolean }) => {
    const exercise = parseExercise(target);
    const path = resolve(userFolder('gradescope'), options.out);
    const out = new OutputFile(path, `--out ${options.out}`);
    const hasPackages = options.withPackages;
    const { zip, fileCount } = makeGradescopeBundle(exercise, { hasPackages });
    out.write(zip);
    const size = `${Math.ceil(zip.length / 1024)} kB`;
    console.log(
      `${options.out}: grades ${exercise}; ${fileCount} files, ${size}.\n` +
        'Upload it to Gradescope: Configure Autograder, Zip file upload.',
    );
  });

await runCommand(command);
