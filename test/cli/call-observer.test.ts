/** From real calls to the diagram's entries: each end of a call, and who is who. */
import { afterEach, expect, test } from 'vitest';
import { CallObserver, type ObserverOptions } from '../../src/cli/call-observer.ts';
import { CallLog } from '../../src/page/call-log.ts';
import { Client, pipe, Server, type ServerOptions } from '../../src/rpc/index.ts';

let server: Server;
afterEach(() => server.close());

class Desk {
  Greet({ name }: { name: string }) {
    return { text: `hello ${name}` };
  }
  Refuse() {
    throw new Error('not today');
  }
  Wait() {
    return new Promise(() => {});
  }
}

function serve(options: ObserverOptions = {}) {
  const facts = { program: '', parties: [], quiet: [], unseen: '', isOver: false };
  const log = new CallLog(facts);
  const observer = new CallObserver(log, options);
  const connect = (client = {}) => {
    const [left, right] = pipe();
    void server.serveConn(left);
    return new Client(right, client);
  };
  const open = (serverOptions: ServerOptions = {}) => {
    server = new Server(serverOptions);
    server.register(new Desk());
  };
  const until = (type: string) =>
    new Promise<void>((resolve) => {
      log.listen(() => listAll().at(-1)?.type === type && resolve());
    });
  const listAll = () => log.entries.slice(0, log.entries.length);
  return { log, observer, connect, open, until, listAll };
}

test('at the client: a reply, an error, a lost connection', async () => {
  const { observer, open, connect, listAll } = serve();
  open();
  const client = connect({ observe: observer.watchClient('we', 'they') });
  await client.go('Desk.Greet', { name: '<b>' }).done;
  await client.go('Desk.Refuse', {}).done;
  const waiting = client.go('Desk.Wait', {});
  await server.close();
  await waiting.done;
  expect(listAll()).toMatchObject([
    { type: 'request', call: 0, from: 'we', to: 'they', text: '{name: "<b>"}' },
    { type: 'reply', call: 0, text: '{text: "hello <b>"}' },
    { type: 'request', call: 1, method: 'Desk.Refuse' },
    { type: 'error', call: 1, text: 'ServerError: not today' },
    { type: 'request', call: 2 },
    { type: 'silence', call: 2, text: expect.stringMatching(/^ConnectionLostError: /) },
  ]);
});

test('at the server: callers are told apart, and one that goes leaves its call open for ever', async () => {
  const { observer, open, connect, until, listAll } = serve();
  open({ observe: observer.watchServer('desk') });
  const [one, two] = [connect(), connect()];
  await one.call('Desk.Greet', { name: 'a' });
  await two.go('Desk.Refuse', {}).done;
  const arrived = until('request');
  two.go('Desk.Wait', {});
  await arrived;
  const cut = until('silence');
  await two.close();
  await cut;
  expect(listAll()).toMatchObject([
    { type: 'request', from: 'client 1', to: 'desk' },
    { type: 'reply' },
    { type: 'request', from: 'client 2' },
    { type: 'error', text: 'not today' },
    { type: 'request', call: 2 },
    {
      type: 'silence',
      call: 2,
      text: 'the connection closed before the reply could leave',
    },
  ]);
});

test('a caller that says who it is has its name from then on, and its secret stays one', async () => {
  const nameCaller = (args: unknown) =>
    (args as { worker?: number }).worker === 3 ? 'worker 3' : undefined;
  const { observer, open, connect, listAll } = serve({ nameCaller, secret: 'token' });
  open({ observe: observer.watchServer('desk') });
  const client = connect();
  await client.call('Desk.Greet', { name: 'x', token: 'abc' });
  await client.call('Desk.Greet', { worker: 3, name: 'x', token: 'abc' });
  await client.call('Desk.Greet', { name: 'y', token: 'abc' });
  const requests = listAll().filter((entry) => entry.type === 'request');
  expect(requests.map(({ from }) => from)).toEqual(['client 1', 'worker 3', 'worker 3']);
  expect(JSON.stringify(listAll())).not.toContain('abc');
  await client.close();
});

test('clients that come and go have eight lifelines at most, unless there are more at once', async () => {
  const { observer, open, connect, listAll } = serve();
  let closed = () => {};
  const observe = observer.watchServer('desk');
  open({
    observe(event) {
      observe(event);
      if (event.type === 'connection-closed') closed();
    },
  });
  for (let i = 0; i < 12; i++) {
    const client = connect();
    await client.call('Desk.Greet', { name: 'x' });
    const gone = new Promise<void>((resolve) => {
      closed = resolve;
    });
    await client.close();
    await gone;
  }
  const names = listAll().flatMap((entry) =>
    entry.type === 'request' ? [entry.from] : [],
  );
  expect(names.slice(7, 10)).toEqual(['client 8', 'client 1', 'client 2']);
  const together = Array.from({ length: 9 }, () => connect());
  await Promise.all(together.map((client) => client.call('Desk.Greet', { name: 'x' })));
  const all = listAll().flatMap((entry) =>
    entry.type === 'request' ? [entry.from] : [],
  );
  expect(new Set(all.slice(12)).size).toBe(9);
  await Promise.all(together.map((client) => client.close()));
});
