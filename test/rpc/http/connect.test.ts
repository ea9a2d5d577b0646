/** A Go client's CONNECT, and what else may stand where it should. */
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dialHttp, Server, type ServerOptions } from '../../../src/rpc/index.ts';
import { World } from '../../../src/sim/world.ts';
import { Arith } from '../arith.ts';
import { conversation } from '../fuzz/seeds.ts';
import { createTarget, LooseEnd } from '../fuzz/target.ts';
import { connectRaw } from './raw.ts';

const connected = 'HTTP/1.0 200 Connected to Go RPC\n\n';
const add = '{"jsonrpc":"2.0","id":1,"method":"Arith.Add","params":{"A":1,"B":2}}\n';
const three = '"result":{"C":3}';

let server: Server;
let address: string;
let log: string[];

async function start(options: ServerOptions = {}) {
  await server?.close();
  log = [];
  server = new Server({ log: (line) => void log.push(line), ...options });
  server.register(new Arith());
  address = await server.listen('127.0.0.1:0');
}

beforeEach(() => start());
afterEach(() => server.close());

describe('CONNECT to the RPC path', () => {
  test.each([
    ['as Go writes it, with line feeds alone', 'CONNECT /_goRPC_ HTTP/1.0\n\n'],
    ['as the standard writes it', 'CONNECT /_goRPC_ HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['with both line ends', 'CONNECT /_goRPC_ HTTP/1.0\nHost: a\r\n\n'],
  ])('%s', async (_what, head) => {
    const peer = await connectRaw(address);
    expect(await peer.write(head).read('\n\n')).toBe(connected);
    expect(await peer.write(add).read(three)).toContain(three);
    peer.socket.destroy();
  });

  test('byte by byte', async () => {
    const end = new LooseEnd();
    void createTarget().serveConn(end);
    for (const byte of Buffer.from('CONNECT /_goRPC_ HTTP/1.0\n\n'))
      end.push(Buffer.of(byte));
    expect(end.sent).toEqual([connected]);
    for (const frame of conversation('gob'))
      for (const byte of frame) end.push(Buffer.of(byte));
    expect(end.sent.length).toBeGreaterThan(5);
  });

  test('with the first request in the same packet', async () => {
    const peer = await connectRaw(address);
    peer.write(`CONNECT /_goRPC_ HTTP/1.0\n\n${add}`);
    expect(await peer.read(three)).toMatch(new RegExp(`^${connected}.*"C":3`, 's'));
    peer.socket.destroy();
  });

  test('under a path of one\u2019s own', async () => {
    await start({ http: { rpcPath: '/rpc' } });
    const client = await dialHttp(address, '/rpc', { codec: 'go-json' });
    expect(await client.call('Arith.Add', { A: 1, B: 2 })).toEqual({ C: 3 });
    await client.close();
    await expect(dialHttp(address)).rejects.toThrow(
      `dial-http tcp ${address}: unexpected HTTP response: 404 Not Found`,
    );
  });

  test('a client may then be silent for as long as any other', async () => {
    const world = new World();
    await world.run(async () => {
      const idle = new Server({ limits: { partialFrameMs: 30_000, idleMs: 90_000 } });
      idle.register(new Arith());
      const end = new LooseEnd();
      void idle.serveConn(end);
      end.push(Buffer.from('CONNECT /_goRPC_ HTTP/1.0\n\n'));
      await new Promise((resolve) => setTimeout(resolve, 60_000));
      end.push(Buffer.from(add));
      expect(end.sent).toHaveLength(2);
    });
  });
});

describe('what is refused', () => {
  test.each([
    ['another path', 'CONNECT /other HTTP/1.0\n\n', '404 Not Found', 'CONNECT to /other'],
    ['no path', 'CONNECT \n\n', '404 Not Found', 'CONNECT to '],
    [
      'a path that would write lines of its own',
      'CONNECT /\r\x1b[2Jrpc: all is well HTTP/1.0\n\n',
      '404',
      'CONNECT to /\\u{d}\\u{1b}[2Jrpc:',
    ],
  ])('%s', async (_what, head, answer, line) => {
    const peer = await connectRaw(address);
    expect(await peer.write(head).readAll()).toContain(answer);
    expect(log).toEqual([`rpc: server cannot decode request: ${line}`]);
  });

  test('CONNECT twice', async () => {
    const peer = await connectRaw(address);
    peer.write('CONNECT /_goRPC_ HTTP/1.0\n\nCONNECT /_goRPC_ HTTP/1.0\n\n');
    expect(await peer.readAll()).toBe(connected);
    expect(log[0]).toContain('this port does not speak http');
  });

  test('a head that is too long, whether its end comes or not', async () => {
    for (const end of ['', '\n\n']) {
      const peer = await connectRaw(address);
      peer.write(`CONNECT /_goRPC_ HTTP/1.0\nA: ${'x'.repeat(20_000)}${end}`);
      expect(await peer.readAll()).toBe('');
      expect(log.pop()).toContain('an HTTP head is over 16384 bytes (maxFrameBytes)');
    }
  });

  test('a head that takes too long', async () => {
    await new World().run(async () => {
      const end = new LooseEnd();
      const served = createTarget({ limits: { partialFrameMs: 1000 } }).serveConn(end);
      for (const byte of Buffer.from('CONNECT /_goRPC_')) {
        end.push(Buffer.of(byte));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await served;
      expect(end.sent).toEqual([]);
    });
  });

  test('all of HTTP, where the port speaks none', async () => {
    await start({ http: false });
    const peer = await connectRaw(address);
    expect(await peer.write('CONNECT /_goRPC_ HTTP/1.0\n\n').readAll()).toBe('');
    await expect(dialHttp(address)).rejects.toThrow('unexpected EOF');
    const get = await connectRaw(address);
    expect(await get.write('GET / HTTP/1.1\r\n\r\n').readAll()).toBe('');
  });
});

test('a call under way when the peer has half-closed is still answered over HTTP', async () => {
  const peer = await connectRaw(address);
  peer.socket.end(`CONNECT /_goRPC_ HTTP/1.0\n\n${add}`);
  await once(peer.socket, 'close');
  expect(peer.text).toContain(three);
});
