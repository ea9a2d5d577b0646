/**
 * How long a student waits: each exercise's stub and solution through `npm test`'s own program,
 * as whole processes. What a run leaves behind is found by a mark in its environment.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ExerciseName, entryOf, exerciseNames } from '../../src/grading/manifest.ts';
import type { Goal } from './goals.ts';
import { median } from './rows.ts';

const root = resolve(import.meta.dirname, '../..');
const goalMs = 3000;

export interface GradingRow {
  /** `exercises/cristian`. */
  readonly target: string;
  /** Milliseconds from start to exit, a number per run. */
  readonly tookMs: readonly number[];
  /** All the same, or the grader is at fault. */
  readonly exitCodes: readonly (number | null)[];
  /** Processes that were still there when the command had ended; undefined: no /proc here. */
  readonly leftOver: number | undefined;
}

/** Interleaved: each round grades every exercise once whose path matches. */
export async function measureGrading(
  rounds: number,
  pattern: RegExp,
): Promise<GradingRow[]> {
  const targets = exerciseNames
    .flatMap((name) => [`exercises/${name}`, `solutions/${name}`])
    .filter((target) => pattern.test(target));
  const runs = new Map<string, Run[]>(targets.map((target) => [target, []]));
  for (let round = 0; round < rounds; round++) {
    for (const target of targets) runs.get(target)?.push(await runOnce(target));
  }
  return [...runs].map(([target, all]) => ({
    target,
    tookMs: all.map(({ tookMs }) => tookMs),
    exitCodes: all.map(({ exitCode }) => exitCode),
    leftOver: sum(all.map(({ leftOver }) => leftOver)),
  }));
}

interface Run {
  readonly tookMs: number;
  readonly exitCode: number | null;
  readonly leftOver: number | undefined;
}

async function runOnce(target: string): Promise<Run> {
  const mark = `${process.pid}-${performance.now()}`;
  const startMs = performance.now();
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/test.ts', target], {
    cwd: root,
    env: { ...process.env, GRADING_BENCH_MARK: mark },
    stdio: 'ignore',
  });
  const [exitCode] = await once(child, 'exit');
  return { tookMs: performance.now() - startMs, exitCode, leftOver: countMarked(mark) };
}

/** Processes that have inherited the mark. */
function countMarked(mark: string): number | undefined {
  try {
    return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && isMarked(pid, mark))
      .length;
  } catch {
    return undefined;
  }
}

function isMarked(pid: string, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(
      `GRADING_BENCH_MARK=${mark}`,
    );
  } catch {
    // It has ended meanwhile, or belongs to somebody else.
    return false;
  }
}

function sum(counts: readonly (number | undefined)[]): number | undefined {
  return counts.reduce<number | undefined>(
    (all, count) => (all === undefined || count === undefined ? undefined : all + count),
    0,
  );
}

export function formatGrading(rows: readonly GradingRow[]): string {
  const header = `${'grading'.padEnd(28)}median s   min - max    exit  left over`;
  return [header, ...rows.map(formatRow)].join('\n');
}

function formatRow({ target, tookMs, exitCodes, leftOver }: GradingRow): string {
  const seconds = (ms: number) => (ms / 1000).toFixed(2);
  return [
    `  ${target.padEnd(26)}`,
    seconds(median(tookMs) ?? 0).padStart(8),
    `${seconds(Math.min(...tookMs))} - ${seconds(Math.max(...tookMs))}`.padStart(15),
    [...new Set(exitCodes)].join(' ').padStart(6),
    String(leftOver ?? 'unknown').padStart(11),
  ].join('');
}

/** A worked example is solved in both places. */
function isSolved(target: string): boolean {
  const [tree, name] = target.split('/');
  return tree === 'solutions' || entryOf(name as ExerciseName).isSolved === true;
}

export function judgeGrading(rows: readonly GradingRow[]): Goal[] {
  const goal = (name: string, wanted: string, reached: number, isMet: boolean): Goal => ({
    name,
    wanted,
    reached,
    isMet,
    unit: '',
  });
  const slowest = Math.max(...rows.map(({ tookMs }) => median(tookMs) ?? 0));
  const wrongExits = rows.filter(({ target, exitCodes }) =>
    exitCodes.some((code) => code !== (isSolved(target) ? 0 : 1)),
  );
  const leftOver = sum(rows.map((row) => row.leftOver)) ?? 0;
  return [
    goal(
      'grading: the slowest, in seconds',
      'at most 3',
      slowest / 1000,
      slowest <= goalMs,
    ),
    goal(
      'grading: wrong exit codes',
      'at most 0',
      wrongExits.length,
      wrongExits.length === 0,
    ),
    goal('grading: processes left over', 'at most 0', leftOver, leftOver === 0),
  ];
}
