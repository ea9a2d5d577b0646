/** What a client promises beyond its transport: done channels, deadlines, signals, stubs. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  AbandonedError,
  type Call,
  Channel,
  Client,
  pipe,
  Server,
  stub,
} from '../../src/rpc/index.ts';
import { Arith } from './arith.ts';

let server: Server;
let arith: Arith;
let client: Client;

beforeEach(() => {
  server = new Server();
  arith = new Arith();
  server.register(arith);
  const [left, right] = pipe();
  void server.serveConn(left);
  client = new Client(right);
});

afterEach(async () => {
  expect(await client.call('Arith.Add', { A: 1, B: 1 })).toEqual({ C: 2 });
  await client.close();
  await server.close();
});

describe('a done channel', () => {
  test('gets the very Call, beside its done promise', async () => {
    const done = new Channel<Call>(1);
    const call = client.go('Arith.Add', { A: 1, B: 2 }, { done });
    expect(await done.receive()).toBe(call);
    expect(await call.done).toBe(call);
    expect(call.reply).toEqual({ C: 3 });
  });

  test('collects many calls in the order of their replies', async () => {
    const done = new Channel<Call>(10);
    const slow = client.go('Arith.Wait', {}, { done });
    const quick = client.go('Arith.Add', { A: 1, B: 2 }, { done });
    expect(await done.receive()).toBe(quick);
    arith.open();
    expect(await done.receive()).toBe(slow);
  });

  test('without capacity it is refused before anything is sent', async () => {
    const asked: unknown[] = [];
    server.registerName('Spy', { Ask: (args: unknown) => asked.push(args) });
    expect(() => client.go('Spy.Ask', {}, { done: new Channel() })).toThrow(
      'rpc: done channel is unbuffered',
    );
    await client.call('Arith.Add', { A: 1, B: 1 });
    expect(asked).toEqual([]);
  });

  test('when it is full the Call is dropped; its reply is there all the same', async () => {
    const done = new Channel<Call>(1);
    const calls = [1, 2, 3].map((A) => client.go('Arith.Add', { A, B: 0 }, { done }));
    await Promise.all(calls.map((call) => call.done));
    expect(calls.map((call) => call.reply)).toEqual([{ C: 1 }, { C: 2 }, { C: 3 }]);
    expect(done.length).toBe(1);
  });

  test('the synchronous loop of the slides, with a default case', async () => {
    const done = new Channel<Call<{ C: number }>>(3);
    for (const A of [1, 2, 3])
      client.go('Arith.Add', { A, B: A }, { done: done as Channel<Call> });
    const sums: number[] = [];
    let otherWork = 0;
    while (sums.length < 3) {
      const received = done.tryReceive();
      if (received) sums.push(received.value.reply?.C as number);
      else otherWork++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sums).toEqual([2, 4, 6]);
    expect(otherWork).toBeGreaterThan(0);
  });
});

describe('a call that nobody waits for any longer', () => {
  test('deadline: an indefinite error, and its late reply disturbs nobody', async () => {
    const call = client.go('Arith.Wait', {}, { deadlineMs: 20 });
    const { error } = await call.done;
    expect(error).toBeInstanceOf(AbandonedError);
    expect(error).toMatchObject({
      message: 'rpc: no reply after 20 ms',
      isDefinite: false,
    });
    arith.open();
    await client.call('Arith.Add', { A: 1, B: 1 });
    expect(call.reply).toBeUndefined();
  });

  test('signal: aborted while it runs', async () => {
    const controller = new AbortController();
    const call = client.go('Arith.Wait', {}, { signal: controller.signal });
    await client.call('Arith.Add', { A: 1, B: 1 });
    controller.abort(new Error('changed my mind'));
    await call.done;
    expect(call.error).toMatchObject({
      message: 'rpc: the call was aborted',
      isDefinite: false,
    });
    expect(call.error).toHaveProperty('cause.message', 'changed my mind');
    arith.open();
  });

  test('signal: aborted before, so that nothing was sent', async () => {
    const { error } = await client.go('Arith.Wait', {}, { signal: AbortSignal.abort() })
      .done;
    expect(error?.isDefinite).toBe(true);
    await client.call('Arith.Add', { A: 1, B: 1 });
    expect(arith.waiting).toBe(0);
  });

  test('a reply in time: deadline and signal leave no trace', async () => {
    const controller = new AbortController();
    const options = { deadlineMs: 60_000, signal: controller.signal };
    expect(await client.call('Arith.Add', { A: 2, B: 2 }, options)).toEqual({ C: 4 });
    controller.abort();
  });
});

describe('a stub', () => {
  test('calls by name, with the types of the service', async () => {
    const remote = stub<Arith>(client, 'Arith');
    const reply: { C: number } = await remote.Add({ A: 20, B: 22 });
    expect(reply).toEqual({ C: 42 });
    await expect(remote.Div({ A: 1, B: 0 })).rejects.toThrow('divide by zero');
  });

  test('is no promise: awaiting it gives the stub, and calls nothing', async () => {
    const remote = stub<Arith>(client, 'Arith');
    expect(await remote).toBe(remote);
    expect((remote as unknown as { lowerCase: unknown }).lowerCase).toBeUndefined();
    // @ts-expect-error: a name in lower case is not exported
    expect(remote.lowerCase).toBeUndefined();
  });
});

describe('args that make a call while they are written', () => {
  const nosy = (inner: () => void) => ({
    get A() {
      inner();
      return 1;
    },
    B: 2,
  });

  test('both calls get their own replies', async () => {
    let inner: Call | undefined;
    const args = nosy(() => {
      inner ??= client.go('Arith.Add', { A: 10, B: 20 });
    });
    const outer = client.go('Arith.Add', args, { deadlineMs: 60_000 });
    expect((await outer.done).reply).toEqual({ C: 3 });
    expect((await (inner as Call).done).reply).toEqual({ C: 30 });
  });

  test('and close the client: the call is not sent', async () => {
    const [left, right] = pipe();
    void server.serveConn(left);
    const another = new Client(right);
    const call = another.go(
      'Arith.Add',
      nosy(() => void another.close()),
    );
    expect((await call.done).error?.message).toBe('connection is shut down');
  });
});

test('a deadline without end is no deadline of a millisecond', async () => {
  const deadlineMs = Number.POSITIVE_INFINITY;
  const call = client.go('Arith.Wait', {}, { deadlineMs });
  for (let i = 0; i < 50; i++) await client.call('Arith.Add', { A: i, B: 1 });
  expect(call.error).toBeUndefined();
  arith.open();
  expect((await call.done).reply).toBe('waited');
});
