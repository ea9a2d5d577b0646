/**
 * `npm test`: bare, it proves the whole project with Vitest. With an exercise or a solution it
 * grades that; with any other path it runs the tests of that path.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { earnedPoints, totalPoints } from '../grading/check.ts';
import { gradeFile } from '../grading/grade.ts';
import {
  entryOf,
  exerciseNames,
  fileOf,
  graderOf,
  isExerciseName,
  parseTarget,
} from '../grading/manifest.ts';
import { formatReport } from '../grading/report.ts';
import { reportError, UsageError } from './command.ts';
import { Interruption } from './interruption.ts';

// A process that is ended by a signal tells nobody; one that exits ends its graders first.
const interruption = new Interruption();
interruption.signal.addEventListener('abort', () => process.exit(interruption.exitCode));

try {
  process.exitCode = await runTests(process.argv.slice(2));
} catch (error) {
  process.exitCode = reportError(error as Error);
}

async function runTests(args: readonly string[]): Promise<number> {
  const targets = args.map(parseTarget);
  if (!targets.some((target) => target !== undefined)) return runVitest(args);
  let exitCode = 0;
  for (const [i, target] of targets.entries()) {
    if (!target)
      throw new UsageError(`${args[i]} is no exercise; grade exercises by themselves`);
    const names = target.name === '' ? exerciseNames : [target.name];
    for (const name of names)
      exitCode = Math.max(exitCode, await grade(target.tree, name));
  }
  return exitCode;
}

async function grade(tree: 'exercises' | 'solutions', name: string): Promise<number> {
  if (!isExerciseName(name)) {
    const known = exerciseNames.map((known) => `${tree}/${known}`).join(', ');
    throw new UsageError(`there is no ${tree}/${name}; there are ${known}`);
  }
  const results = await gradeFile(graderOf(name), fileOf(tree, name));
  console.log(formatReport(entryOf(name).title, `${tree}/${name}/${name}.ts`, results));
  return earnedPoints(results) === totalPoints(results) ? 0 : 1;
}

function runVitest(args: readonly string[]): number {
  const vitest = dirname(createRequire(import.meta.url).resolve('vitest/package.json'));
  const command = [join(vitest, 'vitest.mjs'), 'run', ...args];
  return spawnSync(process.execPath, command, { stdio: 'inherit' }).status ?? 2;
}
