import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { dial, Server } from '../../src/rpc/index.ts';
import { type Exploration, explore } from '../../src/sim/explorer.ts';
import {
  EndlessError,
  EscapeError,
  runSchedule,
  type Scenario,
  StuckError,
} from '../../src/sim/run-schedule.ts';
import { parseSchedule, printSchedule } from '../../src/sim/schedule.ts';
import { followSchedule } from '../../src/sim/steering.ts';
import type { World } from '../../src/sim/world.ts';
import { createScenario, someFaults } from './explored-server.ts';

/** As a program that has kept it from before. */
const realSetTimeout = setTimeout;

const bounds = { deviations: 2, schedules: 300, seeds: 5 };

function codeOf({ failure }: Exploration): string | undefined {
  return failure && printSchedule(failure.schedule);
}

function program(run: (world: World) => Promise<void>, faults = {}): Scenario {
  return { name: 'a program', faults, run: (world) => world.run(() => run(world)) };
}

test('a correct program passes on all schedules within the bound', async () => {
  const exploration = await explore([createScenario('right', 1)], bounds);
  expect(exploration.failure).toBeUndefined();
  expect(exploration).toMatchObject({ exhausted: 2, beyond: 0, randomRuns: 5 });
  expect(exploration.runs).toBeGreaterThan(40);
});

test('a level that was cut short is not claimed, even where none would follow', async () => {
  const scenario = createScenario('right', 1, { losses: 1, slow: 1, slowMs: 250 });
  const exploration = await explore([scenario], { ...bounds, schedules: 20, seeds: 0 });
  expect(exploration).toMatchObject({ runs: 20, exhausted: 1 });
  expect(exploration.beyond).toBeGreaterThan(0);
});

test.each([
  ['no table', 'client 0 ran twice'],
  ['check then act', 'client 0 ran twice'],
] as const)(
  '%s: one deviation is enough, and the workload is the smallest',
  async (kind, message) => {
    const scenarios = [createScenario(kind, 1), createScenario(kind, 2)];
    const { failure } = await explore(scenarios, bounds);
    expect(failure?.schedule).toHaveLength(1);
    expect(failure?.scenario).toBe(scenarios[0]);
    expect(String(failure?.error)).toContain(message);
  },
);

test('a program that hangs after a copy: it says who waits for what', async () => {
  const noRetry: Scenario = {
    ...createScenario('right', 1),
    run: (world) => askOnce(world),
  };
  const { failure } = await explore([noRetry], bounds);
  const { error, story } = failure ?? {};
  expect(story).toHaveLength(1);
  expect(error).toBeInstanceOf(StuckError);
  expect((error as StuckError).waiting.join()).toMatch(
    /^client waits for server: Echo\.Say #0, (which was lost|whose reply was lost) at \d+ ms$/,
  );
});

async function askOnce(world: World): Promise<void> {
  world.addNode('server', { boot: () => serveEcho() });
  await world.run(async () => {
    const client = await dial('sim:server');
    await client.call('Echo.Say', {});
  });
}

async function serveEcho(): Promise<void> {
  const server = new Server();
  server.registerName('Echo', { Say: (args: object) => args });
  await server.listen('sim:server');
}

test('a program that never ends: it says what repeats', async () => {
  const { failure } = await explore([
    program(async (world) => {
      world.addNode('server', { boot: () => serveEcho() });
      const client = await dial('sim:server');
      for (;;) {
        await client.call('Echo.Say', {});
        await sleep(10);
      }
    }),
  ]);
  expect(failure?.error).toBeInstanceOf(EndlessError);
  expect(failure?.error).toMatchObject({
    cycle: ['client → server: Echo.Say', 'server → client: ok'],
  });
});

test('a rejection that nobody handles fails the run on which it happens', async () => {
  const { failure } = await explore([
    program(async () => {
      void Promise.reject(new Error('nobody listens'));
      await sleep(1);
    }),
  ]);
  expect(String(failure?.error)).toContain('nobody listens');
});

