/** Nodes: each with clocks, delays and a program of its own. */
import { expect, test } from 'vitest';
import { dial } from '../../src/rpc/index.ts';
import { exponential, uniform } from '../../src/sim/delays.ts';
import { createRandom } from '../../src/sim/random.ts';
import { World } from '../../src/sim/world.ts';
import { createCountingWorld, serve } from './counting.ts';

const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

class Clocks {
  Read() {
    return { wallMs: Date.now(), now: performance.now() };
  }
}

test('a method reads the clocks of the node that it runs on', async () => {
  const world = new World({ wallMs: 1_000_000 });
  world.addNode('ahead', { offsetMs: 500, boot: () => serve('sim:ahead', new Clocks()) });
  const seen = await world.run(async () => {
    const client = await dial('sim:ahead');
    const before = performance.now();
    const { wallMs } = await client.call<{ wallMs: number }>('Clocks.Read', {});
    return { theirs: wallMs, ours: Date.now(), tookMs: performance.now() - before };
  });
  expect(seen).toEqual({ theirs: 1_000_501, ours: 1_000_002, tookMs: 2 });
});

test('clocks drift apart: a node that gains 200 ppm, and its timers', async () => {
  const world = new World({ wallMs: 0 });
  const quick = world.addNode('quick', { driftPpm: 200 });
  await world.run(async () => {
    await pass(1_000_000);
    expect(quick.now() - world.client.now()).toBeCloseTo(200);
    await quick.run(() => pass(1000));
    expect(world.time.nowMs).toBeCloseTo(1_001_000 - 0.2);
  });
});

test('a script steps a wall clock; the monotonic one knows nothing of it', async () => {
  const world = new World({ wallMs: 100_000, faults: 'step a by -10000 at 30' });
  const { clocks } = world.addNode('a');
  const begunMs = clocks.monotonicMs();
  await world.run(() => pass(50));
  expect(clocks.wallMs()).toBe(90_050);
  expect(clocks.monotonicMs() - begunMs).toBe(50);
  expect(world.client.now()).toBe(100_050);
  expect(world.events).toEqual([{ atMs: 30, type: 'stepped', node: 'a', byMs: -10_000 }]);
});

test('each direction has delays of its own', async () => {
  const { world } = createCountingWorld({
    request: { delayMs: [10, 20] },
    reply: { delayMs: (index) => 100 * (index + 1) },
  });
  const times = await world.run(async () => {
    const client = await dial('sim:server');
    const times = [];
    for (let i = 0; i < 3; i++) {
      const sentMs = world.time.nowMs;
      await client.call('Counting.Increment', {});
      times.push(world.time.nowMs - sentMs);
    }
    return times;
  });
  expect(times).toEqual([110, 220, 320]);
});

test('distributions keep their bounds and their mean', () => {
  const random = createRandom(1);
  const draw = (delay: (index: number, random: () => number) => number) =>
    Array.from({ length: 2000 }, (_, i) => delay(i, random));
  const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
  const even = draw(uniform(0, 26));
  expect([Math.min(...even), Math.max(...even)]).toEqual([0, 26]);
  expect(mean(even)).toBeCloseTo(13, 0);
  const queues = draw(exponential(20, 10));
  expect(Math.min(...queues)).toBeGreaterThanOrEqual(10);
  expect(mean(queues)).toBeGreaterThan(19);
  expect(mean(queues)).toBeLessThan(21);
});

test('a program listens on its own node only, and one address once', async () => {
  const { world } = createCountingWorld();
  await world.run(async () => {
    const listen = (address: string) =>
      world.node('a').run(() => serve(address, new Clocks()));
    await expect(listen('sim:b')).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
    await listen('sim:a');
    await listen('sim:a:81');
    await expect(listen('sim:a')).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

test('readers follow the events as they happen; programs add notes', async () => {
  const { world } = createCountingWorld();
  const seen: string[] = [];
  world.log.follow((event) => seen.push(`${event.atMs} ${event.type}`));
  await world.run(async () => {
    const client = await dial('sim:server');
    await client.call('Counting.Increment', {});
    world.client.note('has its reply');
  });
  expect(seen).toEqual([
    '0 dialled',
    '0 sent',
    '5 delivered',
    '5 sent',
    '10 delivered',
    '10 noted',
  ]);
  const [, sent, , replied] = world.events;
  expect(sent).toMatchObject({
    message: { direction: 'request', number: 1, label: 'Counting.Increment #0' },
  });
  expect(replied).toMatchObject({
    message: { direction: 'reply', from: 'server', label: 'ok #0' },
  });
});
