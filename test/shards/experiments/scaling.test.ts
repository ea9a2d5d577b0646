/** Experiment 1: its sentences follow from the data, whatever these are. */
import { expect, test } from 'vitest';
import { type Scaling, scaling } from '../../../src/shards/experiments/scaling.ts';
import { workerNames } from '../../../src/shards/experiments/work-pools.ts';

const counts = [1, 2, 4, 8, 16];
const summary = (value: number) => ({ median: value, low: value, high: value });

/** State machines do as many a second as `rateOf` says; the peers always do 1000. */
function makeData(
  rateOf: (processes: number) => number,
  {
    residentMiB = 45,
    absent = [],
  }: { residentMiB?: number; absent?: Scaling['absent'] } = {},
): Scaling {
  return {
    cores: 4,
    throughputs: workerNames
      .filter((worker) => !absent.includes(worker))
      .flatMap((worker) =>
        (['heavy', 'light'] as const).flatMap((work) =>
          counts.map((processes) => ({
            worker,
            work,
            processes,
            perSecond: summary(worker === 'state machines' ? rateOf(processes) : 1000),
            busyCores: summary(processes),
          })),
        ),
      ),
    memory: { residentMiB: summary(residentMiB), ownMiB: summary(7) },
    absent,
  };
}

const sentencesOf = (data: Scaling) =>
  scaling.conclude(data).map(({ sentence }) => sentence);

test('throughput that grows with the processes confirms what was expected', () => {
  const [linear, limit] = scaling.conclude(makeData((n) => 500 * Math.min(n, 4)));
  expect(linear).toMatchObject({ verdict: 'confirmed' });
  expect(linear?.sentence).toContain('2.0 times with 2, 4.0 times with 4 processes');
  expect(limit?.sentence).toContain('stops helping at 4: with 8 there is only 0 % more');
});

test('throughput that grows too slowly refutes it', () => {
  const [linear, limit] = scaling.conclude(makeData((n) => 500 * n ** 0.5));
  expect(linear).toMatchObject({ verdict: 'refuted' });
  expect(linear?.sentence).toContain('1.4 times with 2, 2.0 times with 4');
  expect(limit?.sentence).toBe('Up to 16 processes each step still helps.');
});

test('more processes may do less', () => {
  const rates: Record<number, number> = { 1: 100, 2: 200, 4: 150, 8: 150, 16: 150 };
  const [, limit, light] = sentencesOf(makeData((n) => rates[n] as number));
  expect(limit).toContain('stops helping at 2: with 4 there is 25 % less');
  expect(light).toContain('200 a second at best, with 2 of 1 to 16 processes');
});

test('work that takes nothing may be done best by one process', () => {
  const [, , light] = sentencesOf(makeData((n) => 1000 / n));
  expect(light).toContain(
    '1,000 a second at best, with one process: more of them, up to 16,',
  );
});

test('one core alone confirms and refutes nothing', () => {
  const [linear] = scaling.conclude({ ...makeData((n) => n), cores: 1 });
  expect(linear).toMatchObject({ verdict: 'shown' });
});

test('the best pool of threads is what ours is compared with', () => {
  expect(sentencesOf(makeData(() => 800))).toContain(
    'Work that takes a processor, without state, 4 processes: our calls reach 100 % of ' +
      'the best pool of threads (piscina, 1,000 a second); messages to state machines 80 %.',
  );
});

test('memory is judged by what was measured', () => {
  const verdictOf = (residentMiB: number) =>
    scaling.conclude(makeData((n) => n, { residentMiB })).at(-1)?.verdict;
  expect([30, 45, 60].map(verdictOf)).toEqual(['refuted', 'confirmed', 'refuted']);
});

test('a package that is not installed is shown as that', () => {
  const data = makeData((n) => n, { absent: ['piscina', 'tinypool'] });
  const [table] = scaling.tables(data);
  expect(table?.rows.map(([name]) => name)).toEqual([
    'state machines',
    'calls',
    'piscina (not installed)',
    'tinypool (not installed)',
  ]);
  expect(sentencesOf(data).join()).not.toContain('best pool of threads');
});
