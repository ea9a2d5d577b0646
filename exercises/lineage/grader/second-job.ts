/**
 * Checks of planSecondJob: a map output is reused exactly if everything that it depends on is
 * the same, and it still exists.
 */
import { CheckFailure } from '../../../src/grading/check.ts';
import type {
  Location,
  MapOutput,
  MapPlan,
  MapRecipe,
} from '../../../src/mapreduce/lineage.ts';
import type { Subject } from './judge.ts';

const recipe: MapRecipe = {
  mapFunction: 'words@1',
  input: 'book.txt',
  inputVersion: '2024-02-15',
  partitioner: 'fnv-1a',
  reduceTasks: 4,
};

const split = (input: string): MapRecipe => ({ ...recipe, input });

function createOutput(
  name: string,
  made: MapRecipe,
  location: Location = { worker: 1 },
): MapOutput {
  return { name, recipe: made, location };
}

const previous = [
  createOutput('job-1/map-0', split('a.txt')),
  createOutput('job-1/map-1', split('b.txt'), { worker: 2 }),
  createOutput('job-1/map-2', split('c.txt'), 'stable storage'),
];

/** What exists is found wherever it stands in the list; a copy that is left will do. */
export function checkReuse({ planSecondJob }: Subject): void {
  expectPlans(planSecondJob, 'a second job of the same three splits', {
    previous,
    maps: ['a.txt', 'b.txt', 'c.txt'].map(split),
    expected: ['job-1/map-0', 'job-1/map-1', 'job-1/map-2'],
    mistake: 'nothing has changed: nothing has to be executed',
  });
  expectPlans(planSecondJob, 'a second job with other splits before and between', {
    previous,
    maps: ['new.txt', 'c.txt', 'newer.txt', 'a.txt'].map(split),
    expected: [undefined, 'job-1/map-2', undefined, 'job-1/map-0'],
    mistake: 'the number of a map task says nothing: compare what it is made from',
  });
  const copies = [
    createOutput('lost', recipe),
    createOutput('backup', recipe, { worker: 2 }),
  ];
  expectPlans(planSecondJob, 'an output that was made twice, worker 1 lost', {
    previous: copies,
    maps: [recipe],
    lostWorkers: [1],
    expected: ['backup'],
    mistake: 'look for an output among those that exist',
  });
}

const changes: Record<string, Partial<MapRecipe>> = {
  'another map function': { mapFunction: 'words@2' },
  'another split': { input: 'other.txt' },
  'a new version of the split': { inputVersion: '2024-02-16' },
  'another partitioner': { partitioner: 'first letter' },
  'another number of reduce tasks': { reduceTasks: 5 },
};

export function checkChanges({ planSecondJob }: Subject): void {
  for (const [about, change] of Object.entries(changes)) {
    expectPlans(planSecondJob, `a second job with ${about}`, {
      previous: [createOutput('job-1/map-0', recipe)],
      maps: [{ ...recipe, ...change }],
      expected: [undefined],
      mistake: `reused in spite of ${about}`,
    });
  }
  expectPlans(planSecondJob, 'the same job again, workers 1 and 2 lost', {
    previous,
    maps: ['a.txt', 'b.txt', 'c.txt'].map(split),
    lostWorkers: [1, 2],
    expected: [undefined, undefined, 'job-1/map-2'],
    mistake:
      'what was on the disk of a lost worker is lost; what is on stable storage is not',
  });
  checkNames(planSecondJob);
}

/** Names may hold anything, also what somebody puts between them to make one of all. */
function checkNames(planSecondJob: Subject['planSecondJob']): void {
  const fields = ['mapFunction', 'input', 'inputVersion', 'partitioner'] as const;
  for (const between of ['', ...' -_/|:;,.@#\n\t']) {
    for (const first of fields) {
      for (const second of fields) {
        if (first === second) continue;
        const made = { ...recipe, [first]: `a${between}b`, [second]: 'c' };
        const map = { ...recipe, [first]: 'a', [second]: `b${between}c` };
        expectPlans(planSecondJob, `two recipes that look alike when written in a row`, {
          previous: [createOutput('job-1/map-0', made)],
          maps: [map],
          expected: [undefined],
          mistake: `compare field by field: ${JSON.stringify(made[first])} and "c" in a row read like "a" and ${JSON.stringify(map[second])}`,
        });
      }
    }
  }
}

interface Expectation {
  readonly previous: readonly MapOutput[];
  readonly maps: readonly MapRecipe[];
  readonly lostWorkers?: readonly number[];
  /** Names of the outputs to reuse; undefined: the map task has to run. */
  readonly expected: readonly (string | undefined)[];
  readonly mistake: string;
}

function expectPlans(
  planSecondJob: Subject['planSecondJob'],
  about: string,
  { previous, maps, lostWorkers = [], expected, mistake }: Expectation,
): void {
  const plans = planSecondJob([...previous], [...maps], new Set(lostWorkers));
  const plan = expected.map((output) =>
    output === undefined ? 'run' : `reuse ${output}`,
  );
  const saw = Array.isArray(plans) ? plans.map(show) : [`${JSON.stringify(plans)}`];
  if (saw.join() === plan.join() && saw.length === plan.length) return;
  throw new CheckFailure({
    did: `planned ${about}`,
    saw: saw.length === 0 ? 'an empty list' : saw.join(', '),
    expected: plan.join(', '),
    mistake: reusesOtherSplit(plans, previous, maps) ?? mistake,
  });
}

function reusesOtherSplit(
  plans: readonly MapPlan[],
  previous: readonly MapOutput[],
  maps: readonly MapRecipe[],
): string | undefined {
  const isOther = (map: MapRecipe, i: number) => {
    const plan = plans?.[i];
    const output = previous.find(
      ({ name }) => plan?.type === 'reuse' && name === plan.output,
    );
    return output !== undefined && output.recipe.input !== map.input;
  };
  return maps.some(isOther) && maps.length > 1
    ? 'reused in spite of another split: the output is made from something else'
    : undefined;
}

function show(plan: MapPlan | undefined): string {
  if (plan?.type === 'reuse') return `reuse ${plan.output}`;
  return plan?.type === 'run' ? 'run' : `${JSON.stringify(plan)}`;
}
