/**
 * `npm run bench -- mapreduce`: the whole program beside its peers, what it holds in memory,
 * how long it takes to start, and what faults cost. Parts run one after the other; inside a
 * part contenders take turns.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../../src/cli/command.ts';
import { type Corpus, createCorpus } from '../corpus.ts';
import type { Goal } from '../goals.ts';
import { buildPrograms } from '../programs.ts';
import { createDocumentWorkload } from './document-workload.ts';
import { createExternalSort } from './external-sort.ts';
import { createFaults } from './faults.ts';
import { createMemory } from './memory.ts';
import { ourCommand } from './our-command.ts';
import type { BenchRun, Part } from './part.ts';
import { race, type Standing } from './race.ts';
import { createStartUp } from './start-up.ts';
import { endCommands, runTimed } from './timed-command.ts';
import { createWordCount } from './word-count.ts';

/** What the command's options mean here. */
export interface SuitePlan {
  /** Which rows: those whose `part: name` matches. */
  readonly pattern: RegExp;
  readonly rounds: number;
  readonly megabytes: number;
  readonly sortMegabytes: number;
  readonly keep: boolean;
}

export interface PartFindings {
  readonly part: string;
  readonly standings: readonly Standing[];
  readonly figures: object | undefined;
}

export interface SuiteFindings {
  readonly parts: readonly PartFindings[];
  readonly goals: readonly Goal[];
  /** True: a command failed, or its answer was wrong. */
  readonly hasFailed: boolean;
}

const createParts = [
  createWordCount,
  createMemory,
  createStartUp,
  createFaults,
  createDocumentWorkload,
  createExternalSort,
];

const nodePrograms = ['mapreduce/plain-loop', 'mapreduce/containment-loop'];

/**
 * Measures, and says what it finds as it goes. Rejects, and leaves no process and no file, once
 * `signal` is aborted.
 */
export async function benchMapReduce(
  plan: SuitePlan,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<SuiteFindings> {
  const scratch = mkdtempSync(join(tmpdir(), 'mapreduce-bench-'));
  const commands = await buildPrograms(nodePrograms, './words');
  signal.addEventListener('abort', endCommands);
  let corpus: Corpus | undefined;
  try {
    const { stdout: help } = await runTimed(ourCommand('--help'), scratch);
    const run: BenchRun = {
      ...plan,
      scratch,
      node: commands.node,
      go: commands.go,
      help,
      signal,
      get corpus() {
        return corpus as Corpus;
      },
    };
    const parts = chooseRows(
      createParts.map((createPart) => createPart(run)),
      plan.pattern,
    );
    corpus = await createCorpus(plan.megabytes, plan.keep, signal);
    if (corpus.isKept) say(`the corpus stays in ${corpus.inputs}; remove it when done\n`);
    return await runParts(parts, plan.rounds, say, signal);
  } finally {
    corpus?.remove();
    commands.remove();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The parts that have a row which matches, with those rows only. */
function chooseRows(parts: readonly Part[], pattern: RegExp): Part[] {
  const fullNames = parts.flatMap((part) =>
    part.entrants.map(({ name }) => `${part.name}: ${name}`),
  );
  const chosen = parts.map((part) => ({
    ...part,
    entrants: part.entrants.filter(({ name }) => pattern.test(`${part.name}: ${name}`)),
  }));
  const filled = chosen.filter(({ entrants }) => entrants.length > 0);
  if (filled.length > 0) return filled;
  throw new UsageError(
    `no row matches ${pattern.source}; there are:\n  ${fullNames.join('\n  ')}`,
  );
}

async function runParts(
  parts: readonly Part[],
  rounds: number,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<SuiteFindings> {
  const findings: PartFindings[] = [];
  const goals: Goal[] = [];
  for (const part of parts) {
    // One round says whether all of it works; it need not be warm for that.
    const isCold = part.isCold || rounds === 1;
    const pace = { rounds: part.countRounds?.(rounds) ?? rounds, isCold };
    const standings = await race(part.entrants, pace, signal);
    const report = part.report(standings);
    say(`${report.text}\n`);
    goals.push(...report.goals);
    findings.push({ part: part.name, standings, figures: report.figures });
  }
  const all = findings.flatMap(({ standings }) => standings);
  return { parts: findings, goals, hasFailed: all.some(({ failure }) => failure) };
}
