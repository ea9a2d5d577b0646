/**
 * The losses of the slides: a job of three maps and two reduces, and shapes that need thought.
 */
import { CheckFailure } from '../../../src/grading/check.ts';
import type {
  Lineage,
  LineageTask,
  Location,
  PieceName,
} from '../../../src/mapreduce/lineage.ts';
import { expectLeast, type Subject } from './judge.ts';

type Places = Record<PieceName, 'stable' | number>;

/** Tasks as `reads > name > writes`, separated by blanks; places as numbers of workers. */
export function createLineage(tasks: readonly string[], places: Places): Lineage {
  const locations = Object.entries(places).map(([piece, place]): [string, Location] => [
    piece,
    place === 'stable' ? 'stable storage' : { worker: place },
  ]);
  return { tasks: tasks.map(readTask), locations: new Map(locations) };
}

function readTask(text: string): LineageTask {
  const [reads = '', name = '', writes = ''] = text.split(' > ');
  return { name, reads: reads.split(' '), writes: writes.split(' ') };
}

const mapTasks = [
  'split-0 > map 0 > mr-0-0 mr-0-1',
  // It emitted no key of reduce task 0.
  'split-1 > map 1 > mr-1-1',
  'split-2 > map 2 > mr-2-0 mr-2-1',
];
const reduceTasks = [
  'mr-0-0 mr-2-0 > reduce 0 > mr-out-0',
  'mr-0-1 mr-1-1 mr-2-1 > reduce 1 > mr-out-1',
];
const splits: Places = { 'split-0': 'stable', 'split-1': 'stable', 'split-2': 'stable' };
/** Map task i was executed by worker i + 1, and its output is on that worker's disk. */
const mapsDone: Places = {
  ...splits,
  ...{ 'mr-0-0': 1, 'mr-0-1': 1, 'mr-1-1': 2, 'mr-2-0': 3, 'mr-2-1': 3 },
};
const allTasks = [...mapTasks, ...reduceTasks];

export function checkLostPiece({ planRecovery }: Subject): void {
  const lineage = createLineage(['split-0 > map 0 > mr-0-0'], {
    'split-0': 'stable',
    'mr-0-0': 1,
  });
  // Not judged, so that an error of the student's own is shown with its line.
  planRecovery(lineage, new Set([1]), ['mr-0-0']);
  expectLeast(planRecovery, { lineage, lostWorkers: [1], wanted: ['mr-0-0'] });
}

/** All has to be made again, one after the other. */
export function checkLostInputs({ planRecovery }: Subject): void {
  const chain = [
    'split-0 > map 0 > mr-0-0',
    'mr-0-0 > reduce 0 > mr-out-0',
    'mr-out-0 > sort 0 > sorted-0',
  ];
  const places: Places = { 'split-0': 'stable', 'mr-0-0': 1, 'mr-out-0': 2 };
  const lineage = createLineage(chain, places);
  for (const wanted of ['mr-out-0', 'sorted-0']) {
    const tasks = lineage.tasks.slice(0, wanted === 'sorted-0' ? 3 : 2);
    const part = { ...lineage, tasks };
    expectLeast(planRecovery, { lineage: part, lostWorkers: [1, 2], wanted: [wanted] });
  }
}

export function checkNothingMore({ planRecovery }: Subject): void {
  const lineage = createLineage(allTasks, mapsDone);
  for (const lostWorkers of [[], [2], [1]]) {
    for (const wanted of [['mr-out-0'], ['mr-out-1'], ['mr-0-1'], []]) {
      expectLeast(planRecovery, { lineage, lostWorkers, wanted });
    }
  }
  const later = createLineage(allTasks, { ...splits, 'mr-2-0': 1, 'mr-0-1': 2 });
  for (const lostWorkers of [[1], [2]]) {
    for (const wanted of [['mr-out-0'], ['mr-out-1']])
      expectLeast(planRecovery, { lineage: later, lostWorkers, wanted });
  }
}

export function checkStableStorage({ planRecovery }: Subject): void {
  const wanted = ['mr-out-0', 'mr-out-1'];
  const outputStable = createLineage(allTasks, { ...mapsDone, 'mr-out-0': 'stable' });
  expectLeast(planRecovery, { lineage: outputStable, lostWorkers: [1], wanted });
  const allStable = Object.keys(mapsDone).map((piece) => [piece, 'stable']);
  const mapsStable = createLineage(allTasks, Object.fromEntries(allStable));
  expectLeast(planRecovery, { lineage: mapsStable, lostWorkers: [1, 2, 3], wanted });
}

export function checkDiamond({ planRecovery }: Subject): void {
  const places: Places = { in: 'stable', a: 1, b: 1, c: 1 };
  const diamond = ['in > A > a', 'a > B > b', 'a > C > c', 'b c > D > d'];
  const lineage = createLineage(diamond, places);
  expectLeast(planRecovery, { lineage, lostWorkers: [1], wanted: ['d'] });
  expectLeast(planRecovery, { lineage, lostWorkers: [1], wanted: ['d', 'c', 'a'] });
  expectLadder(planRecovery);
}

const diamonds = 20;
/** How often a plan may look at what a task reads; more than enough to do so naively. */
const maxLooks = 300_000;

/** Diamonds one upon the other: 2^20 ways from the top to the bottom, but 60 tasks. */
function expectLadder(planRecovery: Subject['planRecovery']): void {
  const did = `asked for the end of ${diamonds} diamonds, one upon the other, all of them lost`;
  const mistake = 'it walks each way through the lineage: look at each task once';
  let looks = 0;
  const tasks = createLineage(
    Array.from({ length: diamonds }, (_, i) => [
      `a${i} > left ${i} > l${i}`,
      `a${i} > right ${i} > r${i}`,
      `l${i} r${i} > join ${i} > a${i + 1}`,
    ]).flat(),
    {},
  ).tasks.map(({ name, reads, writes }) => ({
    name,
    writes,
    get reads() {
      if (++looks <= maxLooks) return reads;
      const saw = `no plan after ${maxLooks} looks at what a task reads`;
      throw new CheckFailure({ did, saw, expected: 'a plan', mistake });
    },
  }));
  const locations = new Map<string, Location>([['a0', 'stable storage']]);
  const plan = planRecovery({ tasks, locations }, new Set([1]), [`a${diamonds}`]);
  const count = new Set(plan).size;
  if (count === tasks.length && plan.length === count) return;
  const saw = `a plan of ${plan.length} tasks, ${count} of them different`;
  throw new CheckFailure({ did, saw, expected: `all ${tasks.length} tasks, once` });
}

export function checkUnrecoverable({ planRecovery }: Subject): void {
  const lineage = createLineage(allTasks, { ...mapsDone, 'split-0': 1, 'split-1': 1 });
  const losses = [
    { lostWorkers: [1, 2], wanted: ['mr-out-1'] },
    { lostWorkers: [1], wanted: ['split-0'] },
    // What nobody needs may be lost.
    { lostWorkers: [1], wanted: ['mr-1-1', 'mr-2-0'] },
  ];
  for (const loss of losses) expectLeast(planRecovery, { lineage, ...loss });
}
