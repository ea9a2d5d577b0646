/**
 * `npm run mutation`: small faults are put into each solution, one after the other, and its
 * grader has to notice (Stryker). Every mutant that lives is either explained in
 * `survivors.ts` or a fault of the grader: then exit 1.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createCommand, runCommand, UsageError } from '../../src/cli/command.ts';
import { exerciseNames, isExerciseName } from '../../src/grading/manifest.ts';
import { type Explained, explained } from './survivors.ts';

const root = resolve(import.meta.dirname, '../..');
const stryker = join(
  import.meta.dirname,
  'node_modules/@stryker-mutator/core/bin/stryker.js',
);

/** Of a mutation report, what we read. Source: mutation-testing-report-schema. */
interface Report {
  readonly files: Record<string, { readonly source: string; readonly mutants: Mutant[] }>;
}

interface Mutant {
  readonly status: string;
  readonly replacement?: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

/** Lines and columns count from 1. */
interface Position {
  readonly line: number;
  readonly column: number;
}

interface Survivor {
  readonly place: string;
  readonly original: string;
  readonly replacement: string;
  readonly why: string | undefined;
}

const command = createCommand('mutation', 'Do the graders notice small faults?')
  .argument('[exercise]', 'only this one')
  .action(run);
await runCommand(command);

async function run(exercise: string | undefined): Promise<void> {
  if (!existsSync(stryker)) {
    throw new UsageError('Stryker is missing: run npm ci --prefix test/mutation first');
  }
  if (exercise !== undefined && !isExerciseName(exercise)) {
    const known = exerciseNames.join(', ');
    throw new UsageError(`there is no exercise ${exercise}; there are ${known}`);
  }
  let [all, noticed, unexplained] = [0, 0, 0];
  for (const name of exercise === undefined ? exerciseNames : [exercise]) {
    const { mutants, survivors } = await mutate(name);
    console.log(formatScore(name, mutants - survivors.length, mutants));
    for (const survivor of survivors) console.log(formatSurvivor(survivor));
    for (const { original, replacement } of findStale(name, survivors)) {
      console.log(`  no longer lives: ${original} -> ${replacement}`);
      unexplained++;
    }
    all += mutants;
    noticed += mutants - survivors.length;
    unexplained += survivors.filter(({ why }) => why === undefined).length;
  }
  console.log(`\n${formatScore('all', noticed, all)}, ${unexplained} to be explained`);
  if (unexplained > 0) process.exitCode = 1;
}

async function mutate(
  name: string,
): Promise<{ mutants: number; survivors: readonly Survivor[] }> {
  const reportFile = join(root, 'node_modules/.stryker-reports', `${name}.json`);
  rmSync(reportFile, { force: true });
  const config = join(import.meta.dirname, 'stryker.config.mjs');
  const child = spawn(process.execPath, [stryker, 'run', config], {
    cwd: root,
    env: { ...process.env, MUTATED_EXERCISE: name },
    // What Stryker says of its progress is log.
    stdio: ['ignore', 2, 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`Stryker failed on ${name}: exit ${code}`);
  const report: Report = JSON.parse(readFileSync(reportFile, 'utf8'));
  const files = Object.entries(report.files);
  const known = explained[name] ?? [];
  return {
    mutants: files.flatMap(([, { mutants }]) => mutants).length,
    survivors: files.flatMap(([file, { source, mutants }]) =>
      mutants.filter(lives).map((mutant) => describe(file, source, mutant, known)),
    ),
  };
}

/** An endless loop is noticed too. */
function lives({ status }: Mutant): boolean {
  return status !== 'Killed' && status !== 'Timeout';
}

function describe(
  file: string,
  source: string,
  { location: { start, end }, replacement = '' }: Mutant,
  known: readonly Explained[],
): Survivor {
  const original = cut(source, start, end);
  const same = known.find(
    (one) => one.original === original && one.replacement === replacement,
  );
  return { place: `${file}:${start.line}`, original, replacement, why: same?.why };
}

function cut(source: string, start: Position, end: Position): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  lines[last] = lines[last]?.slice(0, end.column - 1) ?? '';
  lines[0] = lines[0]?.slice(start.column - 1) ?? '';
  return lines.map((line) => line.trim()).join(' ');
}

/** What is explained and does not live: the explanation is old. */
function findStale(name: string, survivors: readonly Survivor[]): Explained[] {
  return (explained[name] ?? []).filter(
    (one) =>
      !survivors.some(
        ({ original, replacement }) =>
          original === one.original && replacement === one.replacement,
      ),
  );
}

function formatScore(name: string, noticed: number, all: number): string {
  const percent = ((100 * noticed) / all).toFixed(1);
  return `${name}: ${noticed} of ${all} mutants noticed, ${percent} %`;
}

function formatSurvivor({ place, original, replacement, why }: Survivor): string {
  const lines = [`  lives: ${original} -> ${replacement}`, `    ${place}`];
  return [...lines, `    ${why ?? 'NOT EXPLAINED'}`].join('\n');
}
