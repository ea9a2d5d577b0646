/**
 * The diagram of calls in a real browser: a word-count server that is asked, called wrongly and
 * hung up on; a run with a killed worker; and what stays when the program has gone.
 */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, expect, test, vi } from 'vitest';
import { dial } from '../../src/rpc/index.ts';
import { describeWithChromium } from '../chromium.ts';
import { freshPath, jobs, smallInput } from '../cli/mapreduce-run.ts';
import { type Program, run, start } from '../cli/program.ts';
import { expectAccessible, openPage, settle, textOf, useBrowser } from './chromium.ts';

const folder = mkdtempSync(join(tmpdir(), 'diagram-'));
afterAll(() => rmSync(folder, { recursive: true }));

const anAddress = /http:\/\/127\.0\.0\.1:\d+\/#\w+/;

async function startServer(...args: string[]) {
  const program = start('wordcount-server', ['--port', '0', '--diagram', ...args]);
  const [url] = await program.prints(anAddress);
  const [, address = ''] = await program.prints(/server on (localhost:\d+)/);
  await program.prints(/Serving until Ctrl-C/);
  return { program, url, address };
}

async function stop(program: Program): Promise<void> {
  program.child.kill('SIGINT');
  expect(await program.exited).toEqual({ code: 0, signal: null });
}

/** What the rows say, as a screen reader would. */
function listRows(page: Page): Promise<string[]> {
  return page.locator('.calls li p').allTextContents();
}

