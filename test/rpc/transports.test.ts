/** One contract, held by every transport: a call behaves the same over all of them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  Client,
  ConnectionLostError,
  dial,
  NotSentError,
  pipe,
  Server,
  ServerError,
  ShutdownError,
} from '../../src/rpc/index.ts';
import { Arith } from './arith.ts';

interface Setup {
  server: Server;
  arith: Arith;
  client: Client;
  anotherClient(): Promise<Client>;
}

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function listen(address: string): Promise<Setup> {
  const server = new Server();
  const arith = new Arith();
  server.register(arith);
  const bound = await server.listen(address);
  cleanups.push(() => server.close());
  const anotherClient = async () => {
    const client = await dial(bound);
    cleanups.push(() => client.close());
    return client;
  };
  return { server, arith, client: await anotherClient(), anotherClient };
}

function listenUnix(): Promise<Setup> {
  const folder = mkdtempSync(join(tmpdir(), 'rpc-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  return listen(`unix:${join(folder, 'socket')}`);
}

async function joinPipe(): Promise<Setup> {
  const server = new Server();
  const arith = new Arith();
  server.register(arith);
  cleanups.push(() => server.close());
  const anotherClient = async () => {
    const [left, right] = pipe();
    void server.serveConn(left);
    return new Client(right);
  };
  return { server, arith, client: await anotherClient(), anotherClient };
}

describe.each([
  ['TCP', () => listen('localhost:0')],
  ['a unix socket', listenUnix],
  ['an in-memory pipe', joinPipe],
])('over %s', (_name, setUp) => {
  test('call returns the reply', async () => {
    const { client } = await setUp();
    expect(await client.call('Arith.Add', { A: 7, B: 8 })).toEqual({ C: 15 });
  });

  test('go returns the Call that done delivers', async () => {
    const { client } = await setUp();
    const call = client.go('Arith.Add', { A: 1, B: 2 });
    expect(call.reply).toBeUndefined();
    expect('then' in call).toBe(false);
    expect(await call.done).toBe(call);
    expect(call).toMatchObject({ reply: { C: 3 }, error: undefined });
  });

  test('a reference never crosses: the method gets a copy', async () => {
    const { client } = await setUp();
    const args = { list: [1, 2] };
    const reply = await client.call('Arith.Echo', args);
    expect(reply).toEqual(args);
    expect(reply).not.toBe(args);
  });

  test.each([
    ['an object', { a: 1 }],
    ['text with newlines and emoji', 'one\ntwo 🚀'],
    ['an array', [1, [2]]],
    ['an array of one', [[1]]],
    ['null', null],
    ['zero', 0],
    ['a megabyte', 'é'.repeat(500_000)],
  ])('args survive the way: %s', async (_kind, args) => {
    const { client } = await setUp();
    expect(await client.call('Arith.Echo', args)).toEqual(args);
  });

  test('replies come in any order, each to its own call', async () => {
    const { client, arith } = await setUp();
    const slow = client.go('Arith.Wait', {});
    const order: string[] = [];
    slow.done.then(() => order.push('slow'));
    const quick = await Promise.all(
      Array.from({ length: 500 }, (_, i) => client.call('Arith.Add', { A: i, B: i })),
    );
    order.push('quick');
    expect(quick).toEqual(Array.from({ length: 500 }, (_, i) => ({ C: 2 * i })));
    arith.open();
    await slow.done;
    expect(slow.reply).toBe('waited');
    expect(order).toEqual(['quick', 'slow']);
  });

  test('a method that throws: a definite ServerError, and the connection lives on', async () => {
    const { client } = await setUp();
    const call = await client.go('Arith.Div', { A: 1, B: 0 }).done;
    expect(call.error).toBeInstanceOf(ServerError);
    expect(call.error).toMatchObject({ message: 'divide by zero', isDefinite: true });
    expect(await client.call('Arith.Div', { A: 6, B: 3 })).toEqual({ C: 2 });
  });

  test('a lost connection: every pending call settles, indefinite', async () => {
    const { client, server, arith } = await setUp();
    const calls = [client.go('Arith.Wait', {}), client.go('Arith.Wait', {})];
    await client.call('Arith.Add', { A: 1, B: 1 });
    expect(arith.waiting).toBe(2);
    await server.close();
    for (const call of calls) {
      const { error } = await call.done;
      expect(error).toBeInstanceOf(ConnectionLostError);
      expect(error?.isDefinite).toBe(false);
    }
    await expect(client.call('Arith.Add', { A: 1, B: 1 })).rejects.toMatchObject({
      message: 'connection is shut down',
      isDefinite: true,
    });
  });

  test('close settles what waits with ShutdownError; later calls are never sent', async () => {
    const { client } = await setUp();
    const waiting = client.go('Arith.Wait', {});
    await client.close();
    expect((await waiting.done).error).toBeInstanceOf(ShutdownError);
    expect(waiting.error?.isDefinite).toBe(false);
    const late = await client.go('Arith.Add', { A: 1, B: 1 }).done;
    expect(late.error?.isDefinite).toBe(true);
    await client.close();
  });

  test('args that cannot be sent fail their own call only', async () => {
    const { client } = await setUp();
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    for (const args of [{ n: 1n }, cyclic, 'x'.repeat(5_000_000)]) {
      const { error } = await client.go('Arith.Echo', args).done;
      expect(error).toBeInstanceOf(NotSentError);
    }
    expect(await client.call('Arith.Add', { A: 1, B: 1 })).toEqual({ C: 2 });
  });

  test('a reply that cannot be sent fails its own call only', async () => {
    const { client } = await setUp();
    await expect(client.call('Arith.BigReply', { bytes: 5_000_000 })).rejects.toThrow(
      'rpc: reply is over 4194304 bytes',
    );
    await expect(client.call('Arith.Cycle', {})).rejects.toThrow('cannot be encoded');
    expect(await client.call('Arith.Add', { A: 1, B: 1 })).toEqual({ C: 2 });
  });

  test('several clients share one server', async () => {
    const { client, anotherClient } = await setUp();
    const other = await anotherClient();
    await client.close();
    expect(await other.call('Arith.Add', { A: 2, B: 2 })).toEqual({ C: 4 });
  });
});
