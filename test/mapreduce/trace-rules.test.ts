/** The rules of traces notice what they are for. */
import { describe, expect, test } from 'vitest';
import { findBreaches } from './trace-rules.ts';

describe('the rules notice', () => {
  const bar = { ph: 'X', name: 'map 1', cat: 'map', ts: 1, dur: 5, pid: 1, tid: 1 };
  const args = { task: 'map 1', attempt: 0, outcome: 'completed' };
  const name = { ph: 'M', name: 'thread_name', pid: 1, tid: 1, args: { name: 'a' } };
  const names = [name, { ...name, name: 'process_name', args: { name: 'b' } }];
  const write = (...events: object[]) =>
    JSON.stringify({ traceEvents: [...names, ...events], displayTimeUnit: 'ms' });

  test('nothing in a right document', () => {
    expect(findBreaches(write({ ...bar, args }, { ...bar, ts: 6, args }))).toEqual([]);
  });

  test.each<[string, object[], RegExp]>([
    ['a time between microseconds', [{ ...bar, ts: 0.5, args }], /^ts is no count/],
    ['a bar that ends before it begins', [{ ...bar, dur: -1, args }], /^dur is no count/],
    [
      'bars that overlap',
      [
        { ...bar, args },
        { ...bar, ts: 5, args },
      ],
      /ends at 6/,
    ],
    ['a field too many', [{ ...bar, args, end: 3 }], /^wrong fields/],
    ['a kind of event that no viewer knows', [{ ...bar, ph: 'Y' }], /^unknown ph/],
    ['an outcome in other words', [{ ...bar, args: { attempt: 0 } }], /^not a bar/],
    [
      'a bar that hides how it ended',
      [{ ...bar, args: { ...args, outcome: 'killed' } }],
      /^not a bar/,
    ],
    ['a bar of no phase', [{ ...bar, cat: 'phase', args: {} }], /^not a bar of a phase/],
    [
      'a lane with nothing on it',
      [
        { ...name, tid: 2 },
        { ...bar, args },
      ],
      /^lanes/,
    ],
    ['a lane without a name', [{ ...bar, tid: 2, args }], /^lanes without name/],
    [
      'a counter of texts',
      [
        { ...bar, args },
        { ph: 'C', name: 'n', ts: 0, pid: 1, args: { a: '1' } },
      ],
      /^a cou/,
    ],
  ])('%s', (_what, events, breach) => {
    expect(findBreaches(write(...events))).toEqual([expect.stringMatching(breach)]);
  });
});
