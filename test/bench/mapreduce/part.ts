/**
 * A part of the suite: contenders that take turns, and what follows from how they did. A part
 * knows nothing of the others; each runs our program through its command alone.
 */
import type { Corpus } from '../corpus.ts';
import type { Goal } from '../goals.ts';
import type { Entrant, Standing } from './race.ts';

/** What every part works with. */
export interface BenchRun {
  /** There from the first round on. */
  readonly corpus: Corpus;
  readonly megabytes: number;
  /** Of the external sort's input; 0: it was not asked for. */
  readonly sortMegabytes: number;
  /** For everything temporary; removed at the end. */
  readonly scratch: string;
  /** A program of this folder, bundled: no compiler runs in what is measured. */
  readonly node: (name: string, ...args: readonly string[]) => string[];
  /** Undefined: Go is not installed. */
  readonly go: ((...args: readonly string[]) => string[]) | undefined;
  /** The help of `npm run mapreduce`: which options it has. */
  readonly help: string;
  readonly signal: AbortSignal;
}

export interface Part {
  readonly name: string;
  readonly entrants: readonly Entrant[];
  /** Rounds that count, of the rounds asked for; without it, those. */
  readonly countRounds?: (rounds: number) => number;
  /** Without a first round that does not count. */
  readonly isCold?: boolean;
  readonly report: (standings: readonly Standing[]) => PartReport;
}

export interface PartReport {
  /** The table, for readers. */
  readonly text: string;
  readonly goals: readonly Goal[];
  /** What the table shows beside the standings, for `--json`. */
  readonly figures?: object;
}

/** True where `npm run mapreduce` has this option. */
export function hasOption({ help }: BenchRun, option: string): boolean {
  return new RegExp(`^ *(-\\w, )?${option}\\b`, 'm').test(help);
}

/** Takes no part, and the table says why. */
export function absent(name: string, absence: string): Entrant {
  return { name, absence, run: () => Promise.reject(new Error(absence)) };
}
