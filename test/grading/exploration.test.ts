import { expect, test } from 'vitest';
import { CheckFailure } from '../../src/grading/check.ts';
import { expectOnAllSchedules } from '../../src/grading/exploration.ts';
import { shortenDiagram } from '../../src/grading/short-diagram.ts';
import type { Scenario } from '../../src/sim/run-schedule.ts';
import { createScenario } from '../sim/explored-server.ts';

const bounds = { deviations: 2, schedules: 200, seeds: 3 };

async function findFailure(replay?: string): Promise<CheckFailure> {
  const scenarios = [createScenario('check then act', 1)];
  const error = await expectOnAllSchedules(scenarios, { replay }, bounds).catch((e) => e);
  expect(error).toBeInstanceOf(CheckFailure);
  return error;
}

test('a pass tells the fault model and the bound', async () => {
  const { explored } = await expectOnAllSchedules(
    [createScenario('right', 1)],
    {},
    bounds,
  );
  expect(explored).toMatch(
    /^\d+ schedules: all with up to 2 deviations; 3 random; at most 1 loss, 1 copy, 1 slow \(by 250 ms\)$/,
  );
});

test('a failure shows the smallest schedule, drawn, with a code that replays it', async () => {
  const { explanation } = await findFailure();
  const { schedule } = explanation;
  expect(explanation.saw).toContain('client 0 ran twice');
  expect(schedule?.summary).toMatch(/^smallest of \d+: .*; at most 1 loss/);
  expect(schedule?.diagram).toContain('Store.Put #0');
  for (const line of schedule?.diagram.split('\n') ?? []) {
    expect(line.length).toBeLessThanOrEqual(78);
  }
  const replayed = await findFailure(schedule?.code);
  expect(replayed.explanation.schedule?.diagram).toBe(schedule?.diagram);
  expect(replayed.explanation.saw).toBe(explanation.saw);
});

test('a schedule that passes now passes', async () => {
  const passed = await expectOnAllSchedules([createScenario('right', 1)], {
    replay: '1/2-slow',
  });
  expect(passed.explored).toBe('schedule 1/2-slow alone');
});

test.each(['', '1', '3/0', '1/2-fast', 'x/0'])(
  'the code "%s" is refused',
  async (replay) => {
    const scenarios = [createScenario('right', 1)];
    await expect(expectOnAllSchedules(scenarios, { replay })).rejects.toThrow(
      /write it like 1\/4-slow|write it like 4-slow/,
    );
  },
);

test.each<[string, string, RegExp]>([
  [
    'that crashes nobody whom we know',
    '1/1-crash:w9',
    /^1-crash:w9 may not happen here: /,
  ],
  ['with a fault that the check has not', '1/1-swap', /^1-swap may .*: at most 1 loss/],
  ['beyond the end', '1/999-lose', /^nothing of it comes about in \d+ steps, and all is/],
])('a code %s is refused: nothing would come of it', async (_what, replay, sentence) => {
  const scenarios = [createScenario('right', 1)];
  const error: unknown = await expectOnAllSchedules(scenarios, { replay }).catch(
    (e) => e,
  );
  expect(error).toHaveProperty('name', 'ReplayCodeError');
  expect(error).toHaveProperty('message', expect.stringMatching(sentence));
});

test('of a code that has come about in part only that part is told', async () => {
  const scenarios = [createScenario('right', 1)];
  const replay = '1/2-slow,999-lose';
  const { explored } = await expectOnAllSchedules(scenarios, { replay });
  expect(explored).toBe('schedule 1/2-slow alone');
});

const endless: Scenario = {
  name: 'a program that never ends',
  faults: {},
  maxEvents: 200,
  run: (world) =>
    world.run(async () => {
      for (;;) {
        world.client.note('once more');
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }),
};

test('of what goes round and round the diagram shows a few rounds', async () => {
  const error: unknown = await expectOnAllSchedules([endless]).catch((e) => e);
  const { schedule } = (error as CheckFailure).explanation;
  const lines = schedule?.diagram.split('\n') ?? [];
  expect(lines).toHaveLength(6);
  expect(lines[3]).toMatch(/^ {2}… \d+ more rounds …$/);
});

test('of what is long the diagram shows the beginning and the end', () => {
  const notes = Array.from({ length: 60 }, (_, i) => 'x'.repeat(i));
  const lines = shortenDiagram(notes.join('\n')).split('\n');
  expect(lines).toHaveLength(37);
  expect(lines[28]).toBe('  … 24 lines are left out …');
});

test('rounds are the same whatever their numbers, and few are shown as they are', () => {
  const round = (i: number) => [
    `  ${i}  ├── ask #${i} ──▶│`,
    `${i + 5}  │◀─ ok #${i} ────┤`,
  ];
  const rounds = (count: number) =>
    [
      'ms  c  s',
      ...Array.from({ length: count }, (_, i) => round(4 * i)).flat(),
      '╵',
    ].join('\n');
  expect(shortenDiagram(rounds(3))).toBe(rounds(3));
  expect(shortenDiagram(rounds(30)).split('\n')).toEqual([
    'ms  c  s',
    ...round(0),
    ...round(4),
    '  … 27 more rounds …',
    ...round(116),
    '╵',
  ]);
});

test('one schedule without deviations is told as such', async () => {
  const calm = { ...endless, run: async () => {} };
  const bounds = { deviations: 0, seeds: 0 };
  const { explored } = await expectOnAllSchedules([calm], {}, bounds);
  expect(explored).toBe('1 schedule: all with no deviations; no faults');
});

test('where nothing has happened there is nothing to draw', async () => {
  const fails = { ...endless, run: () => Promise.reject(new Error('not written yet')) };
  const error: unknown = await expectOnAllSchedules([fails]).catch((e) => e);
  const { saw, schedule } = (error as CheckFailure).explanation;
  expect(saw).toContain('not written yet');
  expect(schedule).toBeUndefined();
});