test('imported timers and random numbers belong to the world', async () => {
  const drawn: unknown[] = [];
  const draw = program(async (world) => {
    await sleep(50);
    drawn.push([world.time.nowMs, randomUUID(), crypto.randomUUID(), randomInt(1000)]);
    for await (const value of [await sleep(1, 'value')]) drawn.push(value);
  });
  const { failure } = await explore([draw], { seeds: 0 });
  expect(failure).toBeUndefined();
  expect(drawn).toHaveLength(4);
  expect(drawn[2]).toEqual(drawn[0]);
  expect((drawn[0] as unknown[])[0]).toBe(50);
  expect(randomUUID()).not.toBe(randomUUID());
});

test('a module that remembers earlier runs is noticed', async () => {
  let runs = 0;
  const remembers = program(() => sleep(++runs));
  await expect(explore([{ ...remembers, run: logWaits(remembers) }])).rejects.toThrow(
    EscapeError,
  );
});

/** A wait leaves no event; a note does. */
function logWaits({ run }: Scenario): Scenario['run'] {
  return async (world) => {
    await run(world);
    world.client.note('done');
  };
}

test('a program that waits for something real is noticed', async () => {
  const timers: NodeJS.Timeout[] = [];
  const { failure } = await explore([
    program(() => new Promise((resolve) => timers.push(realSetTimeout(resolve, 60_000)))),
  ]);
  for (const timer of timers) clearTimeout(timer);
  expect(failure?.error).toBeInstanceOf(EscapeError);
  expect(String(failure?.error)).toContain('it waits for something real: Timeout');
});

test('a node crashes at every step, and comes back where the model says so', async () => {
  const crashes = { nodes: ['server'], atMost: 1, restartAfterMs: 50 };
  const scenario = createScenario('right', 1, { crashes });
  const { failure } = await explore([scenario], { ...bounds, seeds: 0 });
  expect(failure?.story.join()).toMatch(/^server crashes before (request|reply) 1$/);
  const types = failure?.events.map(({ type }) => type);
  expect(types).toContain('crashed');
});

test('a failure replays from its code alone', async () => {
  const scenario = createScenario('check then act', 1);
  const exploration = await explore([scenario], bounds);
  const code = codeOf(exploration) ?? '';
  const again = await runSchedule(scenario, followSchedule(parseSchedule(code)));
  expect(String(again.error)).toBe(String(exploration.failure?.error));
  expect(again.events).toEqual(exploration.failure?.events);
});

test('a hundred explorations find the same failure', async () => {
  const codes = new Set<string | undefined>();
  for (let i = 0; i < 100; i++) {
    codes.add(codeOf(await explore([createScenario('no table', 1)], bounds)));
  }
  expect([...codes]).toHaveLength(1);
});

test('what only chance finds is made as small as it can be', async () => {
  const scenario = createScenario('check then act', 1, {
    ...someFaults,
    losses: 3,
    copies: 3,
    slow: 3,
  });
  const random = { deviations: 0, schedules: 1, seeds: 50 };
  const { failure } = await explore([scenario], random);
  expect(failure?.schedule).toHaveLength(1);
});

test('a level that is too large is sampled evenly, and the result says so', async () => {
  const exploration = await explore([createScenario('right', 2)], {
    deviations: 2,
    schedules: 100,
    seeds: 0,
  });
  expect(exploration).toMatchObject({ exhausted: 1, runs: 100 });
  expect(exploration.failure).toBeUndefined();
  expect(exploration.beyond).toBeGreaterThan(10);
});

test.each(['', '4', 'slow', '4-fast', '7-lose,4-slow', '0-lose', '9-crash:'])(
  'the schedule "%s" is refused in one sentence',
  (code) => {
    expect(() => parseSchedule(code)).toThrow(/^schedule "/);
  },
);

test.each(['0', '4-slow', '4-slow,7-lose', '9-crash:w2,12-copy,13-swap'])(
  'the schedule %s prints as it reads',
  (code) => {
    expect(printSchedule(parseSchedule(code))).toBe(code);
  },
);
