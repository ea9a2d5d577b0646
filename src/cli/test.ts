/**
 * `npm test`: bare, it proves the whole project with Vitest. With an exercise or a solution it
 * grades that; with any other path it runs the tests of that path.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  type CheckResult,
  earnedPoints,
  ReplayCodeError,
  totalPoints,
} from '../grading/check.ts';
import { gradeFile } from '../grading/grade.ts';
import {
  type ExerciseName,
  entryOf,
  exerciseNames,
  fileOf,
  graderOf,
  isExerciseName,
  parseTarget,
} from '../grading/manifest.ts';
import { formatReport } from '../grading/report.ts';
import type { Replay } from '../grading/run-checks.ts';
import { refuseSwallowedFlag, reportError, UsageError } from './command.ts';
import { formatGrading, gradeExercise, terminalWidth } from './exercise.ts';
import { unknownExercise } from './exercise-argument.ts';
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
  refuseSwallowedFlag('test', '--replay', 'npm test exercises/<name> -- --replay …');
  const { paths, replay } = takeReplay(args);
  const targets = paths.map(parseTarget);
  if (!targets.some((target) => target !== undefined)) {
    if (replay)
      throw new UsageError('--replay needs an exercise: npm test exercises/<name>');
    return runVitest(args);
  }
  const gradings = targets.flatMap((target, i) =>
    listGradings(paths[i] as string, target),
  );
  let exitCode = 0;
  for (const { tree, name } of gradings)
    exitCode = Math.max(exitCode, await grade(tree, name, replay));
  return exitCode;
}

/** What a path asks for. All paths are read before anything is graded. */
function listGradings(path: string, target: ReturnType<typeof parseTarget>) {
  if (!target)
    throw new UsageError(`${path} is no exercise; grade exercises by themselves`);
  const { tree, name } = target;
  const names = name === '' ? exerciseNames : [name];
  return names.map((one) => {
    if (isExerciseName(one)) return { tree, name: one };
    throw unknownExercise(`${tree}/${one}`);
  });
}

/** Takes `--replay <check>:<code>`, also written with `=`, out of the arguments. */
function takeReplay(args: readonly string[]): { paths: string[]; replay?: Replay } {
  const paths = [...args];
  const at = paths.findIndex((arg) => /^--replay(=|$)/.test(arg));
  if (at < 0) return { paths };
  const [flag = ''] = paths.splice(at, 1);
  const value = flag.includes('=')
    ? flag.slice('--replay='.length)
    : paths.splice(at, 1)[0];
  const match = /^([\w-]+):(\S+)$/.exec(value ?? '');
  if (!match) {
    const what = 'what a failure has printed, <check>:<code>';
    throw new UsageError(
      value === undefined
        ? `--replay needs ${what}`
        : `--replay ${value}: expected ${what}`,
    );
  }
  return { paths, replay: { checkId: match[1] as string, code: match[2] as string } };
}

async function grade(
  tree: 'exercises' | 'solutions',
  name: ExerciseName,
  replay: Replay | undefined,
): Promise<number> {
  try {
    const { report, results, counts } = await (tree === 'exercises'
      ? gradeStudent(name, replay)
      : gradeSolution(name, replay));
    if (replay && results.some(hasNothingToReplay))
      throw new ReplayCodeError(`the check ${replay.checkId} explores no schedules`);
    console.log(report);
    return counts && earnedPoints(results) === totalPoints(results) ? 0 : 1;
  } catch (error) {
    if (!replay || !(error instanceof ReplayCodeError)) throw error;
    throw new UsageError(`--replay ${replay.checkId}:${replay.code}: ${error.message}`);
  }
}

async function gradeStudent(name: ExerciseName, replay: Replay | undefined) {
  const grading = await gradeExercise(name, { replay });
  const report = formatGrading(grading, { isReplay: replay !== undefined });
  const { results, tampering } = grading;
  return { report, results, counts: tampering.length === 0 };
}

async function gradeSolution(name: ExerciseName, replay: Replay | undefined) {
  const results = await gradeFile(graderOf(name), fileOf('solutions', name), { replay });
  const options = { width: terminalWidth(), isReplay: replay !== undefined };
  const file = `solutions/${name}/${name}.ts`;
  const report = formatReport(entryOf(name).title, file, results, options);
  return { report, results, counts: true };
}

function hasNothingToReplay(result: CheckResult): boolean {
  return result.status === 'pass' && result.explored === undefined;
}

function runVitest(args: readonly string[]): number {
  const vitest = dirname(createRequire(import.meta.url).resolve('vitest/package.json'));
  const command = [join(vitest, 'vitest.mjs'), 'run', ...args];
  return spawnSync(process.execPath, command, { stdio: 'inherit' }).status ?? 2;
}
