/**
 * What a page knows of a run: the event stream without what nobody looks at, and the facts
 * around it. The live page gets it message by message, a replay holds all of it.
 */
import type { StreamEntry } from '../mapreduce/events.ts';
import type { SimulationSettings } from './simulation.ts';

type WithoutOutput<Entry> = Entry extends unknown ? Omit<Entry, 'output'> : never;

/** An entry of the stream as a page gets it: where output lies is the master's affair. */
export type PageEntry = WithoutOutput<StreamEntry>;

/** What is known before the run, and from its end on what came of it. */
export interface RunFacts {
  readonly job: string;
  /** The jobs of its stages, in order; undefined: it has one. */
  readonly stages?: readonly string[];
  /** Of its first stage. */
  readonly mapTasks: number;
  readonly reduceTasks: number;
  /** Those that the master starts; others may join. */
  readonly workers: number;
  readonly seed: number;
  /** The faults of the plan, a sentence each. */
  readonly faults: readonly string[];
  /** Set once the run is over. */
  readonly outcome?: 'completed' | 'failed' | 'interrupted';
  /** Of one that has failed. */
  readonly why?: string;
  /** The first results, one line each. */
  readonly results?: readonly string[];
  readonly comparison: Comparison;
  readonly baseline: Baseline;
  /** Set: nothing ran but the scheduler, in virtual time, and these were its settings. */
  readonly simulation?: SimulationSettings;
}

/** Whether the output equals that of a sequential run. */
export type Comparison = 'not asked for' | 'awaited' | 'equal' | 'different' | 'given up';

/** The same job and seed without its faults: run once more, if that was asked for. */
export type Baseline =
  | { readonly state: 'not asked for' | 'not possible' | 'awaited' | 'given up' }
  | {
      readonly state: 'measured';
      readonly makespanMs: number;
      readonly attempts: number;
    };

/** A run, or as much of it as has been heard. */
export interface RunRecord {
  readonly facts: RunFacts;
  readonly entries: readonly PageEntry[];
}

/** Whether the run is over with it: a stage may be followed by another. */
export function isEnd(entry: PageEntry, { stages }: RunFacts): boolean {
  if (entry.type === 'fail-job') return true;
  return entry.type === 'complete-job' && (entry.stage ?? 1) === (stages?.length ?? 1);
}

/** Without signs of life, which are most of a long stream and change nothing on the page. */
export function isShown(entry: StreamEntry): boolean {
  return entry.type !== 'heartbeat' && entry.type !== 'tick';
}

/** The entry as a page gets it. */
export function trimEntry(entry: StreamEntry): PageEntry {
  if (!('output' in entry)) return entry;
  const { output: _, ...rest } = entry;
  return rest;
}
