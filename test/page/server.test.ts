/** The page's server over real sockets: headers, streams that miss nothing, and its end. */
import { once } from 'node:events';
import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import type { StreamEntry } from '../../src/mapreduce/events.ts';
import { RunLog } from '../../src/page/run-log.ts';
import type { PageEntry } from '../../src/page/run-record.ts';
import { type Fault, PageServer, type PageServerOptions } from '../../src/page/server.ts';
import { Story } from './run-stories.ts';

const token = 'the-token';
const parts = { title: 'A run', script: 'let x = 1', style: 'a {}' };
let server: PageServer;
const faults: Fault[] = [];
afterEach(() => server.close());

/** Simulates what is asked for, within bounds; undefined: nothing is simulated. */
type Simulate = PageServerOptions['simulate'];

async function serve(log = new RunLog(new Story().facts), simulate?: Simulate) {
  faults.length = 0;
  server = new PageServer({
    ...{ parts, log, host: '127.0.0.1', port: 0 },
    names: [],
    isToken: (given) => given === token,
    injectFault: (fault) => faults.push(fault) > 0 && fault.worker < 5,
    ...(simulate ? { simulate } : {}),
  });
  const port = await server.listen();
  const ask = async (path: string, options: RequestOptions = {}) => {
    const asked = request({ host: '127.0.0.1', port, path, agent: false, ...options });
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return response.setEncoding('utf8');
  };
  const kill = (worker: number, headers = {}) =>
    ask(`/workers/${worker}/kill`, {
      method: 'POST',
      headers: {
        origin: `http://127.0.0.1:${port}`,
        authorization: `Bearer ${token}`,
        ...headers,
      },
    });
  return { log, port, ask, kill };
}

/** The entries of a stream, until there are `count` of them or it ends. */
async function readEntries(response: IncomingMessage, count = Infinity) {
  let text = '';
  const entries: PageEntry[] = [];
  for await (const chunk of response) {
    text += chunk;
    const messages = text.split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) {
      const data = /^event: entries\ndata: (.*)$/m.exec(message)?.[1];
      if (data) entries.push(...JSON.parse(data).entries);
    }
    if (entries.length >= count) break;
  }
  return entries;
}

test('the page comes with a policy that lets nothing else in', async () => {
  const { ask } = await serve();
  const response = await ask('/');
  expect(response.statusCode).toBe(200);
  const { headers } = response;
  expect(headers['content-security-policy']).toMatch(
    /^default-src 'none'; script-src 'sha256-/,
  );
  expect(headers['content-security-policy']).not.toContain('unsafe');
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-frame-options': 'DENY',
  });
  expect(
    Object.keys(headers).filter((name) => name.startsWith('access-control')),
  ).toEqual([]);
});

test('whoever is refused gets a status, a sentence, and the end of the connection', async () => {
  const { ask, kill } = await serve();
  const rebound = await ask('/', { headers: { host: 'evil.example' } });
  expect([rebound.statusCode, rebound.headers.connection]).toEqual([421, 'close']);
  const method = await ask('/', { method: 'PUT' });
  expect([method.statusCode, method.headers.allow]).toEqual([405, 'GET, POST']);
  expect((await ask('/events?token=guess')).statusCode).toBe(403);
  expect((await kill(2, { authorization: 'Bearer guess' })).statusCode).toBe(403);
  expect((await kill(2, { origin: 'http://evil.example' })).statusCode).toBe(403);
  expect((await kill(2, { 'content-length': '0' })).statusCode).toBe(204);
  expect(faults).toHaveLength(1);
});

test('faults reach the master, and not too many of them', async () => {
  const { kill } = await serve();
  expect((await kill(2)).statusCode).toBe(204);
  expect((await kill(9)).statusCode).toBe(409);
  expect(faults).toMatchObject([{ worker: 2 }, { worker: 9 }]);
  const statuses: (number | undefined)[] = [];
  for (let i = 0; i < 8; i++) statuses.push((await kill(2)).statusCode);
  expect(statuses).toContain(429);
});

test('who comes late, and who comes again, misses nothing', async () => {
  const { entries, facts } = new Story(50, 5, 4).begin().complete(1, 2).lose(2).finish();
  const { ask, log } = await serve(new RunLog(facts));
  const heartbeat: StreamEntry = { atMs: 1, type: 'heartbeat', worker: 1 };
  const half = Math.floor(entries.length / 2);
  for (const entry of entries.slice(0, half)) log.read(entry);
  const late = ask(`/events?token=${token}`);
  const again = ask(`/events?token=${token}`, { headers: { 'last-event-id': '7' } });
  const streams = await Promise.all([late, again]);
  const all = streams.map((stream) => readEntries(stream));
  for (const entry of entries.slice(half)) log.read(entry);
  log.read(heartbeat);
  await server.close();
  const [lateEntries = [], againEntries = []] = await Promise.all(all);
  const expected = entries.map(({ atMs, type }) => ({ atMs, type }));
  expect(lateEntries.map(({ atMs, type }) => ({ atMs, type }))).toEqual(expected);
  expect(againEntries).toEqual(lateEntries.slice(7));
});

test('output regions stay with the master', async () => {
  const { entries, facts } = new Story().begin().complete(0);
  const { ask, log } = await serve(new RunLog(facts));
  for (const entry of entries) log.read(entry);
  const got = await readEntries(await ask(`/events?token=${token}`), entries.length);
  expect(JSON.stringify(got)).not.toContain('regions');
});

async function readText(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) text += chunk;
  return text;
}

test('another run is simulated for whoever has the token, and not too often', async () => {
  const asked: string[] = [];
  const { ask } = await serve(undefined, async (settings) => {
    asked.push(settings.toString());
    return settings.get('workers') === '4' ? { answer: 4 } : 'workers must be 4';
  });
  const good = await ask(`/run?workers=4&token=${token}`);
  expect([good.statusCode, good.headers['content-type']]).toEqual([
    200,
    'application/json; charset=utf-8',
  ]);
  expect(JSON.parse(await readText(good))).toEqual({ answer: 4 });
  const bad = await ask(`/run?workers=5&token=${token}`);
  expect([bad.statusCode, await readText(bad)]).toEqual([400, 'workers must be 4\n']);
  expect((await ask('/run?workers=4&token=guess')).statusCode).toBe(403);
  expect(asked).toEqual(['workers=4', 'workers=5']);
  const statuses: (number | undefined)[] = [];
  for (let i = 0; i < 60; i++)
    statuses.push((await ask(`/run?workers=4&token=${token}`)).statusCode);
  expect(statuses).toContain(429);
});

test('where nothing is simulated there is nothing to ask for', async () => {
  const { ask } = await serve();
  expect((await ask(`/run?token=${token}`)).statusCode).toBe(404);
});
