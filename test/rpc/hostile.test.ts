/**
 * Hostile input on a real socket: the server answers or hangs up, runs nothing that was not
 * registered, and other connections do not notice.
 */
import { once } from 'node:events';
import * as net from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Client,
  codecNames,
  dial,
  type Limits,
  Server,
} from '../../src/rpc/index.ts';
import { Arith } from './arith.ts';

let server: Server;
let arith: Arith;
let port: number;
let neighbour: Client;

async function start(limits: Partial<Limits> = {}, codecs = codecNames) {
  server = new Server({ limits, codecs });
  arith = new Arith();
  server.register(arith);
  const address = await server.listen('127.0.0.1:0');
  port = Number(address.split(':')[1]);
  neighbour = await dial(address);
}

beforeEach(() => start());

afterEach(async () => {
  expect(await neighbour.call('Arith.Add', { A: 1, B: 2 })).toEqual({ C: 3 });
  expect(Object.keys(Object.prototype)).toEqual([]);
  await neighbour.close();
  await server.close();
});

/** A raw connection: send bytes, read lines. */
async function connect() {
  const socket = net.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  const readLine = async () => {
    while (!text.includes('\n')) await once(socket, 'data');
    const line = text.slice(0, text.indexOf('\n'));
    text = text.slice(line.length + 1);
    return JSON.parse(line);
  };
  return { socket, readLine, closed, text: () => text };
}

async function answerTo(line: string) {
  const { socket, readLine } = await connect();
  socket.write(`${line}\n`);
  const answer = await readLine();
  socket.destroy();
  return answer;
}

function request(method: string, params: unknown = {}) {
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
}

describe('lines that are no request, where only JSON-RPC 2.0 is spoken', () => {
  beforeEach(async () => {
    await neighbour.close();
    await server.close();
    await start({}, ['json-rpc']);
  });

  test.each([
    ['null', 'null', -32600],
    ['[null]', '[null]', -32600],
    ['a number', '5', -32600],
    ['a string', '"x"', -32600],
    ['true', 'true', -32600],
    ['an empty object', '{}', -32600],
    ['an empty batch', '[]', -32600],
    ['a batch over the limit', `[${'1,'.repeat(100)}1]`, -32600],
    ['no JSON', '{"id":', -32700],
    ['invalid UTF-8', '\xff\xfe', -32700],
    ['version 1.0', '{"method":"Arith.Add","params":[{}],"id":1}', -32600],
    ['a method that is a number', '{"jsonrpc":"2.0","id":1,"method":5}', -32600],
    ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"Arith.Add"}', -32600],
    ['100,000 nested arrays', '['.repeat(100_000) + ']'.repeat(100_000), -32600],
    [
      'deep args',
      request('Arith.Echo').replace('{}', '['.repeat(9000) + ']'.repeat(9000)),
      -32600,
    ],
    ['params of two', request('Arith.Add', [1, 2]), -32602],
    ['params that are text', request('Arith.Add', 'x'), -32602],
  ])('%s', async (_what, line, code) => {
    const answer = await answerTo(line);
    const error = (Array.isArray(answer) ? answer[0] : answer).error;
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^rpc: /);
    expect(JSON.stringify(answer)).not.toMatch(/node_modules|at .*:\d+/);
  });
});

