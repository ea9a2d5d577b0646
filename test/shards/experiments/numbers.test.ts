/** Numbers as a reader sees them. */
import { expect, test } from 'vitest';
import {
  formatBytes,
  formatNumber,
  formatTimes,
  summarise,
} from '../../../src/shards/experiments/numbers.ts';

test('a summary is the median and the quartiles, whatever the order', () => {
  expect(summarise([5, 1, 3, 2, 4])).toEqual({ median: 3, low: 2, high: 4 });
  expect(summarise([7])).toEqual({ median: 7, low: 7, high: 7 });
  expect(summarise([1, 2])).toEqual({ median: 1.5, low: 1.25, high: 1.75 });
});

test('nothing has no summary', () => {
  expect(() => summarise([])).toThrow('nothing was measured');
});

test('a time shared among no calls is no measurement', () => {
  expect(() => summarise([1, 1 / 0])).toThrow('Infinity is no measurement');
});

test.each([
  [0, '0'],
  [0.00321, '0.0032'],
  [0.123, '0.123'],
  [1.234, '1.23'],
  [99.96, '100'],
  [0.9996, '1.00'],
  [1234.5, '1,235'],
])('%d is said as %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test.each([
  [0.66, '0.7'],
  [1.97, '2.0'],
  [41.3, '41'],
  [1234, '1,200'],
])('%d times is said as %s', (factor, text) => {
  expect(formatTimes(factor)).toBe(text);
});

test.each([
  [100, '100 B'],
  [1024, '1 KB'],
  [1536, '1.5 KB'],
  [1024 ** 2, '1 MB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
