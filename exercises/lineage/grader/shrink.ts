/**
 * Makes a loss smaller: the fewest tasks, wishes, lost workers and reads that still show what
 * is wrong.
 */
import type { PieceName } from '../../../src/mapreduce/lineage.ts';
import type { Loss } from './loss.ts';

/** Leaves out whatever can be left out while `fails` holds, tasks first. */
export function shrink(loss: Loss, fails: (loss: Loss) => boolean): Loss {
  for (const smaller of listSmaller(loss)) {
    if (fails(smaller)) return shrink(smaller, fails);
  }
  return loss;
}

function* listSmaller({ lineage, lostWorkers, wanted }: Loss): Generator<Loss> {
  const { tasks } = lineage;
  const without = <Item>(items: readonly Item[], i: number) => items.toSpliced(i, 1);
  for (const [i, { writes }] of tasks.entries()) {
    const isLeft = (piece: PieceName) => !writes.includes(piece);
    const rest = without(tasks, i);
    const cut = rest.map((task) => ({ ...task, reads: task.reads.filter(isLeft) }));
    const left = wanted.filter(isLeft);
    if (rest.length === 0 || left.length === 0) continue;
    // What it made may be an input of the job instead; else nobody reads it any more.
    for (const tasks of [rest, cut])
      yield { lineage: { ...lineage, tasks }, lostWorkers, wanted: left };
  }
  for (const i of wanted.keys()) {
    if (wanted.length > 1) yield { lineage, lostWorkers, wanted: without(wanted, i) };
  }
  for (const i of lostWorkers.keys())
    yield { lineage, lostWorkers: without(lostWorkers, i), wanted };
  for (const [i, task] of tasks.entries()) {
    for (const j of task.reads.keys()) {
      if (task.reads.length === 1) continue;
      const kept = tasks.with(i, { ...task, reads: without(task.reads, j) });
      yield { lineage: { ...lineage, tasks: kept }, lostWorkers, wanted };
    }
  }
}
