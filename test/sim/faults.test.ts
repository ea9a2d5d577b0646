/** What chance, scripts, partitions and crashes do to the same unchanged Client and Server. */
import { describe, expect, test } from 'vitest';
import { type Client, dial } from '../../src/rpc/index.ts';
import type { SimEvent } from '../../src/sim/events.ts';
import { printFaults } from '../../src/sim/fault-script.ts';
import type { WorldOptions } from '../../src/sim/world.ts';
import { Counting, createCountingWorld, serve } from './counting.ts';

/** Runs `program` with a client of a counting server; tells what happened. */
async function run<T>(options: WorldOptions, program: (client: Client) => Promise<T>) {
  const state = createCountingWorld(options);
  const result = await state.world.run(async () => program(await dial('sim:server')));
  const { events, time } = state.world;
  return { result, total: state.counting.total, events, nowMs: time.nowMs };
}

const increment = (client: Client, deadlineMs = 1000) =>
  client.go<number>('Counting.Increment', {}, { deadlineMs }).done;

const typesOf = (events: readonly SimEvent[]) => events.map(({ type }) => type);

describe('a fault script', () => {
  test('a lost request never runs; the call is indefinite at its deadline', async () => {
    const { result, total, nowMs } = await run({ faults: 'lose request 1' }, increment);
    expect(result.error).toMatchObject({ name: 'AbandonedError', isDefinite: false });
    expect([total, nowMs]).toEqual([0, 1000]);
  });

  test('a lost reply: the method ran, and the client cannot know', async () => {
    const { result, total } = await run({ faults: 'lose reply 1' }, increment);
    expect(result.error).toMatchObject({ name: 'AbandonedError', isDefinite: false });
    expect(total).toBe(1);
  });

  test('only the message that it names is lost; the connection lives on', async () => {
    const { result } = await run({ faults: 'lose reply 2' }, async (client) => {
      const calls = [increment(client), increment(client), increment(client)];
      return (await Promise.all(calls)).map(({ reply }) => reply);
    });
    expect(result).toEqual([1, undefined, 3]);
  });

  test('a doubled request runs twice, while the client sees one reply', async () => {
    const { result, total, events } = await run(
      { faults: 'double request 1' },
      async (client) => {
        const first = await increment(client);
        return [first.reply, (await increment(client)).reply];
      },
    );
    expect(result).toEqual([1, 3]);
    expect(total).toBe(3);
    expect(typesOf(events).filter((type) => type === 'doubled')).toHaveLength(1);
  });

  test('a double can come long after the reply was seen', async () => {
    const { result } = await run(
      { faults: 'double request 1 after 500' },
      async (client) => {
        const replies = [];
        for (let i = 0; i < 2; i++) replies.push((await increment(client)).reply);
        await new Promise((resolve) => setTimeout(resolve, 600));
        return [...replies, (await increment(client)).reply];
      },
    );
    expect(result).toEqual([1, 2, 4]);
  });

  test('a doubled reply settles its call once', async () => {
    const { result, total } = await run({ faults: 'double reply 1' }, async (client) => {
      await increment(client);
      return (await increment(client)).reply;
    });
    expect([result, total]).toEqual([2, 2]);
  });

  test('a delayed message is late alone: others overtake it', async () => {
    const { result, nowMs } = await run(
      { faults: 'delay reply 1 by 500' },
      async (client) => {
        const order: unknown[] = [];
        const calls = [increment(client), increment(client)];
        for (const call of calls) void call.then(({ reply }) => order.push(reply));
        await Promise.all(calls);
        return order;
      },
    );
    expect([result, nowMs]).toEqual([[2, 1], 510]);
  });

  test('a cut message takes its connection along: indefinite at once', async () => {
    const { result, total, nowMs } = await run({ faults: 'cut request 2' }, (client) => {
      void increment(client);
      return increment(client);
    });
    expect(result.error).toMatchObject({
      name: 'ConnectionLostError',
      message: 'connection reset by peer',
      isDefinite: false,
    });
    expect([total, nowMs]).toEqual([0, 0]);
  });

  test('a fault whose moment never came is told afterwards', async () => {
    const { world } = createCountingWorld({
      faults: 'lose reply 1\nlose reply 9\nheal at 5\nheal at 9000',
    });
    await world.run(async () => increment(await dial('sim:server')));
    expect(printFaults(world.faultsLeft)).toBe('lose reply 9\nheal at 9000');
  });

  test('messages are counted between the nodes that it names', async () => {
    const faults = 'lose request 1 from other to server';
    const { world, counting } = createCountingWorld({ faults });
    const other = world.addNode('other');
    const replies = await world.run(async () => {
      const mine = await dial('sim:server');
      const theirs = await other.run(() => dial('sim:server'));
      const calls = [increment(mine), increment(theirs), increment(theirs)];
      return (await Promise.all(calls)).map(({ error }) => error?.name);
    });
    expect(replies).toEqual([undefined, 'AbandonedError', undefined]);
    expect(counting.total).toBe(0);
  });
});

