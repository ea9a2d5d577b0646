/** dialHttp against servers that are ours, that are not, and that are nothing of the kind. */
import { once } from 'node:events';
import * as net from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { dialHttp, NetworkError } from '../../../src/rpc/index.ts';
import { createTarget } from '../fuzz/target.ts';

let fake: net.Server;

afterEach(() => fake?.close());

/** Does `talk` with everybody who comes. */
async function listen(talk: (socket: net.Socket) => void): Promise<string> {
  fake = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => {});
    talk(socket);
  });
  fake.listen(0, '127.0.0.1');
  await once(fake, 'listening');
  return `127.0.0.1:${(fake.address() as net.AddressInfo).port}`;
}

test('every wire format runs behind a CONNECT', async () => {
  const server = createTarget();
  const address = await server.listen('127.0.0.1:0');
  for (const codec of ['gob', 'go-json', 'json-rpc', 'framed-json'] as const) {
    const client = await dialHttp(address, undefined, { codec });
    expect(await client.call('Target.Add', { A: 1, B: 2 })).toEqual({ C: 3 });
    await client.close();
  }
  await server.close();
});

test.each([
  [
    'not found',
    'HTTP/1.0 404 Not Found\r\n\r\n',
    'unexpected HTTP response: 404 Not Found',
  ],
  ['another 200', 'HTTP/1.1 200 OK\r\n\r\n', 'unexpected HTTP response: 200 OK'],
  ['garbage', '\x1b[2J\x00\xff\n\n', 'unexpected HTTP response: \\u{1b}[2J\\u{0}ÿ'],
  ['nothing', '', 'unexpected EOF'],
  ['half a head', 'HTTP/1.0 200 Connected to Go RPC\n', 'unexpected EOF'],
  [
    'a head without an end',
    'HTTP/1.0 200 OK\n'.padEnd(20_000, 'x'),
    'the HTTP head is over 16384 bytes (maxFrameBytes)',
  ],
])('an answer that is %s', async (_what, answer, message) => {
  let heard = '';
  const address = await listen((socket) =>
    socket.on('data', (chunk) => {
      heard += chunk;
      if (heard.endsWith('\n\n')) socket.end(Buffer.from(answer, 'latin1'));
    }),
  );
  const error = await dialHttp(address).catch((reason) => reason);
  expect(error).toBeInstanceOf(NetworkError);
  expect(error.message).toBe(`dial-http tcp ${address}: ${message}`);
  expect(heard).toBe('CONNECT /_goRPC_ HTTP/1.0\n\n');
});

test('an answer byte by byte, and a reset in the middle', async () => {
  const slow = await listen(async (socket) => {
    socket.setNoDelay(true);
    for (const char of 'HTTP/1.0 200 Connected to Go RPC\n\n')
      await new Promise((resolve) => socket.write(char, resolve));
  });
  await (await dialHttp(slow)).close();
  fake.close();
  const cut = await listen((socket) => {
    socket.once('data', () => socket.write('HTTP/1.0 ', () => socket.resetAndDestroy()));
  });
  await expect(dialHttp(cut)).rejects.toThrow(`dial-http tcp ${cut}: unexpected EOF`);
});

test('a server that says yes and goes loses no call: it fails', async () => {
  const address = await listen((socket) =>
    socket.end('HTTP/1.0 200 Connected to Go RPC\n\n'),
  );
  const client = await dialHttp(address);
  const { error } = await client.go('Arith.Add', { A: 1, B: 2 }).done;
  expect(error?.message).toMatch(/unexpected EOF|ECONNRESET|shut down/);
  await client.closed;
});

test('a reply that comes before any call answers none', async () => {
  const reply = (result: number) => `{"jsonrpc":"2.0","id":0,"result":${result}}\n`;
  const address = await listen((socket) => {
    socket.write(`HTTP/1.0 200 Connected to Go RPC\n\n${reply(5)}`);
    socket.on(
      'data',
      (chunk) => String(chunk).includes('Arith') && socket.write(reply(6)),
    );
  });
  const client = await dialHttp(address, undefined, { codec: 'json-rpc' });
  expect(await client.call('Arith.Add', {})).toBe(6);
  await client.close();
});
