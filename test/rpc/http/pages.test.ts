/** What a browser finds at an RPC port, and what it cannot do there. */
import * as net from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { dial, type HttpOptions, Server } from '../../../src/rpc/index.ts';
import { Arith } from '../arith.ts';
import { connectRaw } from './raw.ts';

let server: Server;

async function start(http: HttpOptions | false = {}, host = '127.0.0.1') {
  server = new Server({ http });
  server.register(new Arith());
  return server.listen(`${host}:0`);
}

afterEach(() => server.close());

async function ask(address: string, request: string): Promise<string> {
  const peer = await connectRaw(address);
  return peer.write(request).readAll();
}

const get = (path: string, host = 'localhost', more = '') =>
  `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`;

const statusOf = (response: string) => Number(response.split(' ')[1]);

describe('paths and methods', () => {
  test.each([
    ['/', 200],
    ['/?query', 200],
    ['/debug/rpc', 200],
    ['/debug/rpc?x=<script>', 200],
    ['/debug/rpc/', 404],
    ['/favicon.ico', 404],
    ['/_goRPC_', 405],
    ['//', 404],
    ['//[', 404],
    ['http://', 404],
    ['http://[', 404],
    ['/%', 404],
    ['/../debug/rpc', 404],
  ])('GET %s: %i', async (path, status) => {
    const address = await start();
    expect(statusOf(await ask(address, get(path)))).toBe(status);
    const client = await dial(address);
    expect(await client.call('Arith.Add', { A: 1, B: 2 })).toEqual({ C: 3 });
    await client.close();
  });

  test('what is no CONNECT gets the answer of Go on the RPC path', async () => {
    const response = await ask(await start(), get('/_goRPC_'));
    expect(response).toMatch(/^HTTP\/1.1 405 /);
    expect(response).toContain('Content-Type: text/plain; charset=utf-8');
    expect(response).toContain('405 must CONNECT\n');
  });

  test.each([
    ['POST', 405],
    ['PUT', 405],
    ['DELETE', 405],
    ['OPTIONS', 405],
    ['HEAD', 200],
  ])('%s /: %i', async (method, status) => {
    const request = get('/').replace('GET', method);
    const response = await ask(await start(), request);
    expect(statusOf(response)).toBe(status);
    if (method === 'HEAD') expect(response).toMatch(/\r\n\r\n$/);
  });

  test('a body of any length is not waited for', async () => {
    const address = await start();
    const post = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\nabc`;
    expect(statusOf(await ask(address, post))).toBe(405);
  });

  test('a browser with all its headers is answered', async () => {
    const more = Array.from(
      { length: 60 },
      (_, i) => `X-Header-${i}: ${'v'.repeat(200)}`,
    );
    const response = await ask(
      await start(),
      get('/', 'localhost', `${more.join('\r\n')}\r\n`),
    );
    expect(statusOf(response)).toBe(200);
  });
});

describe('one request a connection', () => {
  test('a second one in the same packet is not answered', async () => {
    const response = await ask(await start(), get('/') + get('/debug/rpc'));
    expect(response.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  test.each([
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n'],
    ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'],
    ['chunks that are not', 'Transfer-Encoding: chunked, identity\r\n'],
    ['a folded header', 'Transfer-Encoding:\r\n chunked\r\nContent-Length: 3\r\n'],
    ['a bare carriage return', 'A: b\rTransfer-Encoding: chunked\r\n'],
    ['a protocol to switch to', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'],
    ['a promise to go on', 'Expect: 100-continue\r\nContent-Length: 5\r\n'],
  ])('nothing is smuggled behind %s', async (_what, headers) => {
    const address = await start({ debug: true });
    const inner = get('/debug/rpc');
    const request = get('/', 'localhost', headers).replace('GET', 'POST');
    const response = await ask(address, `${request}${inner}`);
    expect(response).not.toContain('Service Arith');
    expect(response.match(/HTTP\/1\.1 (?!100)/g) ?? []).not.toHaveLength(2);
  });

  test('a CONNECT behind a request leads nowhere', async () => {
    const address = await start();
    const response = await ask(address, `${get('/')}CONNECT /_goRPC_ HTTP/1.0\n\n`);
    expect(response).not.toContain('Connected to Go RPC');
  });
});

describe('the list of services', () => {
  test('counts calls that failed, and none of unknown methods', async () => {
    const address = await start();
    const client = await dial(address, { codec: 'gob' });
    await client.call('Arith.Add', { A: 1, B: 2 });
    await client.call('Arith.Add', { A: 1, B: 2 });
    await client.go('Arith.Div', { A: 1, B: 0 }).done;
    await client.go('Arith.Nope', { A: 1, B: 0 }).done;
    const page = await ask(address, get('/debug/rpc'));
    const rows = [...page.matchAll(/<tr><td>(\w+).*?<td class="calls">(\d+)/g)];
    const counts = Object.fromEntries(
      rows.map(([, name, calls]) => [name, Number(calls)]),
    );
    expect(counts).toMatchObject({ Add: 2, Div: 1, Echo: 0 });
    expect(counts).not.toHaveProperty('Nope');
    await client.close();
  });

  test('escapes the names of services', async () => {
    const address = await start();
    server.registerName('<script>alert("1")</script>&', { Go: () => 1 });
    const page = await ask(address, get('/debug/rpc'));
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;');
    expect(page).not.toContain('<script');
    expect(page).toContain("Content-Security-Policy: default-src 'none'");
    expect(page).toContain('X-Content-Type-Options: nosniff');
  });

  test.each([
    ['localhost', true],
    ['localhost:8888', true],
    ['127.0.0.1', true],
    ['[::1]:80', true],
    ['evil.example', false],
    ['localhost.evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['127.0.0.1:80@evil.example', false],
    ['', false],
  ])('is shown to a browser that asks for host %j: %s', async (host, isShown) => {
    const address = await start();
    expect(statusOf(await ask(address, get('/debug/rpc', host)))).toBe(
      isShown ? 200 : 404,
    );
    const described = (await ask(address, get('/', host))).includes('/debug/rpc');
    expect(described).toBe(isShown);
  });

  test('is shown to anybody or nobody where the server says so', async () => {
    const open = await start({ debug: true });
    expect(statusOf(await ask(open, get('/debug/rpc', 'evil.example')))).toBe(200);
    await server.close();
    const shut = await start({ debug: false });
    expect(statusOf(await ask(shut, get('/debug/rpc')))).toBe(404);
  });

  const elsewhere = Object.values(networkInterfaces())
    .flat()
    .find((address) => address && !address.internal && address.family === 'IPv4');

  test.skipIf(!elsewhere)('is not shown to another machine', async () => {
    const address = await start({}, '0.0.0.0');
    const port = address.split(':')[1];
    const near = `${elsewhere?.address}:${port}`;
    expect(statusOf(await ask(near, get('/debug/rpc')))).toBe(404);
  });

  test('is under a path of one\u2019s own', async () => {
    const address = await start({ debugPath: '/services' });
    expect(await ask(address, get('/services'))).toContain('Service Arith');
    expect(statusOf(await ask(address, get('/debug/rpc')))).toBe(404);
  });
});

test('a peer that sends half a request and goes leaves nothing behind', async () => {
  const address = await start();
  for (const text of ['GET', 'GET / HTTP/1.1\r\n', get('/'), `${get('/')}GET`]) {
    const peer = await connectRaw(address);
    peer.write(text).socket.resetAndDestroy();
    await peer.readAll();
  }
  const [host, port] = address.split(':');
  const probe = net.connect(Number(port), host);
  probe.end(get('/'));
  await new Promise((resolve) => probe.on('close', resolve).resume());
});
