/**
 * A run as a Mermaid Gantt chart, which GitHub draws: a section per worker, a bar per attempt,
 * a milestone for the barrier. What was done is grey, what was lost is red, and says so.
 */
import { type LaneBar, printSeconds, type RunLanes } from './run-lanes.ts';

/** A `gantt`; its axis shows seconds. */
export function drawLanesMermaid({ workers, bars, barrier }: RunLanes): string {
  const lanes = workers.flatMap((worker) => [
    `section worker ${worker}`,
    ...bars.filter((bar) => bar.worker === worker).map(drawBar),
  ]);
  const marks = barrier.map(
    ({ isOpen, atMs }) =>
      `barrier ${isOpen ? 'opens' : 'closes'} at ${printSeconds(atMs)} :milestone, ${atMs}, 0ms`,
  );
  return [
    'gantt',
    ...['dateFormat x', 'axisFormat %S s', ...lanes, 'section master', ...marks].map(
      (line) => `  ${line}`,
    ),
  ].join('\n');
}

function drawBar({ name, kind, startMs, endMs }: LaneBar): string {
  const isPlain = kind === 'map' || kind === 'reduce';
  const tags = {
    map: 'done, ',
    reduce: '',
    'completed, then lost': 'crit, done, ',
    'lost while running': 'crit, ',
    backup: 'active, ',
    cancelled: 'crit, ',
  };
  const title = isPlain ? name : `${name} (${kind.replace(',', '')})`;
  return `${title} :${tags[kind]}${startMs}, ${endMs - startMs}ms`;
}
