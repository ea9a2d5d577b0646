/**
 * A loss: a lineage, the workers that are lost and what is wanted. What a plan for it costs,
 * found by trying every set of tasks, and how it looks on paper.
 */
import type {
  Lineage,
  LineageTask,
  Location,
  PieceName,
  TaskName,
} from '../../../src/mapreduce/lineage.ts';

export interface Loss {
  readonly lineage: Lineage;
  readonly lostWorkers: readonly number[];
  readonly wanted: readonly PieceName[];
}

/** `lost`: it was made, and its worker is lost. */
export type Whereabouts = 'stable' | 'on a worker' | 'lost' | 'not made';

export function locate({ lineage, lostWorkers }: Loss, piece: PieceName): Whereabouts {
  const location = lineage.locations.get(piece);
  if (location === undefined) return 'not made';
  if (location === 'stable storage') return 'stable';
  return lostWorkers.includes(location.worker) ? 'lost' : 'on a worker';
}

export function isThere(loss: Loss, piece: PieceName): boolean {
  return ['stable', 'on a worker'].includes(locate(loss, piece));
}

/** All pieces that exist before anything is executed. */
export function listExisting(loss: Loss): Set<PieceName> {
  const pieces = [...loss.lineage.locations.keys()];
  return new Set(pieces.filter((piece) => isThere(loss, piece)));
}

/** Inputs of the job that are needed and lost. */
export function listLostInputs(loss: Loss): PieceName[] {
  const makerOf = (piece: PieceName) =>
    loss.lineage.tasks.find(({ writes }) => writes.includes(piece));
  const missing = new Set<PieceName>();
  const need = (piece: PieceName) => {
    if (isThere(loss, piece) || missing.has(piece)) return;
    missing.add(piece);
    makerOf(piece)?.reads.forEach(need);
  };
  loss.wanted.forEach(need);
  return [...missing].filter((piece) => !makerOf(piece));
}

/**
 * The smallest set of tasks that can be executed in some order and makes all that is wanted,
 * by trying all sets; undefined: there is none. For small lineages only.
 */
export function findLeast(loss: Loss): ReadonlySet<TaskName> | undefined {
  const { tasks } = loss.lineage;
  const existing = listExisting(loss);
  for (let size = 0; size <= tasks.length; size++) {
    for (let bits = 0; bits < 1 << tasks.length; bits++) {
      if (countBits(bits) !== size) continue;
      const chosen = tasks.filter((_, i) => bits & (1 << i));
      if (!suffices(loss.wanted, existing, chosen)) continue;
      return new Set(chosen.map(({ name }) => name));
    }
  }
  return undefined;
}

function countBits(bits: number): number {
  let count = 0;
  for (let rest = bits; rest; rest &= rest - 1) count++;
  return count;
}

/** Executes whatever can be executed until nothing changes. */
function suffices(
  wanted: readonly PieceName[],
  existing: ReadonlySet<PieceName>,
  chosen: readonly LineageTask[],
): boolean {
  const there = new Set(existing);
  const waiting = new Set(chosen);
  for (let count = -1; count !== waiting.size; ) {
    count = waiting.size;
    for (const task of waiting) {
      if (!task.reads.every((piece) => there.has(piece))) continue;
      for (const piece of task.writes) there.add(piece);
      waiting.delete(task);
    }
  }
  return waiting.size === 0 && wanted.every((piece) => there.has(piece));
}

/** The question, and below it a line per task: what it reads, and what it makes. */
export function draw(loss: Loss): string {
  const { lineage, lostWorkers, wanted } = loss;
  const written = new Set(lineage.tasks.flatMap(({ writes }) => writes));
  const labelOf = (piece: PieceName) => {
    const where = locate(loss, piece);
    return where === 'on a worker' ? labelWorker(lineage, piece) : where;
  };
  const label = (pieces: readonly PieceName[]) => {
    const labels = new Set(pieces.map(labelOf));
    if (labels.size === 1) return `${pieces.join(', ')} (${[...labels].join()})`;
    return pieces.map((piece) => `${piece} (${labelOf(piece)})`).join(', ');
  };
  const rows = sortByNeed(lineage.tasks).map(({ name, reads, writes }) => {
    // Inputs of the job are on stable storage unless it says otherwise.
    const from = reads.map((piece) =>
      written.has(piece) || labelOf(piece) === 'stable' ? piece : label([piece]),
    );
    return [from.join(', ') || 'nothing', name, label(writes)] as const;
  });
  const width = (column: 0 | 1) => Math.max(...rows.map((row) => row[column].length));
  const workers = lostWorkers.length === 1 ? 'worker' : 'workers';
  const lost = lostWorkers.length ? `${workers} ${lostWorkers.join(', ')}` : 'no worker';
  return [
    `asked for ${wanted.join(', ') || 'nothing'}; lost: ${lost}`,
    ...rows.map(
      ([from, name, to]) =>
        `  ${from.padEnd(width(0))} ─▶ ${name.padEnd(width(1))} ─▶ ${to}`,
    ),
  ].join('\n');
}

function labelWorker({ locations }: Lineage, piece: PieceName): string {
  const location = locations.get(piece) as Exclude<Location, string>;
  return `worker ${location.worker}`;
}

/** Readers after writers, as one reads a drawing. */
export function sortByNeed(tasks: readonly LineageTask[]): LineageTask[] {
  const sorted: LineageTask[] = [];
  let waiting = [...tasks];
  while (waiting.length > 0) {
    const unwritten = new Set(waiting.flatMap(({ writes }) => writes));
    const ready = waiting.filter(({ reads }) => !reads.some((p) => unwritten.has(p)));
    sorted.push(...ready);
    waiting = waiting.filter((task) => !ready.includes(task));
  }
  return sorted;
}
