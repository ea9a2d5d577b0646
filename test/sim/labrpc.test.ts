/**
 * labrpc's own tests, by name, over the unchanged Client and Server: what its network does,
 * ours does too, in virtual time.
 *
 * Source: MIT 6.5840, src/labrpc/test_test.go.
 */
import { expect, test } from 'vitest';
import { type Client, dial } from '../../src/rpc/index.ts';
import { type LabrpcOptions, labrpc } from '../../src/sim/conditions.ts';
import { countMessages } from '../../src/sim/counters.ts';
import { World, type WorldOptions } from '../../src/sim/world.ts';
import { serve } from './counting.ts';

/** Source: test_test.go, JunkServer. */
class JunkServer {
  readonly log: unknown[] = [];

  Handler1(text: string) {
    this.log.push(text);
    return Number(text);
  }

  async Handler2(n: number) {
    this.log.push(n);
    return `handler2-${n}`;
  }

  async Handler3(ms: number) {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return -ms;
  }

  Handler4({ X }: { X: number }) {
    return { X: `handler4-${X}` };
  }

  Handler7(length: number) {
    return 'y'.repeat(length);
  }
}

interface Lab {
  world: World;
  junk: JunkServer;
  client: Client;
}

async function inLab<T>(
  options: LabrpcOptions & WorldOptions,
  body: (lab: Lab) => Promise<T>,
): Promise<T> {
  const world = new World({ ...labrpc(options), ...options });
  const junk = new JunkServer();
  world.addNode('server', { boot: () => serve('sim:server', junk) });
  return world.run(async () => body({ world, junk, client: await dial('sim:server') }));
}

const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('Basic', () =>
  inLab({}, async ({ client }) => {
    expect(await client.call('JunkServer.Handler2', 111)).toBe('handler2-111');
    expect(await client.call('JunkServer.Handler1', '9099')).toBe(9099);
  }));

test('Types: plain values and objects, both ways', () =>
  inLab({}, async ({ client }) => {
    expect(await client.call('JunkServer.Handler4', { X: 7 })).toEqual({
      X: 'handler4-7',
    });
  }));

test('Disconnect: nothing arrives from a disconnected end; connected again, all does', () =>
  inLab({}, async ({ world, junk, client }) => {
    world.network.disconnect('client');
    const lost = client.go('JunkServer.Handler2', 111, { deadlineMs: 100 });
    expect((await lost.done).error?.isDefinite).toBe(false);
    expect(junk.log).toEqual([]);
    world.network.reconnect('client');
    expect(await client.call('JunkServer.Handler1', '9099')).toBe(9099);
  }));

test('Counts: seventeen calls are seventeen requests', () =>
  inLab({}, async ({ world, client }) => {
    for (let i = 0; i < 17; i++) {
      expect(await client.call('JunkServer.Handler2', i)).toBe(`handler2-${i}`);
    }
    const { requestsTo, messages } = countMessages(world.events);
    expect(requestsTo.get('server')).toBe(17);
    expect(messages).toBe(34);
  }));

test('Bytes: what args and replies weigh is counted', () =>
  inLab({}, async ({ world, client }) => {
    for (let i = 0; i < 17; i++)
      await client.call('JunkServer.Handler2', 'x'.repeat(128));
    const sent = countMessages(world.events).bytes;
    expect(sent).toBeGreaterThan(17 * 2 * 128);
    expect(sent).toBeLessThan(17 * 2 * 300);
    for (let i = 0; i < 17; i++) await client.call('JunkServer.Handler7', 1000);
    const more = countMessages(world.events).bytes - sent;
    expect(more).toBeGreaterThan(17 * 1000);
    expect(more).toBeLessThan(17 * 1200);
  }));

