/** What may be asked of a simulated cluster: there and back as a query, and its bounds. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addWish,
  readSettings,
  type SimulationSettings,
  writeSettings,
} from '../../src/page/simulation.ts';

const settings: SimulationSettings = {
  ...{ workers: 4, mapTasks: 12, reduceTasks: 4 },
  ...{ hasBackups: true, outputSurvives: false, wishes: [] },
};

test('settings survive the way to the server', () => {
  const wish = fc.record({
    worker: fc.integer({ min: 1, max: 32 }),
    fault: fc.constantFrom('kill' as const, 'slow' as const),
    atMs: fc.integer({ min: 0, max: 1e6 }),
  });
  const any = fc.record({
    workers: fc.integer({ min: 1, max: 32 }),
    mapTasks: fc.integer({ min: 1, max: 200 }),
    reduceTasks: fc.integer({ min: 1, max: 50 }),
    hasBackups: fc.boolean(),
    outputSurvives: fc.boolean(),
    wishes: fc.array(wish, { maxLength: 40 }),
  });
  fc.assert(
    fc.property(any, (one) => {
      const query = new URLSearchParams(writeSettings(one).toString());
      expect(readSettings(query)).toEqual(one);
    }),
  );
});

describe('what is refused', () => {
  const good = 'workers=4&mapTasks=12&reduceTasks=4&backup=yes&survives=no';
  test.each([
    ['nothing', '', 'workers must be a whole number from 1 to 32'],
    ['no worker', good.replace('workers=4', 'workers=0'), 'workers'],
    ['too many workers', good.replace('workers=4', 'workers=33'), 'workers'],
    ['half a worker', good.replace('workers=4', 'workers=1.5'), 'workers'],
    ['an exponent', good.replace('workers=4', 'workers=1e1'), 'workers'],
    ['too many maps', good.replace('=12', '=201'), 'mapTasks'],
    ['a long number', good.replace('=12', `=${'9'.repeat(400)}`), 'mapTasks'],
    ['too many reduces', good.replace('reduceTasks=4', 'reduceTasks=51'), 'reduceTasks'],
    ['another word', good.replace('yes', 'perhaps'), 'backup and survives'],
    ['a switch missing', good.replace('&survives=no', ''), 'backup and survives'],
    ['a wish for nobody', `${good}&wish=kill-0-5`, 'a wish must look like'],
    ['another wish', `${good}&wish=pay-1-5`, 'a wish must look like'],
    ['a wish for the past', `${good}&wish=kill-1--5`, 'a wish must look like'],
    ['too many wishes', good + '&wish=kill-1-5'.repeat(41), '40 wishes at most'],
  ])('%s', (_what, query, why) => {
    expect(readSettings(new URLSearchParams(query))).toContain(why);
  });
});

test('a wish drops what was wished for later, and keeps what led to its moment', () => {
  const first = addWish(settings, 1, 'slow', 1000);
  const second = addWish(first, 2, 'kill', 3000.9);
  expect(second.wishes.map(({ atMs }) => atMs)).toEqual([1000, 3000]);
  expect(addWish(second, 3, 'kill', 2000).wishes).toEqual([
    { worker: 1, fault: 'slow', atMs: 1000 },
    { worker: 3, fault: 'kill', atMs: 2000 },
  ]);
});

test('wishes without end stay within what the server reads', () => {
  let all = settings;
  for (let i = 0; i < 60; i++) all = addWish(all, 1, 'slow', i);
  expect(readSettings(writeSettings(all))).toEqual(all);
});
