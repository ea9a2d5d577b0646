/**
 * The recorded runs behind the notes' figures of MapReduce: the real scheduler and a simulated
 * cluster of three workers. Map tasks take two seconds, reduce tasks three.
 */
import { backUpStragglers } from '../mapreduce/backup-policy.ts';
import type { StreamEntry, TaskRef } from '../mapreduce/events.ts';
import { type ClusterPlan, mapOutputFor, runCluster } from '../sim/cluster.ts';

const mapMs = 2000;
const reduceMs = 3000;

/** Map task 3 is a little longer: a barrier that nobody waits at shows nothing. */
function takesMs({ kind, index }: TaskRef): number {
  if (kind === 'reduce') return reduceMs;
  return index === 3 ? 1.5 * mapMs : mapMs;
}

/** Worker 1 needs five times as long for whatever it does. */
function isSlow(task: TaskRef, worker: number): number {
  return worker === 1 ? 5 * takesMs(task) : takesMs(task);
}

export const maps = 5;
export const reduces = 3;
const calm: ClusterPlan = { maps, reduces, workers: 3, takesMs };
const duringMaps = [{ worker: 2, atMs: 3000 }];
const duringReduces = [{ worker: 2, atMs: 6500 }];

export const clusterPlans = {
  barrier: calm,
  're-execution': { ...calm, kills: duringMaps },
  'late-loss': { ...calm, kills: duringReduces },
  'stable-storage': { ...calm, kills: duringReduces, outputSurvives: true },
  straggler: { ...calm, takesMs: isSlow },
  backup: { ...calm, takesMs: isSlow, chooseBackup: backUpStragglers },
  reuse: {
    ...calm,
    completed: Array.from({ length: maps - 1 }, (_, index) => ({
      ...{ task: { kind: 'map', index } as const, attempt: index },
      output: mapOutputFor(reduces),
    })),
  },
} satisfies Record<string, ClusterPlan>;

/** Numbers that the notes may quote, in seconds and in attempts. */
export function countCosts(entries: readonly StreamEntry[]): Record<string, number> {
  const starts = entries.filter(({ type }) => type === 'start-attempt').length;
  const requeued = entries.flatMap((entry) =>
    entry.type === 'worker-lost' ? entry.requeued : [],
  );
  const again = requeued.filter(({ was }) => was === 'completed').length;
  const opened = entries.findLast(
    (entry) => entry.type === 'phase-completed' && entry.phase === 'map',
  );
  return {
    endS: (entries.at(-1)?.atMs ?? 0) / 1000,
    barrierS: (opened?.atMs ?? 0) / 1000,
    attempts: starts,
    requeued: requeued.length,
    completedAgain: again,
  };
}

/** The stream of one of the plans. */
export function recordCluster(name: keyof typeof clusterPlans): StreamEntry[] {
  return runCluster(clusterPlans[name]);
}
