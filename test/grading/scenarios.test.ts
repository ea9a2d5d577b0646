/** A fixed list of small worlds: the first that fails is explained, drawn, and can be replayed. */
import { expect, test } from 'vitest';
import { CheckFailure } from '../../src/grading/check.ts';
import { playScenarios, type Scenario, surprise } from '../../src/grading/scenarios.ts';
import { dial, Server } from '../../src/rpc/index.ts';
import type { World } from '../../src/sim/world.ts';

class Echo {
  Say(text: string): string {
    return text;
  }
}

async function say(): Promise<string> {
  const client = await dial('sim:server');
  return client.call<string>('Echo.Say', 'hello', { deadlineMs: 100 });
}

function scenario(play: Scenario['play'], faults = ''): Scenario {
  return {
    did: 'said hello',
    world: { seed: 1, faults },
    nodes: ['idle', 'server'],
    mistake: 'a known one',
    prepare: (world: World) => {
      world.addNode('idle');
      const server = new Server();
      server.register(new Echo());
      world.addNode('server', { boot: () => server.listen('sim:server') });
    },
    play,
  };
}

async function explain(scenarios: readonly Scenario[], replay?: string) {
  const error = await playScenarios(scenarios, { replay }).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(CheckFailure);
  return (error as CheckFailure).explanation;
}

const good = scenario(async () => void (await say()));
const bad = scenario(async () => {
  await say().catch(() => {});
  throw surprise('silence', 'hello');
}, 'lose reply 1');

test('all good: it tells how many there were', async () => {
  const { explored } = await playScenarios([good, good], {});
  expect(explored).toBe('2 schedules, each with its faults and its seed');
});

test('the first that fails is drawn, without machines to which nothing happens', async () => {
  const { did, saw, schedule } = await explain([good, bad, bad]);
  expect([did, saw]).toEqual(['said hello', 'silence']);
  expect(schedule?.code).toBe('2');
  expect(schedule?.summary).toBe('schedule 2 of 3: lose reply 1, seed 1');
  expect(schedule?.diagram).toContain('reply 1 (lost) ok #0');
  expect(schedule?.diagram).not.toContain('idle');
  for (const line of schedule?.diagram.split('\n') ?? []) {
    expect(line.length).toBeLessThanOrEqual(78);
  }
});

test('its code replays that one alone', async () => {
  expect((await explain([bad, good, bad], '3')).schedule?.code).toBe('3');
  await playScenarios([bad, good, bad], { replay: '2' });
  const unknown = playScenarios([bad], { replay: '2' });
  await expect(unknown).rejects.toThrow('there is no schedule 2: this check has 1 to 1');
});

test.each<[string, Scenario['play'], RegExp, RegExp]>([
  [
    'throws',
    async () => {
      throw new Error('oh');
    },
    /^Error: oh \(in /,
    /a known one/,
  ],
  [
    'leaves a rejection',
    async () => void Promise.reject(new Error('oh')),
    /^Error: oh .*, in a promise that nobody waited for$/,
    /a known one/,
  ],
  ['waits for ever', () => new Promise(() => {}), /^DeadlockError/, /nobody resolves/],
])('a program that %s is explained', async (_what, play, saw, mistake) => {
  const explanation = await explain([scenario(play)]);
  expect(explanation.saw).toMatch(saw);
  expect(explanation.mistake).toMatch(mistake);
  expect(explanation.schedule, 'nothing was sent').toBeUndefined();
});

test('the end comes when nothing is left to happen, and may be too late', async () => {
  const end = ({ time }: World) => {
    if (time.nowMs > 1000) throw surprise(`it ended at ${time.nowMs} ms`, 'sooner');
  };
  const leavesTimer = scenario(async () => void setTimeout(() => {}, 5000));
  await playScenarios([{ ...good, end }], {});
  const { saw } = await explain([{ ...leavesTimer, end }]);
  expect(saw).toBe('it ended at 5000 ms');
});
