/**
 * A run as a picture of plain characters: a line per worker, a bar per attempt, and the barrier
 * across all of them. Kinds of bars differ in what they are filled with.
 */
import { type BarKind, type LaneBar, printSeconds, type RunLanes } from './run-lanes.ts';

const fills: Record<BarKind, string> = {
  map: '═',
  reduce: '─',
  'completed, then lost': '░',
  'lost while running': '╳',
  backup: '+',
  cancelled: '·',
};

/** Lines without colour, none longer than `width`. */
export function drawLanesText(run: RunLanes, width = 80): string[] {
  const names = run.workers.map((worker) => `worker ${worker}`);
  const margin = Math.max(...names.map(({ length }) => length)) + 2;
  const columns = width - margin - 1;
  const x = (atMs: number) => Math.round((columns * atMs) / Math.max(run.endMs, 1));
  const lanes = run.workers.map((worker, row) => {
    const lane = drawLane(run, worker, x, columns);
    return `${(names[row] as string).padEnd(margin)}${lane}`.trimEnd();
  });
  const blank = ' '.repeat(margin);
  const barrier = `${blank}${drawBarrier(run, x, columns)}`.trimEnd();
  const axis = `${blank}${drawAxis(run.endMs, x, columns)}`.trimEnd();
  const legend = drawLegend(run, columns).map((line) => `${blank}${line}`);
  return [...(barrier === '' ? [] : [barrier]), ...lanes, axis, ...legend];
}

type Place = (atMs: number) => number;

function drawLane(run: RunLanes, worker: number, x: Place, columns: number): string {
  const cells = new Array<string>(columns + 1).fill(' ');
  const write = (column: number, text: string) => {
    for (const [i, character] of [...text].entries()) cells[column + i] = character;
  };
  const last = run.barrier.findLast(({ isOpen }) => isOpen);
  for (const mark of run.barrier.filter(({ isOpen }) => isOpen))
    write(x(mark.atMs), mark === last ? '│' : '┊');
  for (const bar of run.bars.filter((one) => one.worker === worker))
    write(x(bar.startMs), drawBar(bar, x(bar.endMs) - x(bar.startMs)));
  const loss = run.losses.find((one) => one.worker === worker);
  if (loss) {
    const column = Math.min(x(loss.atMs), columns - 5);
    cells.fill(' ', column + 1);
    write(column, '✗ lost');
  }
  return cells.slice(0, columns + 1).join('');
}

/** Where it opened, and where it was open before a completed map was lost. */
function drawBarrier({ barrier }: RunLanes, x: Place, columns: number): string {
  const cells = new Array<string>(columns + 1).fill(' ');
  const opened = barrier.filter(({ isOpen }) => isOpen);
  for (const [i, { atMs }] of opened.entries()) {
    const isLast = i === opened.length - 1;
    const mark = isLast ? `barrier ${printSeconds(atMs)} ▼` : 'was open ▽';
    const column = x(atMs);
    const from = Math.max(column - mark.length + 1, 0);
    for (const [k, character] of [...mark].entries()) cells[from + k] = character;
  }
  return cells.join('');
}

/** Its name where there is room; between two bars there is always a gap. */
function drawBar({ name, kind }: LaneBar, width: number): string {
  const [task = '', index] = name.split(' ');
  const text = `${task.charAt(0).toUpperCase()}${index}`;
  const inner = Math.max(width - 1, 1);
  return (inner > text.length ? text : '').padEnd(inner, fills[kind]);
}

function drawAxis(endMs: number, x: Place, columns: number): string {
  const cells = new Array<string>(columns + 1).fill(' ');
  const stepMs = chooseStep(endMs, columns);
  for (let atMs = 0; atMs <= endMs; atMs += stepMs) {
    const text = atMs === 0 ? '0' : printSeconds(atMs);
    const column = Math.min(x(atMs), columns + 1 - text.length);
    for (const [i, character] of [...text].entries()) cells[column + i] = character;
  }
  return cells.join('');
}

/** Of 1, 2, 5, 10, … ms the smallest that leaves each text a dozen columns. */
function chooseStep(endMs: number, columns: number): number {
  const leastMs = (endMs * 12) / columns;
  const power = 10 ** Math.floor(Math.log10(Math.max(leastMs, 1)));
  return ([1, 2, 5, 10].find((n) => n * power >= leastMs) as number) * power;
}

/** What is in the picture, and no more. */
function drawLegend({ bars }: RunLanes, columns: number): string[] {
  const kinds = (Object.keys(fills) as BarKind[]).filter((kind) =>
    bars.some((bar) => bar.kind === kind),
  );
  const texts = kinds.map((kind) => `${fills[kind].repeat(3)} ${kind}`);
  const lines = [''];
  for (const text of texts) {
    const line = lines.at(-1) as string;
    if (line !== '' && line.length + text.length + 3 > columns) lines.push(text);
    else lines[lines.length - 1] = line === '' ? text : `${line}   ${text}`;
  }
  return lines;
}