/** A server that takes a request, and hangs up instead of answering. */
async function startRudeServer() {
  const server = createServer((socket: Socket) =>
    socket.once('data', () => socket.destroy()),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return { server, address: `127.0.0.1:${port}` };
}

describeWithChromium('the diagram of a word-count server', () => {
  useBrowser();
  vi.setConfig({ testTimeout: 120_000 });

  test('each call appears as it happens, and stays when the server has gone', async () => {
    const { program, url, address } = await startServer();
    const { page, close } = await openPage(url);
    await page.locator('.calls li.reply').first().waitFor();
    expect(page.url()).not.toContain('#');
    const words = '<script>alert(1)</script> <img src=x onerror=alert(2)>';
    await run('wordcount-client', ['--server', address, words]);
    await page.locator('.calls li.reply').nth(1).waitFor();
    const rows = await listRows(page);
    expect(rows[2]).toMatch(/^client 2 calls server: WordCountServer\.Compute/);
    expect(rows[2]).toContain('<script>alert(1)</script>');
    expect(rows[3]).toMatch(/^server replies to client 2: Compute #2 took .*ms/);
    expect(await page.locator('.calls script, .calls img').count()).toBe(0);
    await expectAccessible(page);

    const client = await dial(address);
    await client.go('WordCountServer.Compute', { Input: 3 }).done;
    await client.go('WordCountServer.Missing', {}).done;
    await page.locator('.calls li.error').nth(1).waitFor();
    expect(await page.locator('.arrow.error .mark').count()).toBe(3); // one in the legend
    expect(await textOf(page, '[role=status]')).toContain("can't find method");
    expect(await textOf(page, '.sum')).toBe('4 calls: 2 answered, 2 failed.');
    await client.close();
    await expectAccessible(page);
    await stop(program);
    await page.getByText('The program has ended.').waitFor();
    expect(await page.locator('.calls li').count()).toBe(8);
    await close();
  });

  test('it stands still on a key, follows again, and shows what is asked for', async () => {
    const { program, url, address } = await startServer();
    const { page, close } = await openPage(url);
    await page.locator('.calls li.reply').first().waitFor();
    const client = await dial(address);
    const ask = () => client.call('WordCountServer.Compute', { Input: 'to be' });
    for (let i = 0; i < 30; i++) await ask();
    await page.getByText('31 calls').waitFor();
    await settle(page);
    const isAtEnd = () =>
      page
        .locator('.diagram')
        .evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight < 12);
    expect(await isAtEnd()).toBe(true);
    await page.keyboard.press('Home');
    await ask();
    await page.getByText('32 calls').waitFor();
    await settle(page);
    expect(await isAtEnd()).toBe(false);
    await page.keyboard.press('End');
    await settle(page);
    expect(await isAtEnd()).toBe(true);
    await page.keyboard.press(' ');
    await ask();
    await page.getByRole('button', { name: 'Go on (2 new)' }).waitFor();
    expect(await textOf(page, '.sum')).toMatch(/^32 calls/);
    await page.keyboard.press(' ');
    await page.getByText('33 calls').waitFor();
    await client.go('WordCountServer.Missing', {}).done;
    await page.keyboard.press('Home');
    await page.locator('.calls li.error').waitFor({ state: 'attached' });
    await page.keyboard.press('f');
    await settle(page);
    expect(await page.evaluate('document.activeElement.className')).toBe('error');
    await page.getByRole('checkbox', { name: 'Compute 33' }).uncheck();
    await settle(page);
    expect(await page.locator('.calls li').count()).toBe(2);
    await page.keyboard.press('t');
    await expectAccessible(page);
    await client.close();
    await stop(program);
    await close();
  });

  test('without the token there is nothing to see, and never anything to kill', async () => {
    const { program, url } = await startServer();
    const { page, errors } = await openPage(url.replace(/#.*/, ''));
    expect(await textOf(page, 'h1')).toContain('lacks its token');
    const token = url.split('#')[1] as string;
    const status = await page.evaluate(async (bearer) => {
      const headers = { authorization: `Bearer ${bearer}` };
      return (await fetch('/workers/1/kill', { method: 'POST', headers })).status;
    }, token);
    expect(status).toBe(409);
    expect(errors.every((text) => /403|409/.test(text))).toBe(true);
    await stop(program);
    await page.context().close();
  });
});

describeWithChromium('a diagram in a file', () => {
  useBrowser();
  vi.setConfig({ testTimeout: 120_000 });

  test('a client whose connection is cut: nobody knows whether the method has run', async () => {
    const { server, address } = await startRudeServer();
    const file = join(folder, 'cut.html');
    const args = ['--server', address, '--diagram-file', file, 'to be'];
    const { code, stderr } = await run('wordcount-client', args);
    server.close();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^error: /),
    });
    const { page, close } = await openPage(`file://${file}`, { offline: true });
    const rows = await listRows(page);
    expect(rows[1]).toMatch(
      /^client gets no reply from server: Compute #1: no reply after .*, it may have run/,
    );
    expect(await page.locator('.calls .arrow.silence .cross').count()).toBe(1);
    expect(await textOf(page, '.about')).toContain('A recording.');
    await expectAccessible(page);
    await close();
  });

  test('a run with a killed worker: its call ends in a cross, and the token is nowhere', async () => {
    const file = join(folder, 'run.html');
    const token = 'nobody-may-see-this';
    // Its map functions wait for a file: the run lasts until somebody looks at it.
    const until = freshPath();
    const job = join(jobs, 'computes-long.ts');
    const input = join(folder, 'words.txt');
    writeFileSync(input, '<script>alert(1)</script>\n'.repeat(300));
    const program = start('mapreduce', [
      ...['--kill-worker', '2', '--diagram', '--diagram-file', file, '--token', token],
      ...['--job', job, '--param', `until=${until}`, '--split-size', '1k'],
      ...['--json', '--no-backup', '--output', freshPath(), input],
    ]);
    const [url] = await program.prints(anAddress);
    const live = await openPage(url);
    await live.page.getByText('under way').nth(3).waitFor();
    writeFileSync(until, '');
    await live.page.getByText('The program has ended.').waitFor();
    expect(await program.exited).toEqual({ code: 0, signal: null });
    const { attempts } = JSON.parse(program.stdout());
    expect(readFileSync(file, 'utf8')).not.toContain(token);
    const { page, close } = await openPage(`file://${file}`, { offline: true });
    for (const shown of [live.page, page]) {
      const rows = await listRows(shown);
      const started = rows.filter((row) =>
        /^master calls worker \d: Worker\.RunTask/.test(row),
      );
      expect(started).toHaveLength(attempts);
      expect(
        rows.filter((row) => row.startsWith('master gets no reply from worker 2')),
      ).toHaveLength(1);
      expect(rows.filter((row) => /Heartbeat/.test(row))).toEqual([]);
      const heartbeats = shown.getByRole('checkbox', { name: /^Heartbeat \d+$/ });
      if ((await heartbeats.count()) > 0)
        expect(await heartbeats.isChecked()).toBe(false);
    }
    await expectAccessible(page);
    await live.close();
    await close();
  });
});

test('an address that is taken, or a file that cannot be written, is one sentence', async () => {
  const { program, url } = await startServer();
  const taken = url.replace(/.*\/\/(.*)\/#.*/, '$1');
  for (const [name, args] of [
    ['wordcount-server', ['--port', '0']],
    ['wordcount-client', ['hello']],
    ['shards', ['--count', '1']],
    ['mapreduce', smallInput],
  ] as const) {
    const busy = await run(name, [...args, '--diagram', taken]);
    expect(busy).toMatchObject({ code: 1, stdout: '' });
    expect(busy.stderr).toMatch(/^error: --diagram 127\.0\.0\.1:\d+: .*EADDRINUSE.*\n$/);
  }
  const nowhere = await run('wordcount-client', [
    'hi',
    '--diagram-file',
    join(folder, 'no', 'x.html'),
  ]);
  expect(nowhere).toMatchObject({ code: 1, stdout: '' });
  expect(nowhere.stderr).toContain('there is no such folder');
  await stop(program);
});

test.each([
  [['--transport', 'grpc', '--diagram'], '--transport grpc there are none'],
  [['--sequential', '--diagram'], 'runs in one process'],
  [['--diagram', 'nonsense'], 'must look like host:port'],
])('mapreduce %j is refused in one sentence', async (args, why) => {
  const { code, stderr, stdout } = await run('mapreduce', args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(why);
});
