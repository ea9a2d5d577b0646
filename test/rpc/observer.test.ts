/** What an observer is told of a call, at either end, however the call ends. */
import { createConnection } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import {
  type CallEvent,
  Client,
  ConnectionLostError,
  codecNames,
  dial,
  pipe,
  type RequestEvent,
  Server,
  ServerError,
} from '../../src/rpc/index.ts';
import { Arith } from './arith.ts';

let server: Server;
afterEach(() => server.close());

function serve() {
  const seen: (CallEvent | RequestEvent)[] = [];
  let tell = (_: CallEvent | RequestEvent) => {};
  const observe = (event: CallEvent | RequestEvent) => {
    seen.push(event);
    tell(event);
  };
  const next = (type: string) =>
    new Promise<CallEvent | RequestEvent>((resolve) => {
      tell = (event) => event.type === type && resolve(event);
    });
  server = new Server({ observe });
  server.register(new Arith());
  const connect = (client = {}) => {
    const [left, right] = pipe();
    void server.serveConn(left);
    return new Client(right, client);
  };
  return { seen, observe, connect, next };
}

test.each(codecNames)('%s: a call is seen at both ends, in order', async (codec) => {
  const { seen, observe, connect } = serve();
  const client = connect({ codec, observe });
  await client.go('Arith.Add', { A: 1, B: 2 }).done;
  const serviceMethod = 'Arith.Add';
  expect(seen).toMatchObject([
    { type: 'call-sent', seq: 0, serviceMethod, args: { A: 1, B: 2 } },
    {
      type: 'request-arrived',
      connection: 1,
      seq: 1,
      serviceMethod,
      args: { A: 1, B: 2 },
    },
    { type: 'reply-left', connection: 1, seq: 1, reply: { C: 3 }, error: undefined },
    { type: 'call-answered', seq: 0, reply: { C: 3 }, error: undefined },
  ]);
  await client.close();
});

test('a method that throws, one that is not there, and args that cannot be read', async () => {
  const { seen, observe, connect } = serve();
  const client = connect({ observe });
  server.registerName('Bad', {
    Fail: () => {
      throw new Error('it is broken');
    },
    Odd: () => 1n,
  });
  for (const method of ['Bad.Fail', 'Bad.Gone', 'Bad.Odd'])
    await client.go(method, { A: 1 }).done;
  const left = seen.filter(({ type }) => type === 'reply-left');
  expect(left).toMatchObject([
    { seq: 1, error: 'it is broken' },
    { seq: 2, error: "rpc: can't find method Bad.Gone" },
    { seq: 3, error: expect.stringContaining('reply cannot be encoded') },
  ]);
  const arrived = seen.filter(({ type }) => type === 'request-arrived');
  expect(arrived).toMatchObject([
    { serviceMethod: 'Bad.Fail', args: { A: 1 } },
    { serviceMethod: 'Bad.Gone', args: undefined },
    { serviceMethod: 'Bad.Odd' },
  ]);
  const answered = seen.filter((event) => event.type === 'call-answered');
  expect(answered.map(({ error }) => error instanceof ServerError)).toEqual([
    true,
    true,
    true,
  ]);
  await client.close();
});

test('a lost connection: the call is indefinite, the request is never answered', async () => {
  const { seen, observe, connect, next } = serve();
  const client = connect({ observe });
  const arrived = next('request-arrived');
  const call = client.go('Arith.Wait', {});
  await arrived;
  const closed = next('connection-closed');
  await server.close();
  await call.done;
  await closed;
  const answered = seen.find((event) => event.type === 'call-answered');
  expect(answered?.error).toBeInstanceOf(ConnectionLostError);
  expect(answered?.error?.isDefinite).toBe(false);
  expect(seen.at(-1)).toEqual({ type: 'connection-closed', connection: 1 });
  expect(seen.some(({ type }) => type === 'reply-left')).toBe(false);
});

test('one that nobody has answered yet stays open; one that was not sent is not seen', async () => {
  const { seen, observe, connect, next } = serve();
  const client = connect({ observe });
  const arrived = next('request-arrived');
  const open = client.go('Arith.Wait', {});
  await arrived;
  const circular: { self?: object } = {};
  circular.self = circular;
  expect((await client.go('Arith.Add', circular).done).error?.name).toBe('NotSentError');
  expect(seen.map(({ type }) => type)).toEqual(['call-sent', 'request-arrived']);
  await client.close();
  expect((await open.done).error?.name).toBe('ShutdownError');
  expect(seen.filter(({ type }) => type === 'call-answered')).toHaveLength(1);
});

test('the calls of a JSON-RPC batch are seen one by one', async () => {
  const { seen, next } = serve();
  const address = await server.listen('localhost:0');
  const closed = next('connection-closed');
  const socket = createConnection(Number(address.split(':')[1]), 'localhost');
  const add = { jsonrpc: '2.0', id: 1, method: 'Arith.Add', params: { A: 1, B: 2 } };
  const gone = { ...add, id: 2, method: 'Arith.Gone' };
  socket.end(`${JSON.stringify([add, gone])}\n`);
  socket.resume();
  await closed;
  expect(seen).toMatchObject([
    { type: 'request-arrived', seq: 1, args: { A: 1, B: 2 } },
    { type: 'reply-left', seq: 1, reply: { C: 3 } },
    { type: 'request-arrived', serviceMethod: 'Arith.Gone', args: undefined },
    { type: 'reply-left', seq: 2, error: "rpc: can't find method Arith.Gone" },
    { type: 'connection-closed' },
  ]);
});

test('connections have numbers of their own', async () => {
  const { seen } = serve();
  const address = await server.listen('localhost:0');
  const clients = [await dial(address), await dial(address)];
  for (const client of clients) await client.call('Arith.Add', { A: 1, B: 1 });
  const arrived = seen.filter((event) => event.type === 'request-arrived');
  expect(arrived.map(({ connection, seq }) => [connection, seq])).toEqual([
    [1, 1],
    [2, 1],
  ]);
  for (const client of clients) await client.close();
});