test('ConcurrentMany: twenty clients with ten calls each', () =>
  inLab({}, async ({ world, junk }) => {
    const callTen = async (_: unknown, i: number) => {
      const node = world.addNode(`client-${i}`);
      const client = await node.run(() => dial('sim:server'));
      for (let j = 0; j < 10; j++) {
        const n = i * 100 + j;
        expect(await client.call('JunkServer.Handler2', n)).toBe(`handler2-${n}`);
      }
    };
    await Promise.all(Array.from({ length: 20 }, callTen));
    expect(junk.log).toHaveLength(200);
  }));

test('Unreliable: of three hundred calls neither all nor none get a reply', () =>
  inLab({ unreliable: true }, async ({ junk, client }) => {
    const calls = Array.from({ length: 300 }, (_, i) =>
      client.go('JunkServer.Handler2', i, { deadlineMs: 1000 }),
    );
    const settled = await Promise.all(calls.map(({ done }) => done));
    const replied = settled.filter(({ error }) => error === undefined);
    for (const { args, reply } of replied) expect(reply).toBe(`handler2-${args}`);
    // Nine of ten requests arrive, nine of ten of their replies return.
    expect(Math.abs(replied.length - 243)).toBeLessThan(30);
    expect(junk.log.length).toBeGreaterThan(replied.length);
  }));

test('ConcurrentOne: twenty calls in flight on one connection', () =>
  inLab({}, async ({ world, junk, client }) => {
    const calls = Array.from({ length: 20 }, (_, i) =>
      client.call('JunkServer.Handler2', i),
    );
    const replies = await Promise.all(calls);
    expect(replies).toEqual(replies.map((_, i) => `handler2-${i}`));
    expect(junk.log).toHaveLength(20);
    expect(countMessages(world.events).requestsTo.get('server')).toBe(20);
  }));

test('Regression1: calls sent while disabled do not delay those sent after', () =>
  inLab({}, async ({ world, junk, client }) => {
    world.network.disconnect('client');
    const lost = Array.from({ length: 20 }, (_, i) =>
      client.go('JunkServer.Handler2', i, { deadlineMs: 7000 }),
    );
    await pass(100);
    const enabledMs = world.time.nowMs;
    world.network.reconnect('client');
    expect(await client.call('JunkServer.Handler2', 99)).toBe('handler2-99');
    expect(world.time.nowMs - enabledMs).toBeLessThan(30);
    for (const { done } of lost) expect((await done).error?.isDefinite).toBe(false);
    expect(junk.log).toEqual([99]);
  }));

test('Killed: a call inside a server that dies settles, and soon', () =>
  inLab({ faults: 'crash server at 1000' }, async ({ world, client }) => {
    const call = client.go('JunkServer.Handler3', 20_000);
    await call.done;
    expect(call.error).toMatchObject({ name: 'ConnectionLostError', isDefinite: false });
    expect(world.time.nowMs).toBe(1000);
  }));

test('LongDelayRace: dialling where no way leads may take seven seconds, and then fails', () =>
  inLab({ longDelays: true }, async ({ world }) => {
    world.network.disconnect('server');
    const tookMs: number[] = [];
    for (let i = 0; i < 40; i++) {
      const beganMs = world.time.nowMs;
      await expect(dial('sim:server')).rejects.toThrow('no answer');
      tookMs.push(world.time.nowMs - beganMs);
    }
    expect(Math.max(...tookMs)).toBeGreaterThan(5000);
    expect(Math.max(...tookMs)).toBeLessThan(7000);
  }));

test('LongReordering: two of three replies are late, and overtaken', () =>
  inLab({ longReordering: true }, async ({ world, client }) => {
    const tookMs: number[] = [];
    const order: unknown[] = [];
    const calls = Array.from({ length: 300 }, (_, i) =>
      client.go('JunkServer.Handler2', i).done.then(({ args }) => {
        order.push(args);
        tookMs.push(world.time.nowMs);
      }),
    );
    await Promise.all(calls);
    const late = tookMs.filter((ms) => ms >= 200);
    expect(Math.abs(late.length - 200)).toBeLessThan(30);
    expect(Math.max(...late)).toBeLessThanOrEqual(2200);
    expect(order).not.toEqual(calls.map((_, i) => i));
  }));