describe('chance', () => {
  const callMany = (client: Client) =>
    Promise.all(Array.from({ length: 400 }, () => increment(client)));

  test.each([
    ['request', 0],
    ['reply', 400],
  ] as const)(
    'a loss rate of the %s direction spares the other',
    async (direction, ran) => {
      const { result, total } = await run({ [direction]: { lossRate: 0.25 } }, callMany);
      const lost = result.filter(({ error }) => error).length;
      expect(lost).toBeGreaterThan(60);
      expect(lost).toBeLessThan(140);
      expect(total).toBe(ran || 400 - lost);
    },
  );

  test('a duplicate rate runs some methods twice', async () => {
    const { result, total } = await run({ request: { duplicateRate: 0.25 } }, callMany);
    expect(result.filter(({ error }) => error)).toEqual([]);
    expect(total).toBeGreaterThan(460);
    expect(total).toBeLessThan(540);
  });

  test('a reorder rate holds some messages back while others overtake', async () => {
    const { events } = await run({ request: { reorderRate: 0.1 } }, callMany);
    const arrived = events.flatMap((event) =>
      event.type === 'delivered' && event.message.direction === 'request'
        ? [event.message.number]
        : [],
    );
    const sorted = [...arrived].sort((a, b) => a - b);
    expect(arrived).toHaveLength(400);
    expect(arrived).not.toEqual(sorted);
  });

  test('without FIFO each message takes its own delay', async () => {
    const { result } = await run(
      { isFifo: false, request: { delayMs: [50, 1] } },
      async (client) => {
        const replies = await Promise.all([increment(client), increment(client)]);
        return replies.map(({ reply }) => reply);
      },
    );
    expect(result).toEqual([2, 1]);
  });

  test('the same seed gives the same events, another seed others', async () => {
    const storm = { lossRate: 0.2, duplicateRate: 0.2, reorderRate: 0.2 };
    const observe = async (seed: number) =>
      (await run({ seed, request: storm, reply: storm }, callMany)).events;
    const [first, again, other] = [await observe(7), await observe(7), await observe(8)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  test('a fault leaves the fates of all other messages as they were', async () => {
    const options = { request: { lossRate: 0.2 } };
    const observe = async (faults: string) => {
      const { events } = await run({ ...options, faults }, callMany);
      return events.flatMap((event) =>
        event.type === 'lost' ? [event.message.number] : [],
      );
    };
    const byChance = await observe('');
    const spared = [1, 2, 3, 4, 5, 6, 7, 8, 9].find((n) => !byChance.includes(n));
    const both = await observe(`lose request ${spared}`);
    expect(new Set(both)).toEqual(new Set([...byChance, spared]));
  });
});

describe('a partition', () => {
  test('loses what is sent and what is under way, in silence, until it is healed', async () => {
    const faults = 'partition client | server at 2\nheal at 100';
    const { result, total } = await run({ faults }, async (client) => {
      const underWay = increment(client, 50);
      await new Promise((resolve) => setTimeout(resolve, 20));
      const sentInside = increment(client, 50);
      const lost = [await underWay, await sentInside].map(({ error }) => error?.name);
      await new Promise((resolve) => setTimeout(resolve, 100));
      return [...lost, (await increment(client)).reply];
    });
    expect(result).toEqual(['AbandonedError', 'AbandonedError', 1]);
    expect(total).toBe(1);
  });

  test('divides sets of nodes; who is in none reaches all', async () => {
    const { world } = createCountingWorld({
      faults: 'partition server,a | b at 1',
      unreachableMs: 40,
    });
    const dialFrom = (name: string) =>
      world.node(name).run(() =>
        dial('sim:server').then(
          () => 'reached',
          (error) => error.code,
        ),
      );
    const outcomes = await world.run(async () => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      const names = ['client', 'a', 'b'];
      return [await Promise.all(names.map(dialFrom)), world.time.nowMs];
    });
    expect(outcomes).toEqual([['reached', 'reached', 'ETIMEDOUT'], 42]);
  });

  test('a node that is disconnected reaches nobody until it is reconnected', async () => {
    const faults = 'disconnect server at 0\nreconnect server at 100';
    const { world } = createCountingWorld({ faults });
    const outcome = await world.run(async () => {
      await expect(dial('sim:server')).rejects.toThrow('dial sim:server: no answer');
      return (await increment(await dial('sim:server'))).reply;
    });
    expect(outcome).toBe(1);
  });
});

describe('a crash', () => {
  test('resets every connection; nobody listens until the restart', async () => {
    const faults = 'crash server at 20\nrestart server at 200';
    const { world } = createCountingWorld({ faults });
    const outcome = await world.run(async () => {
      const client = await dial('sim:server');
      await increment(client);
      await client.closed;
      const lostMs = world.time.nowMs;
      const refusal = await dial('sim:server').catch((error) => error.code);
      await new Promise((resolve) => setTimeout(resolve, 200));
      return [lostMs, refusal, (await increment(await dial('sim:server'))).reply];
    });
    // The new life has forgotten the first increment.
    expect(outcome).toEqual([20, 'ECONNREFUSED', 1]);
  });

  test('what a program wrote to its disk is there when it boots again', async () => {
    const { world } = createCountingWorld({
      faults: 'crash durable at 20\nrestart durable at 30',
    });
    world.addNode('durable', {
      boot: ({ disk }) => {
        const total = Number(disk.get('total') ?? 0);
        const save = (total: number) => void disk.set('total', String(total));
        return serve('sim:durable', new Counting(total, save));
      },
    });
    const replies = await world.run(async () => {
      const before = (await increment(await dial('sim:durable'))).reply;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return [before, (await increment(await dial('sim:durable'))).reply];
    });
    expect(replies).toEqual([1, 2]);
  });

  test('on a reply: the method ran, the reply never left', async () => {
    const { result, total } = await run({ faults: 'crash server on reply 1' }, increment);
    expect(result.error).toMatchObject({
      name: 'ConnectionLostError',
      isDefinite: false,
    });
    expect(total).toBe(1);
  });

  test('a crashed program does nothing more: its timers never fire', async () => {
    const { world } = createCountingWorld({ faults: 'crash ticking at 25' });
    let ticks = 0;
    world.addNode('ticking', { boot: () => void setInterval(() => ticks++, 10) });
    await world.run(() => new Promise((resolve) => setTimeout(resolve, 100)));
    expect(ticks).toBe(2);
  });

  test('nobody hears of a crash behind a partition until the next message', async () => {
    const faults = 'partition client | server at 10\ncrash server at 20\nheal at 30';
    const { result, nowMs } = await run({ faults }, async (client) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return increment(client);
    });
    expect(result.error?.name).toBe('ConnectionLostError');
    expect(nowMs).toBe(105);
  });

  test('what cannot be crashed or restarted is said', async () => {
    await expect(run({ faults: 'crash client at 1' }, increment)).rejects.toThrow(
      "crash client: the world's own program runs there",
    );
    const { world } = createCountingWorld({ faults: 'crash a at 1\nrestart a at 2' });
    world.addNode('a');
    await expect(
      world.run(() => new Promise((resolve) => setTimeout(resolve, 100))),
    ).rejects.toThrow('restart a: addNode was given no program to boot');
  });
});
