/**
 * Small lineages of all shapes: first all that have up to three tasks, then larger ones by
 * chance, the same ones every time. What fails is made smaller.
 */
import type { Explored } from '../../../src/grading/check.ts';
import type { LineageTask, Location, PieceName } from '../../../src/mapreduce/lineage.ts';
import { createRandom } from '../../../src/sim/random.ts';
import { expectLeast, type Subject } from './judge.ts';
import type { Loss } from './loss.ts';

const maxTasks = 3;
const randomLosses = 400;

/** On all of them the plan is the least one, and can be executed. */
export function checkAllLosses({ planRecovery }: Subject): Explored {
  let count = 0;
  for (const loss of listLosses()) {
    count++;
    expectLeast(planRecovery, loss);
  }
  const small = (count - randomLosses).toLocaleString('en');
  return {
    explored: `${small} losses of up to ${maxTasks} tasks, ${randomLosses} larger ones by chance`,
  };
}

function* listLosses(): Generator<Loss> {
  for (let tasks = 1; tasks <= maxTasks; tasks++) yield* enumerate(tasks);
  const random = createRandom(4);
  for (let i = 0; i < randomLosses; i++) yield draw(random, 4 + (i % 3));
}

const places: readonly (Location | undefined)[] = [
  undefined,
  'stable storage',
  { worker: 1 },
  { worker: 2 },
];

/**
 * Every shape in which a task reads some of what earlier ones and nobody made, every place of
 * every piece; each piece wanted, and all. Worker 1 is lost. Half of the shapes are listed
 * backwards, and half of those named backwards.
 */
function* enumerate(count: number): Generator<Loss> {
  const letters = Array.from({ length: count }, (_, i) => String.fromCharCode(65 + i));
  // Stable storage and a worker that is there are the same to a plan: two tasks show it.
  const kinds = count < 3 ? 4 : 3;
  const shapes = 2 ** ((count * (count + 1)) / 2);
  for (let shape = 0; shape < shapes; shape++) {
    let bits = shape;
    const names = shape & 2 ? letters.toReversed() : letters;
    const pieces = names.map((name) => name.toLowerCase());
    const tasks = names.map((name, i): LineageTask => {
      const known = ['in', ...pieces.slice(0, i)];
      const reads = known.filter((_, j) => bits & (1 << j));
      bits >>= known.length;
      return { name, reads, writes: [pieces[i] as PieceName] };
    });
    if (shape % 2) tasks.reverse();
    for (let place = 0; place < kinds ** count; place++) {
      const locations = new Map<PieceName, Location>([['in', 'stable storage']]);
      for (const [i, piece] of pieces.entries()) {
        const location = places[Math.floor(place / kinds ** i) % kinds];
        if (location) locations.set(piece, location);
      }
      const lineage = { tasks, locations };
      for (const piece of pieces) yield { lineage, lostWorkers: [1], wanted: [piece] };
      yield { lineage, lostWorkers: [1], wanted: pieces };
    }
  }
}

/** Tasks that read and write several pieces, inputs that may be lost, several workers lost. */
function draw(random: () => number, count: number): Loss {
  const some = <Item>(items: readonly Item[], share: number) =>
    items.filter(() => random() < share);
  const known: PieceName[] = ['in', 'on'];
  const locations = new Map<PieceName, Location>([
    ['in', 'stable storage'],
    ['on', random() < 0.7 ? 'stable storage' : { worker: 1 }],
  ]);
  const letters = shuffle(random, [...'ABCDEF'].slice(0, count));
  const tasks = letters.map((name): LineageTask => {
    const reads = some(known, 0.4);
    const writes = ['', '2'].slice(0, random() < 0.4 ? 2 : 1);
    const pieces = writes.map((suffix) => name.toLowerCase() + suffix);
    for (const piece of pieces) {
      const location = places[Math.floor(random() * 4)];
      if (location) locations.set(piece, location);
    }
    known.push(...pieces);
    return { name, reads, writes: pieces };
  });
  const lineage = { tasks: shuffle(random, tasks), locations };
  const wanted = some(known.slice(2), 0.4);
  return { lineage, lostWorkers: some([1, 2, 3], 0.6), wanted };
}

function shuffle<Item>(random: () => number, items: readonly Item[]): Item[] {
  const ranked = items.map((item) => ({ item, rank: random() }));
  return ranked.sort((a, b) => a.rank - b.rank).map(({ item }) => item);
}
