/** Experiment 5: its sentences follow from the data, whatever these are. */
import { expect, test } from 'vitest';
import {
  loads,
  type PartName,
  partNames,
  type QueryLatency,
  queryLatency,
} from '../../../src/shards/experiments/query-latency.ts';

const summary = (value: number) => ({ median: value, low: value, high: value });

/** Parts take 10 µs each, but for those that `usOf` knows. */
function makeData(
  usOf: (part: PartName, load: number) => number | undefined,
  callUs = 1,
): QueryLatency {
  return {
    capacity: 5000,
    callUs: summary(callUs),
    loads: loads.map((load) => {
      const us = Object.fromEntries(partNames.map((p) => [p, usOf(p, load) ?? 10]));
      const total = Object.values(us).reduce((sum, part) => sum + part, 0);
      return {
        load,
        medianUs: summary(total),
        p99Us: summary(2 * total),
        poolUs: summary(total),
        partsUs: Object.fromEntries(
          partNames.map((p) => [p, summary(us[p] as number)]),
        ) as Record<PartName, ReturnType<typeof summary>>,
      };
    }),
  };
}

test('a query that takes far longer than a call confirms what was expected', () => {
  const [judged, growth] = queryLatency.conclude(makeData(() => undefined));
  expect(judged).toMatchObject({ verdict: 'confirmed' });
  expect(judged?.sentence).toContain('50.0 µs, 50 times the same query in one process');
  expect(growth?.sentence).toContain('50.0 µs, 1.0 times as long as without load');
});

test('a query that takes little longer refutes it', () => {
  const [judged] = queryLatency.conclude(makeData(() => undefined, 10));
  expect(judged).toMatchObject({ verdict: 'refuted' });
  expect(judged?.sentence).toContain('5.0 times the same query');
});

test('the part that takes most of the time is named, at each load by itself', () => {
  const sentences = queryLatency
    .conclude(
      makeData((part, load) => {
        if (load === 0) return part === 'wire' ? 60 : undefined;
        if (load < 1) return part === 'queue in the receiver' ? 360 : undefined;
        return part === 'queue in the sender' ? 960 : undefined;
      }),
    )
    .map(({ sentence }) => sentence);
  expect(sentences).toContainEqual(
    expect.stringContaining('idle process, most of the time is the wire (60 %)'),
  );
  expect(sentences).toContainEqual(
    expect.stringContaining(
      'At a load of 90 %, most of the time is the queue in the rec',
    ),
  );
  expect(sentences.at(-1)).toContain('is the queue in the sender (96 %)');
});

test('the parts of a query stand beside each other in a row for each load', () => {
  const [, parts] = queryLatency.tables(makeData(() => undefined));
  expect(parts?.rows.map(([name]) => name)).toEqual(
    loads.map((load) => `${Math.round(100 * load)} %`),
  );
  expect(parts?.rows.every((row) => row.length === 1 + partNames.length)).toBe(true);
});
