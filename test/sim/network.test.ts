/** The simulated network keeps the transports' contract, and its own promises about time. */
import { expect, test } from 'vitest';
import { dial, NetworkError, Server } from '../../src/rpc/index.ts';
import type { DelayScript } from '../../src/sim/conditions.ts';
import { World } from '../../src/sim/world.ts';
import { Arith } from '../rpc/arith.ts';
import { describeTransport, type Setup } from '../rpc/transport-contract.ts';

const createWorld = (delayMs: DelayScript, connectMs = 0) =>
  new World({ delayMs, connectMs, wallMs: 1e12, seed: 1 });

const withinWorld =
  (createTheWorld: () => World) => (body: (setup: Setup) => Promise<void>) =>
    createTheWorld().run(async () => {
      const server = new Server();
      const arith = new Arith();
      server.register(arith);
      const address = await server.listen('sim:arith');
      const client = await dial(address);
      await body({ server, arith, client, anotherClient: () => dial(address) });
      await client.close();
      await server.close();
    });

describeTransport(
  'the simulated network',
  withinWorld(() => createWorld(() => 5)),
);

describeTransport(
  'the simulated network, replies doubled and out of order',
  withinWorld(
    () => new World({ reply: { duplicateRate: 0.5, reorderRate: 0.5, delayMs: 5 } }),
  ),
);

async function callTwice(world: World) {
  const server = new Server();
  server.register(new Arith());
  const client = await dial(await server.listen('sim:arith'));
  const dialledMs = world.time.nowMs;
  await client.call('Arith.Add', { A: 1, B: 2 });
  const firstMs = world.time.nowMs;
  await client.call('Arith.Add', { A: 1, B: 2 });
  return { dialledMs, firstMs, secondMs: world.time.nowMs };
}

test('dialling and each direction take exactly as long as the script says', async () => {
  const world = createWorld(
    (direction, index) => (direction === 'request' ? 10 : 100) + index,
    7,
  );
  const times = await world.run(() => callTwice(world));
  expect(times).toEqual({ dialledMs: 7, firstMs: 7 + 110, secondMs: 7 + 110 + 112 });
});

test('messages of one direction never overtake each other', async () => {
  const world = createWorld((direction, index) =>
    direction === 'request' && index === 0 ? 50 : 1,
  );
  await world.run(async () => {
    const server = new Server();
    server.register(new Arith());
    const client = await dial(await server.listen('sim:arith'));
    const arrivals: string[] = [];
    const slow = client
      .go('Arith.Add', { A: 1, B: 1 })
      .done.then(() => arrivals.push('slow'));
    await new Promise((resolve) => setTimeout(resolve, 1));
    const quick = client
      .go('Arith.Add', { A: 2, B: 2 })
      .done.then(() => arrivals.push('quick'));
    await Promise.all([slow, quick]);
    expect(arrivals).toEqual(['slow', 'quick']);
    expect(world.time.nowMs).toBe(51);
  });
});

test('nobody listens: refused, after the time that dialling takes', async () => {
  const world = createWorld(() => 1, 20);
  await world.run(async () => {
    await expect(dial('sim:nobody')).rejects.toThrow(NetworkError);
    expect(world.time.nowMs).toBe(20);
  });
});

test('it counts requests and the connections that clients leave open', async () => {
  const world = createWorld(() => 1);
  await world.run(() => callTwice(world));
  expect(world.network.requestsSent).toBe(2);
  expect(world.network.openConnections).toBe(1);
});

test('while the server itself does not read, no frame is overdue, however long it takes', async () => {
  const world = createWorld(() => 1);
  const answers = await world.run(async () => {
    const server = new Server({ limits: { partialFrameMs: 100, maxInFlight: 1 } });
    const arith = new Arith();
    server.register(arith);
    await server.listen('sim:arith');
    const raw = await world.network.dial('sim:arith');
    let text = '';
    raw.receive({
      bytes: (chunk) => {
        text += chunk;
      },
      drained: () => {},
      ended: () => {},
      closed: () => {},
    });
    const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const line = '{"jsonrpc":"2.0","id":1,"method":"Arith.Wait","params":{}}\n';
    raw.send(line + line.slice(0, 20));
    await pass(1000);
    expect(text).toBe('');
    arith.open();
    raw.send(line.slice(20));
    await pass(10);
    arith.open();
    await pass(10);
    return text
      .trim()
      .split('\n')
      .map((answer) => JSON.parse(answer).result);
  });
  expect(answers).toEqual(['waited', 'waited']);
});

test('a frame that is begun and not ended is overdue to the millisecond', async () => {
  const world = createWorld(() => 1);
  const closedMs = await world.run(async () => {
    const server = new Server({ limits: { partialFrameMs: 30_000 } });
    server.register(new Arith());
    await server.listen('sim:arith');
    const raw = await world.network.dial('sim:arith');
    raw.send('{"jsonrpc":');
    // The server waits in the background; this world goes on for a minute of its own.
    setTimeout(() => {}, 60_000);
    return new Promise<number>((resolve) => {
      const ended = () => resolve(world.time.nowMs);
      raw.receive({ bytes: () => {}, drained: () => {}, ended, closed: () => {} });
    });
  });
  // A millisecond there, the deadline, a millisecond back.
  expect(closedMs).toBe(1 + 30_000 + 1);
});
