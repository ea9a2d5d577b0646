/**
 * What an experiment is: a hypothesis of the document, a measurement, and what follows from its
 * data alone. Measuring needs processes and time; tables, figures and sentences are pure
 * functions of the data, so a test can feed them data that confirm and data that refute.
 *
 * Source: "Process-Based Workers", "Experiments to Run".
 */
import type { PlotOptions } from '@observablehq/plot';

export interface Experiment<Data> {
  readonly number: number;
  readonly title: string;
  /** What is asked, in a sentence or two that stand above the results. */
  readonly question: string;
  /** Rejects with the signal's reason when it aborts; leaves no process behind. */
  measure(run: Run): Promise<Data>;
  tables(data: Data): readonly Table[];
  figures(data: Data): readonly Figure[];
  conclude(data: Data): readonly Conclusion[];
}

/** What a measurement is given. */
export interface Run {
  /** True: a look at everything in a few seconds; the numbers are rough. */
  readonly isQuick: boolean;
  /** For compiled programs and sockets; removed by whoever made it. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** A function like Math.random; the same seed draws the same numbers. */
  createRandom(seed: number): () => number;
  progress(done: number, total: number, what: string): void;
}

export interface Table {
  readonly caption: string;
  /** The first names the rows; the others hold numbers, with their unit. */
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

export type Row = readonly [name: string, ...cells: Cell[]];

/** A number as a reader sees it, or a measured one: its median is shown. */
export type Cell = string | { readonly text: string; readonly summary: Summary };

/** Several measurements of the same thing: half of them lie from `low` to `high`, its quartiles. */
export interface Summary {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface Figure {
  readonly title: string;
  /** What there is to see, for those who do not see it. */
  readonly description: string;
  readonly plot: PlotOptions;
}

/** One sentence that the data say; where the document expected something, whether it was right. */
export interface Conclusion {
  readonly verdict: 'confirmed' | 'refuted' | 'shown';
  /** What the document expected; absent where it only asked. */
  readonly hypothesis?: string;
  readonly sentence: string;
}

/** `isSo`: the data at hand say what the document said. */
export function judge(hypothesis: string, isSo: boolean, sentence: string): Conclusion {
  return { verdict: isSo ? 'confirmed' : 'refuted', hypothesis, sentence };
}

export function show(sentence: string): Conclusion {
  return { verdict: 'shown', sentence };
}
