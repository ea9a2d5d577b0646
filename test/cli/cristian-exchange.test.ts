/** Cristian's algorithm in simulated worlds: how wrong the estimate is, and can be. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordAll, runExchange } from '../../src/cli/cristian-exchange.ts';
import { asymmetryOf } from '../../src/page/cristian.ts';

const plan = { outMs: 20, backMs: 60, thinkMs: 20, offsetMs: 500, leastMs: 0 };

test('the four times are what the two clocks said', async () => {
  const { exchange } = await runExchange(plan);
  expect(exchange).toEqual({
    ...{ outMs: 20, backMs: 60, T1: 0, T2: 520, T3: 540, T4: 100 },
    ...{ roundTripMs: 80, estimate: 580, truth: 600, errorMs: -20, boundMs: 40 },
  });
});

test('a server that does not think replies at once', async () => {
  const { exchange } = await runExchange({ ...plan, thinkMs: 0 });
  expect(exchange).toMatchObject({ T2: 520, T3: 520, T4: 80 });
});

test('where nothing takes any time there is one run, and it is right', async () => {
  const nothing = { ...plan, outMs: 0, backMs: 0, thinkMs: 0 };
  const { rows, roundTripsMs } = await recordAll(nothing);
  expect(roundTripsMs).toEqual([0]);
  expect(rows[0]?.exchanges).toMatchObject([{ errorMs: 0, boundMs: 0 }]);
});

test('where both ways take the same the estimate is the truth', async () => {
  for (const ms of [0, 1, 7.5, 40]) {
    const { exchange } = await runExchange({ ...plan, outMs: ms, backMs: ms });
    expect(exchange).toMatchObject({ errorMs: 0, boundMs: ms });
  }
});

test('the error is half the asymmetry, and within its bound, whatever the clocks say', async () => {
  const ms = fc.integer({ min: 0, max: 300 });
  const plans = fc.record({
    ...{ outMs: ms, backMs: ms, thinkMs: ms, leastMs: ms },
    offsetMs: fc.integer({ min: -1e6, max: 1e6 }),
  });
  await fc.assert(
    fc.asyncProperty(plans, async (drawn) => {
      const leastMs = Math.min(drawn.leastMs, drawn.outMs, drawn.backMs);
      const { exchange } = await runExchange({ ...drawn, leastMs });
      const { errorMs, boundMs, truth, T4 } = exchange;
      expect(Math.abs(errorMs)).toBeLessThanOrEqual(boundMs);
      expect(errorMs).toBe((drawn.outMs - drawn.backMs) / 2 + 0);
      expect(truth - T4).toBe(drawn.offsetMs);
    }),
    { numRuns: 60 },
  );
});

test('the bound is reached at both ends, and a shorter round trip narrows it', async () => {
  const record = await recordAll({ ...plan, leastMs: 5 });
  const { rows, roundTripsMs, thinkingMs } = record;
  expect(rows).toHaveLength(roundTripsMs.length * thinkingMs.length);
  for (const { exchanges, roundTripMs } of rows) {
    expect(exchanges.length).toBeGreaterThan(40);
    const [first, last] = [exchanges[0], exchanges.at(-1)];
    expect(first).toMatchObject({ errorMs: roundTripMs / 2 - 5, backMs: 5 });
    expect(last).toMatchObject({ errorMs: 5 - roundTripMs / 2, outMs: 5 });
    for (const { errorMs, boundMs } of exchanges) {
      expect(boundMs).toBe(roundTripMs / 2 - 5);
      expect(Math.abs(errorMs)).toBeLessThanOrEqual(boundMs);
    }
    expect(exchanges.some((one) => asymmetryOf(one) === 0)).toBe(true);
  }
});

test('what was asked for is among the positions, however odd', async () => {
  const odd = { outMs: 13, backMs: 60, thinkMs: 7, offsetMs: -3, leastMs: 0 };
  const { rows, first } = await recordAll(odd);
  const row = rows.find(
    ({ roundTripMs, thinkMs }) => roundTripMs === 73 && thinkMs === 7,
  );
  expect(first).toEqual({ roundTripMs: 73, thinkMs: 7, asymmetryMs: 47 });
  expect(row?.exchanges.map(asymmetryOf)).toContain(47);
});
