/** The word-count programs as a lecturer runs them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as net from 'node:net';
import { expect, test } from 'vitest';
import { codecNames } from '../../src/rpc/index.ts';
import { describeWithGo, runGo } from '../rpc/go/go.ts';
import { root, run, start, watch } from './program.ts';

const sampleResult = 'Result: map[I:1 am:1 bye:3 good:2 hello:3 night:1]\n';

test('--once prints the result on stdout and exits', async () => {
  const { code, stdout } = await run('wordcount-server', ['--port', '0', '--once']);
  expect(stdout).toBe(sampleResult);
  expect(code).toBe(0);
});

test('serves clients and raw lines until Ctrl-C, showing each request', async () => {
  const server = start('wordcount-server', ['--port', '0']);
  const [, address = ''] = await server.prints(/server on (localhost:\d+)/);
  await server.prints(/Serving until Ctrl-C/);
  const client = await run('wordcount-client', [
    '--server',
    address,
    'to be or',
    'not to be',
  ]);
  expect(client.stdout).toBe('Result: map[be:2 not:1 or:1 to:2]\n');
  await server.prints(/request 2: 6 words, "to be or not to be"/);

  const [, ...words] = await server.prints(/echo '(.*)' \\\n +'(.*)' \| nc/);
  const line = words.join(' ');
  const socket = net.connect(Number(address.split(':')[1]), 'localhost');
  socket.end(`${line}\n`);
  const [answer] = await once(socket, 'data');
  expect(JSON.parse(answer).result).toEqual({ Counts: { to: 2, be: 2, or: 1, not: 1 } });
  for (const said of server.stderr().split('\n')) expect(said.length).toBeLessThan(80);
  socket.destroy();

  server.child.kill('SIGINT');
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(server.stdout()).toBe(sampleResult);
});

describeWithGo('the same port', () => {
  test("serves the slides' Go client, a line of JSON, our client and a browser", async () => {
    const server = start('wordcount-server', ['--port', '0']);
    const [, address = ''] = await server.prints(/server on (localhost:\d+)/);
    await server.prints(/Serving until Ctrl-C/);

    const counted = 'Result: map[be:2 not:1 or:1 to:2]\n';
    const words = ['to', 'be', 'or', 'not', 'to', 'be'];
    expect(await runGo('wordcount', ['client', address, ...words])).toBe(counted);
    for (const codec of codecNames) {
      const args = ['--server', address, '--codec', codec, ...words];
      expect((await run('wordcount-client', args)).stdout).toBe(counted);
    }
    const page = await (await fetch(`http://${address}/debug/rpc`)).text();
    expect(page).toContain('Service WordCountServer');
    expect(page).toMatch(/Compute\(.*class="calls">6/);

    server.child.kill('SIGINT');
    expect((await server.exited).code).toBe(0);
  });
});

test('a busy port, a wrong port and a missing server: one sentence each, exit 1', async () => {
  const taken = net.createServer().listen(0, 'localhost');
  await once(taken, 'listening');
  const { port } = taken.address() as net.AddressInfo;
  const busy = await run('wordcount-server', ['--port', String(port)]);
  taken.close();
  expect(busy).toMatchObject({ code: 1, stdout: '' });
  expect(busy.stderr).toMatch(
    /^error: port \d+ on localhost is taken by another program.*\n$/,
  );

  const wrong = await run('wordcount-server', ['--port', 'http']);
  expect(wrong).toMatchObject({ code: 1 });
  expect(wrong.stderr).toBe('error: --port http: a port is a number from 0 to 65535\n');

  const lonely = await run('wordcount-client', ['--server', `localhost:${port}`, 'hi']);
  expect(lonely).toMatchObject({ code: 1, stdout: '' });
  expect(lonely.stderr).toMatch(
    /^error: nobody listens at localhost:\d+; start the server/,
  );
});

test('a flag that npm kept for itself is noticed', async () => {
  const args = ['run', '--silent', 'wordcount-server', '--port', '0', '--once'];
  const program = watch(
    spawn('npm', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  expect((await program.exited).code).toBe(1);
  expect(program.stderr()).toContain('npm run wordcount-server -- --port');
});

test('colour where it is forced, but never with NO_COLOR', async () => {
  const coloured = '\u001b[';
  const args = ['--port', '0', '--once'];
  const forced = await run('wordcount-server', args, { FORCE_COLOR: '1' });
  expect(forced.stderr).toContain(coloured);
  const refused = await run('wordcount-server', args, {
    FORCE_COLOR: '1',
    NO_COLOR: '1',
  });
  expect(refused.stderr).not.toContain(coloured);
});
