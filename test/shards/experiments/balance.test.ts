/** Experiment 4: its ids are drawn as they should be; its sentences follow from the data. */
import { expect, test } from 'vitest';
import { balance, type Spread } from '../../../src/shards/experiments/balance.ts';
import {
  type Distribution,
  distributions,
  drawIds,
} from '../../../src/shards/experiments/keys.ts';
import { type RoutingName, routingNames } from '../../../src/shards/ring.ts';
import { createRandom } from '../../../src/sim/random.ts';

const summary = (value: number) => ({ median: value, low: value, high: value });

function makeSpreads(
  change: (routing: RoutingName, distribution: Distribution) => Partial<Spread>,
): Spread[] {
  return distributions.flatMap((distribution) =>
    routingNames.map((routing) => ({
      routing,
      distribution,
      counts: [2500, 2500, 2500, 2500],
      ids: 1000,
      splitIds: routing === 'round-robin' ? 900 : 0,
      medianUs: summary(100),
      p99Us: summary(200),
      ...change(routing, distribution),
    })),
  );
}

const sentencesOf = (spreads: Spread[]) =>
  balance.conclude(spreads).map(({ sentence }) => sentence);

test('even and uneven rules are told apart', () => {
  const [uniform, zipf] = sentencesOf(
    makeSpreads((routing, distribution) =>
      routing === 'modulo' && distribution === 'Zipf'
        ? { counts: [4000, 2000, 2000, 2000] }
        : {},
    ),
  );
  expect(uniform).toContain('modulo is even (busiest process +0 %)');
  expect(zipf).toContain('hash is even (busiest process +0 %)');
  expect(zipf).toContain('modulo is uneven (busiest process +60 %)');
});

test('state that is split by turns alone confirms what was expected', () => {
  const judged = balance.conclude(makeSpreads(() => ({})))[2];
  expect(judged).toMatchObject({ verdict: 'confirmed' });
  expect(judged?.sentence).toContain('1800 of 2000 ids lies in several processes');
});

test('state that is split by a hash as well, or by nothing, refutes it', () => {
  const verdictWith = (change: (routing: RoutingName) => Partial<Spread>) =>
    balance.conclude(makeSpreads(change))[2]?.verdict;
  expect(verdictWith((routing) => (routing === 'hash' ? { splitIds: 1 } : {}))).toBe(
    'refuted',
  );
  expect(verdictWith(() => ({ splitIds: 0 }))).toBe('refuted');
});

test.each([
  [400, 'imbalance costs time: the slowest hundredth takes 2.0 times as long'],
  [210, 'no difference that can be told from chance (210 µs against 200 µs)'],
  [100, 'imbalance is not what costs time here'],
])('a Zipf latency of %d µs against 200 µs is judged', (zipfUs, said) => {
  const spreads = makeSpreads((_, distribution) =>
    distribution === 'Zipf' ? { p99Us: summary(zipfUs) } : {},
  );
  expect(sentencesOf(spreads).at(-1)).toContain(said);
});

test('uniform ids are equally frequent, Zipf ids as 1, 1/2, 1/3', () => {
  const countOf = (ids: readonly string[], id: string) =>
    ids.filter((drawn) => drawn === id).length;
  const uniform = drawIds('uniform', 10_000, 10, createRandom(1));
  const zipf = drawIds('Zipf', 10_000, 10, createRandom(1));
  expect(new Set(uniform).size).toBe(10);
  expect(countOf(uniform, 'sensor-0') / 1000).toBeCloseTo(1, 0);
  const first = countOf(zipf, 'sensor-0');
  expect(first / countOf(zipf, 'sensor-1')).toBeCloseTo(2, 0);
  expect(first / countOf(zipf, 'sensor-2')).toBeCloseTo(3, 0);
});
