/**
 * The parts of Chrome's trace-event format that a run needs: bars, marks, one counter, and the
 * names of the lanes. Types, and nothing about MapReduce but the lanes.
 *
 * Source: "Trace Event Format", the document of Chrome's tracing.
 */

export interface TraceDocument {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: 'ms';
  readonly otherData: { readonly job: string };
}

export type TraceEvent = LaneName | Bar | Mark | Count;

type Args = Readonly<Record<string, string | number | boolean>>;

/** A complete event: it says when it began and how long it took, in microseconds. */
export interface Bar {
  readonly ph: 'X';
  readonly name: string;
  readonly cat: string;
  readonly ts: number;
  readonly dur: number;
  readonly pid: number;
  readonly tid: number;
  readonly args: Args;
}

/** An instant: a mark on its own lane, or a line through all lanes of the process. */
export interface Mark {
  readonly ph: 'i';
  readonly name: string;
  readonly s: 't' | 'p';
  readonly ts: number;
  readonly pid: number;
  readonly tid: number;
  readonly args: Args;
}

/** The values of a counter from `ts` on, one curve for each. */
export interface Count {
  readonly ph: 'C';
  readonly name: string;
  readonly ts: number;
  readonly pid: number;
  readonly args: Readonly<Record<string, number>>;
}

/** Metadata: what a process or a lane is called, and where it stands. */
export interface LaneName {
  readonly ph: 'M';
  readonly name: 'process_name' | 'thread_name' | 'thread_sort_index';
  readonly pid: number;
  readonly tid: number;
  readonly args: { readonly name: string } | { readonly sort_index: number };
}

/** The run is one process in the viewer; above every worker's number, so never a worker's. */
export const runProcess = 1_000_000;
/** A viewer takes the thread with its process's number for the main one. */
export const masterLane = runProcess;

/** Whole microseconds: rounding each moment once keeps bars that touch from overlapping. */
export function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000);
}

/** The run's name above all lanes, and the master's lane below it. */
export function nameRun(name: string): LaneName[] {
  const place = { ph: 'M', pid: runProcess, tid: masterLane } as const;
  return [
    { ...place, name: 'process_name', args: { name } },
    { ...place, name: 'thread_name', args: { name: 'master' } },
    { ...place, name: 'thread_sort_index', args: { sort_index: 0 } },
  ];
}

/** A worker's lane: it stands where its number says. */
export function nameLane(worker: number, name: string): LaneName[] {
  const place = { ph: 'M', pid: runProcess, tid: worker } as const;
  return [
    { ...place, name: 'thread_name', args: { name } },
    { ...place, name: 'thread_sort_index', args: { sort_index: worker } },
  ];
}
