/** The log of calls over a real socket: its latest entries, however many there were. */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { CallLog } from '../../src/page/call-log.ts';
import { CallModel } from '../../src/page/call-model.ts';
import type { CallEntry } from '../../src/page/call-record.ts';
import { PageServer } from '../../src/page/server.ts';
import { facts } from './call-stories.ts';

const token = 'the-token';

test('a reader gets the latest of very many calls, and sees that it missed the others', async () => {
  const log = new CallLog(facts);
  const parties = { from: 'client 1', to: 'server', method: 'A.B', text: '' };
  for (let call = 0; call < 20_000; call++)
    log.add({ type: 'request', call, ...parties });
  expect(log.entries.length).toBe(20_000);
  const server = new PageServer({
    parts: { title: 'Calls', script: 'let x = 1', style: 'a {}' },
    ...{ log, host: '127.0.0.1', port: 0, names: [] },
    isToken: (given) => given === token,
    injectFault: () => false,
  });
  const port = await server.listen();
  const asked = get({ host: '127.0.0.1', port, path: `/events?token=${token}` });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  log.add({ type: 'reply', call: 19_999, text: '' });
  let text = '';
  const ended = once(response.setEncoding('utf8'), 'end');
  response.on('data', (chunk) => {
    text += chunk;
  });
  await server.close();
  await ended;
  const model = new CallModel(facts);
  let count = 0;
  for (const [, data] of text.matchAll(/^event: entries\ndata: (.*)$/gm)) {
    const { entries } = JSON.parse(data as string) as { entries: CallEntry[] };
    count += entries.length;
    for (const entry of entries) model.read(entry);
  }
  expect(count).toBeGreaterThanOrEqual(10_000);
  expect(count + model.missed).toBe(20_001);
  expect(model.rows.at(-1)?.entry).toMatchObject({ type: 'reply', number: 20_000 });
});
