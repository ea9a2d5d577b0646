/**
 * A run as lanes and bars, read from its trace: what the figures of the lecture notes draw. A
 * lane per worker, a bar per attempt, and the moments at which the barrier opens and closes.
 */
import type { StreamEntry } from '../mapreduce/events.ts';
import { createTrace } from '../mapreduce/trace.ts';
import { type Bar, type Mark, masterLane } from '../mapreduce/trace-format.ts';

/** How a bar looks; the order is that of the legend. */
export type BarKind =
  | 'map'
  | 'reduce'
  | 'completed, then lost'
  | 'lost while running'
  | 'backup'
  | 'cancelled';

export interface LaneBar {
  /** `map 3`. */
  readonly name: string;
  readonly kind: BarKind;
  readonly worker: number;
  readonly startMs: number;
  readonly endMs: number;
}

export interface RunLanes {
  readonly workers: readonly number[];
  readonly bars: readonly LaneBar[];
  readonly losses: readonly { readonly worker: number; readonly atMs: number }[];
  readonly barrier: readonly { readonly isOpen: boolean; readonly atMs: number }[];
  readonly endMs: number;
}

/** Reads a whole stream. Heartbeats and ticks make no difference. */
export function readLanes(entries: readonly StreamEntry[]): RunLanes {
  const { traceEvents } = createTrace(entries, 'run');
  const attempts = traceEvents.filter(
    (event): event is Bar => event.ph === 'X' && event.args.attempt !== undefined,
  );
  const bars = attempts.map(readBar);
  const marks = traceEvents.filter((event): event is Mark => event.ph === 'i');
  const losses = marks
    .filter(({ name }) => name === 'worker lost')
    .map(({ tid, ts }) => ({ worker: tid, atMs: ts / 1000 }));
  const barrier = marks
    .filter(({ tid, name }) => tid === masterLane && name.startsWith('barrier'))
    .map(({ name, ts }) => ({ isOpen: name === 'barrier opens', atMs: ts / 1000 }));
  const workers = entries.flatMap((entry) =>
    entry.type === 'worker-registered' ? [entry.worker] : [],
  );
  return { workers, bars, losses, barrier, endMs: entries.at(-1)?.atMs ?? 0 };
}

function readBar({ cat, tid, ts, dur, args }: Bar): LaneBar {
  const startMs = ts / 1000;
  const kind = kindOf(cat, String(args.outcome), args.backup === true);
  const name = String(args.task);
  return { name, kind, worker: tid, startMs, endMs: startMs + dur / 1000 };
}

function kindOf(task: string, outcome: string, isBackup: boolean): BarKind {
  if (outcome === 'lost' || outcome === 'killed') return 'lost while running';
  if (outcome === 'completed, output lost later') return 'completed, then lost';
  if (outcome === 'cancelled' || outcome === 'ignored') return 'cancelled';
  if (isBackup) return 'backup';
  return task === 'map' ? 'map' : 'reduce';
}

/** `3.5 s`. */
export function printSeconds(ms: number): string {
  return `${ms / 1000} s`;
}
