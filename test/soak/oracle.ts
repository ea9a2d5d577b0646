/**
 * What a run must write: the output of the sequential program on the same input, byte for
 * byte. It shares neither workers nor scheduler, shuffle or store with the run.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { jobOptions } from './config.ts';
import { badLines, type CorpusFile, writeCorpus } from './corpus.ts';
import type { SoakPlan } from './plan.ts';
import type { Processes } from './processes.ts';

export interface Expected {
  /** Where the sequential run has written; undefined: it fails. */
  readonly folder: string | undefined;
  /** What it has counted, as `--json` says it; undefined: what the run counts is other work. */
  readonly totals: readonly object[] | undefined;
}

/** The name of the folder in which a run's input is. */
export const corpusName = 'corpus';

/** `--job` and all that it is told, for the run or its oracle. */
export function listWork({ job, config, work }: SoakPlan, params: readonly string[]) {
  if (config) return jobOptions(config);
  return [
    ...['--job', job?.job ?? ''],
    ...params.flatMap((param) => ['--param', param]),
    ...work,
  ];
}

/** Runs the job in one process, in the run's folder. */
export async function findExpected(
  plan: SoakPlan,
  folder: string,
  processes: Processes,
): Promise<Expected> {
  const isSkipping = plan.cluster.includes('--skip-bad-records');
  const input = isSkipping ? 'clean' : corpusName;
  if (isSkipping) writeCorpus(plan.corpus.map(leaveOutBadLines), join(folder, input));
  const oracle = plan.job?.oracle;
  const work = oracle
    ? ['--job', oracle, ...plan.work]
    : listWork(
        plan,
        plan.params.map((param) => param.replace(/calls$/, 'oracle-calls')),
      );
  const output = join(folder, 'expected');
  const args = ['--sequential', '--json', '--output', output, ...work, input];
  const program = processes.start('mapreduce', args);
  const { code } = await program.exited;
  if (code !== 0) return { folder: undefined, totals: undefined };
  const isOtherWork = isSkipping || plan.config !== undefined;
  return {
    folder: output,
    totals: isOtherWork ? undefined : readTotals(program.stdout()),
  };
}

/** The totals of each stage, apart from what combiners may change. Throws if there are none. */
function readTotals(stdout: string): object[] {
  const summary = JSON.parse(stdout);
  const stages: { totals: object }[] = summary.stages ?? [summary];
  return stages.map(({ totals }) => ({ ...totals, bytesShuffled: undefined }));
}

/** What the run has counted twice, or not at all, as a sentence; undefined: all is right. */
export function findMiscount(stdout: string, { totals }: Expected): string | undefined {
  // Whether there is a summary at all is for others to say.
  if (!totals || !stdout.startsWith('{')) return undefined;
  const found = readTotals(stdout);
  if (isDeepStrictEqual(found, totals)) return undefined;
  return `its totals are ${JSON.stringify(found)}, expected are ${JSON.stringify(totals)}`;
}

function leaveOutBadLines({ name, bytes }: CorpusFile): CorpusFile {
  const isCompressed = name.endsWith('.gz');
  const text = (isCompressed ? gunzipSync(bytes) : bytes).toString('latin1');
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const kept = lines.filter((line) => !badLines.includes(line.trim()));
  const clean = Buffer.from(kept.join(''), 'latin1');
  return { name, bytes: isCompressed ? gzipSync(clean) : clean };
}

/** Undefined: `output` holds the same files as `expected`, and nothing else. */
export function findDifference(output: string, expected: string): string | undefined {
  if (!existsSync(output)) return 'there is no output';
  const [names, wanted] = [output, expected].map((folder) => readdirSync(folder).sort());
  if (String(names) !== String(wanted))
    return `it holds ${names}, expected are ${wanted}`;
  const isDifferent = (name: string) =>
    !readFileSync(join(output, name)).equals(readFileSync(join(expected, name)));
  const different = wanted?.find(isDifferent);
  return different && `${different} differs from the sequential run's`;
}
