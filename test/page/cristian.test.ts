/** What the page says of a run of Cristian's algorithm. */
import { expect, test } from 'vitest';
import {
  type Exchange,
  findNearest,
  tellExchange,
  tellSigned,
} from '../../src/page/cristian.ts';

function exchangeOf(outMs: number, backMs: number): Exchange {
  const boundMs = (outMs + backMs) / 2;
  const times = { T1: 0, T2: 0, T3: 0, T4: 0, estimate: 0, truth: 0 };
  return {
    ...{ ...times, outMs, backMs, boundMs },
    ...{ roundTripMs: 2 * boundMs, errorMs: (outMs - backMs) / 2 },
  };
}

test.each([
  [
    ...[25, 55],
    'The reply took 30 ms longer than the request: the clock is 15 ms behind, and cannot be more than 40.',
  ],
  [
    ...[55, 25],
    'The request took 30 ms longer than the reply: the clock is 15 ms ahead, and cannot be more than 40.',
  ],
  [
    ...[0, 80],
    'The reply took 80 ms longer than the request: the clock is 40 ms behind, as far as it can be.',
  ],
  [
    ...[40, 40],
    'Both ways took 40 ms: the clock is right, but nobody can know: it might be 40 ms off.',
  ],
  [
    ...[0, 0],
    'Both ways took 0 ms, and no message takes less: the clock is right, and that is known.',
  ],
] as [number, number, string][])('%d ms there, %d ms back', (outMs, backMs, sentence) => {
  expect(tellExchange(exchangeOf(outMs, backMs))).toBe(sentence);
});

test('signs are true minus signs, and zero has none', () => {
  expect([-20, 0, 7.5].map(tellSigned)).toEqual(['−20 ms', '0 ms', '+7.5 ms']);
});

test('the nearest run of a row is found, beyond its ends too', () => {
  const exchanges = [exchangeOf(20, 0), exchangeOf(10, 10), exchangeOf(0, 20)];
  const row = { roundTripMs: 20, thinkMs: 0, exchanges };
  expect([-99, -1, 11, 99].map((ms) => findNearest(row, ms))).toEqual([0, 1, 2, 2]);
});