describe('names that were never registered', () => {
  test.each([
    ['constructor', 'rpc: service/method request ill-formed: constructor'],
    ['__proto__', 'rpc: service/method request ill-formed: __proto__'],
    ['', 'rpc: service/method request ill-formed: '],
    ['Arith.constructor', "rpc: can't find method Arith.constructor"],
    ['Arith.__proto__', "rpc: can't find method Arith.__proto__"],
    ['Arith.toString', "rpc: can't find method Arith.toString"],
    ['Arith.lowerCase', "rpc: can't find method Arith.lowerCase"],
    ['Arith.', "rpc: can't find method Arith."],
    ['Object.assign', "rpc: can't find service Object.assign"],
    ['__proto__.constructor', "rpc: can't find service __proto__.constructor"],
    ['a.b.C', "rpc: can't find service a.b.C"],
  ])('%j', async (method, message) => {
    expect((await answerTo(request(method))).error).toEqual({ code: -32601, message });
  });

  test('an own __proto__ in args stays data', async () => {
    const line = request('Arith.Echo').replace('{}', '{"__proto__":{"polluted":true}}');
    expect((await answerTo(line)).result).toEqual(
      JSON.parse('{"__proto__":{"polluted":true}}'),
    );
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('what a method may throw', () => {
  test.each([
    ['text', 'boom', 'boom'],
    ['null', null, 'the method failed'],
    ['an object', { secret: 1 }, 'the method failed'],
  ])('%s', async (_what, what, message) => {
    expect((await answerTo(request('Arith.Throw', { what }))).error.message).toBe(
      message,
    );
  });
});

test('args may be the params object itself or an array of one', async () => {
  const args = { A: 3, B: 4 };
  for (const params of [args, [args]]) {
    expect((await answerTo(request('Arith.Add', params))).result).toEqual({ C: 7 });
  }
});

test('a notification runs and gets no answer; a batch answers what is owed', async () => {
  const note = '{"jsonrpc":"2.0","method":"Arith.Add","params":{"A":1,"B":1}}';
  const { socket, readLine } = await connect();
  socket.write(`${note}\n[${note},${request('Arith.Add', { A: 1, B: 2 })},7]\n`);
  const answers = await readLine();
  expect(answers).toHaveLength(2);
  expect(answers[0].result).toEqual({ C: 3 });
  expect(answers[1].error.code).toBe(-32600);
  socket.destroy();
});

test('a line of 100 MB: told why, cut off, and never held in memory', async () => {
  const { socket, readLine, closed } = await connect();
  const chunk = Buffer.alloc(1024 * 1024, 'x');
  const before = process.memoryUsage().rss;
  let sent = 0;
  const push = () => {
    while (sent < 100 && !socket.destroyed) {
      sent++;
      if (!socket.write(chunk)) return;
    }
  };
  socket.on('drain', push);
  push();
  expect((await readLine()).error.message).toBe(
    'rpc: frame is over 4194304 bytes (maxFrameBytes)',
  );
  await closed;
  expect(process.memoryUsage().rss - before).toBeLessThan(80 * 1024 * 1024);
});

test('half a frame for ever: the connection ends at the deadline, byte by byte or not', async () => {
  await neighbour.close();
  await server.close();
  await start({ partialFrameMs: 50 });
  const { socket, readLine, closed } = await connect();
  socket.write(`${request('Arith.Add')}\n`);
  await readLine();
  socket.write('{"jsonrpc":');
  const drip = setInterval(() => socket.write(' '), 5);
  expect((await readLine()).error.message).toBe(
    'rpc: frame not complete after 50 ms (partialFrameMs)',
  );
  await closed;
  clearInterval(drip);
});

test('a silent connection ends when it has been idle too long; one with a running call does not', async () => {
  await neighbour.close();
  await server.close();
  await start({ idleMs: 60 });
  const busy = neighbour.go('Arith.Wait', {});
  const { closed } = await connect();
  await closed;
  expect(busy.error).toBeUndefined();
  arith.open();
  expect((await busy.done).reply).toBe('waited');
  await neighbour.closed;
  neighbour = await dial(`127.0.0.1:${port}`);
});

test('beyond the in-flight limit the server stops reading, and catches up later', async () => {
  await neighbour.close();
  await server.close();
  await start({ maxInFlight: 3 });
  const calls = Array.from({ length: 10 }, () => neighbour.go('Arith.Wait', {}));
  const other = await dial(`127.0.0.1:${port}`);
  await other.call('Arith.Add', { A: 1, B: 1 });
  while (calls.some((call) => call.reply === undefined)) {
    expect(arith.waiting).toBeLessThanOrEqual(3);
    arith.open();
    await other.call('Arith.Add', { A: 1, B: 1 });
  }
  await other.close();
});

test('a peer that never reads its replies is not read from either', async () => {
  const { socket } = await connect();
  socket.pause();
  const line = `${request('Arith.BigReply', { bytes: 1_000_000 })}\n`;
  const before = process.memoryUsage().rss;
  socket.write(line.repeat(2000));
  for (let i = 0; i < 50; i++) await neighbour.call('Arith.Add', { A: i, B: 1 });
  expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
  socket.destroy();
});

test('a half-closed connection still gets its answers', async () => {
  const { socket, readLine, closed } = await connect();
  socket.end(`${request('Arith.Wait')}\n`);
  while (arith.waiting === 0) await neighbour.call('Arith.Add', { A: 1, B: 1 });
  arith.open();
  expect((await readLine()).result).toBe('waited');
  await closed;
});

describe('what a student may get wrong costs one call, not the connection', () => {
  test.each([
    ['a message that is a number', { message: 42 }],
    ['a message that is missing', { message: undefined }],
  ])('a method that throws an Error with %s', async (_what, properties) => {
    server.registerName('Odd', {
      Throw: () => {
        throw Object.assign(new Error('x'), properties);
      },
    });
    await expect(neighbour.call('Odd.Throw', {})).rejects.toThrow('the method failed');
  });

  test.each([
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['an object whose toJSON gives nothing', { toJSON: () => undefined }],
  ])('a method that returns %s', async (_what, reply) => {
    server.registerName('Odd', { Reply: () => reply });
    await expect(neighbour.call('Odd.Reply', {})).rejects.toThrow(
      'rpc: reply cannot be encoded: it is no JSON value',
    );
  });

  test('args nested too deep are not sent', async () => {
    let deep: unknown = 1;
    for (let i = 0; i < 600; i++) deep = [deep];
    const { error } = await neighbour.go('Arith.Echo', deep).done;
    expect(error).toMatchObject({ isDefinite: true });
    expect(error?.message).toContain('nested deeper than 500');
  });

  test('args may have a toJSON: what counts is what it gives', async () => {
    const date = new Date(0);
    expect(await neighbour.call('Arith.Echo', date)).toBe('1970-01-01T00:00:00.000Z');
    expect(await neighbour.call('Arith.Echo', { toJSON: () => ({ a: 1 }) })).toEqual({
      a: 1,
    });
  });
});

test('a batch is one call in flight; each reply that does not fit fails under its own id', async () => {
  let running = 0;
  let most = 0;
  server.registerName('Batch', {
    Big: async () => {
      most = Math.max(most, ++running);
      await null;
      running--;
      return 'x'.repeat(3_000_000);
    },
  });
  const { socket, readLine } = await connect();
  const one = (id: number) =>
    JSON.stringify({ jsonrpc: '2.0', id, method: 'Batch.Big', params: {} });
  socket.write(`[${Array.from({ length: 50 }, (_, id) => one(id)).join(',')}]\n`);
  const answers = await readLine();
  expect(answers).toHaveLength(50);
  expect(most).toBe(1);
  expect(answers[0].result).toHaveLength(3_000_000);
  expect(answers[49]).toMatchObject({
    id: 49,
    error: { message: expect.stringMatching(/^rpc: reply is over/) },
  });
  socket.destroy();
});
