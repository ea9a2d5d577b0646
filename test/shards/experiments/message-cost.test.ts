/** Experiment 2: its sentences follow from the data, whatever these are. */
import { expect, test } from 'vitest';
import { channelNames } from '../../../src/shards/channels/open-channel.ts';
import {
  type MessageCost,
  messageCost,
  messageSizes,
  type Way,
} from '../../../src/shards/experiments/message-cost.ts';

const ways: readonly Way[] = ['function-call', ...channelNames];

/** Every way costs `fixedUs` and `perByteUs` for each byte; but a function call costs 1 µs. */
function makeCosts(fixedUs: number, perByteUs: number): MessageCost[] {
  return ways.flatMap((way) =>
    messageSizes.map((bytes) => {
      const us = way === 'function-call' ? 1 : fixedUs + perByteUs * bytes;
      const summary = { median: us, low: us, high: us };
      return { way, bytes, aloneUs: summary, togetherUs: summary };
    }),
  );
}

test('a message dearer than a call, and dearer by its size, confirms what was expected', () => {
  const [overhead, size] = messageCost.conclude(makeCosts(100, 0.01));
  expect(overhead).toMatchObject({ verdict: 'confirmed' });
  expect(overhead?.sentence).toContain('101 µs (ipc-json), 100 times a function call');
  expect(size).toMatchObject({ verdict: 'confirmed' });
  expect(size?.sentence).toContain('From 100 B to 1 MB');
});

test('a message as cheap as a call, whatever its size, refutes it', () => {
  const [overhead, size] = messageCost.conclude(makeCosts(2, 0));
  expect(overhead).toMatchObject({ verdict: 'refuted' });
  expect(overhead?.sentence).toContain('2.0 times a function call');
  expect(size).toMatchObject({ verdict: 'refuted' });
  expect(size?.sentence).toContain('1.0 times dearer');
});

test('what was not measured is an error, not a number', () => {
  const incomplete = makeCosts(1, 1).filter(({ way }) => way !== 'thread');
  expect(() => messageCost.conclude(incomplete)).toThrow('thread was not measured');
});

test('its tables have a row for each way and a column for each size', () => {
  for (const { columns, rows } of messageCost.tables(makeCosts(1, 1))) {
    expect(columns).toEqual(['channel', '100 B', '1 KB', '10 KB', '100 KB', '1 MB']);
    expect(rows.map(([name]) => name)).toEqual(ways);
    expect(rows.every((row) => row.length === columns.length)).toBe(true);
  }
});
