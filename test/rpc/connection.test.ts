/** What a connection leaves behind, and what it does when words fail it. */
import { describe, expect, test } from 'vitest';
import { type Frame, Server, type Transport } from '../../src/rpc/index.ts';
import { Arith } from './arith.ts';
import { toBuffer } from './fuzz/seeds.ts';
import { LooseEnd, settle, until } from './fuzz/target.ts';

const request = (method: string, params: unknown = {}) =>
  Buffer.from(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })}\n`);

const textOf = (frames: readonly Frame[]) =>
  frames.map((frame) => toBuffer(frame).toString()).join('');

/** A peer that reads nothing. */
class FullEnd extends LooseEnd {
  override send(frame: Frame): boolean {
    super.send(frame);
    return false;
  }
}

function serve(server: Server, end: LooseEnd = new LooseEnd()) {
  void server.serveConn(end as Transport);
  return end;
}

test('replies that a lost peer never read do not count as in flight for ever', async () => {
  const server = new Server({ limits: { maxTotalInFlight: 10 } });
  const arith = new Arith();
  server.register(arith);
  for (let i = 0; i < 20; i++) {
    const end = serve(server, new FullEnd());
    for (let j = 0; j < 3; j++) end.push(request('Arith.Wait'));
    await until(() => arith.waiting === 3);
    arith.open();
    await settle();
    end.abort();
  }
  const end = serve(server);
  end.push(request('Arith.Add', { A: 1, B: 2 }));
  await until(() => end.sent.length > 0);
  expect(textOf(end.sent)).toContain('"result":{"C":3}');
});

test('a call that ends after its connection counts as in flight until then', async () => {
  const server = new Server({ limits: { maxTotalInFlight: 1 } });
  const arith = new Arith();
  server.register(arith);
  const lost = serve(server);
  lost.push(request('Arith.Wait'));
  lost.abort();
  const end = serve(server);
  end.push(request('Arith.Add', { A: 1, B: 2 }));
  expect(end.sent).toEqual([]);
  arith.open();
  await until(() => end.sent.length > 0);
  expect(textOf(end.sent)).toContain('"result":{"C":3}');
  expect(lost.sent).toEqual([]);
});

test('a peer that half-closes while its request waits for room is still answered', async () => {
  const server = new Server({ limits: { maxTotalInFlight: 1 } });
  const arith = new Arith();
  server.register(arith);
  serve(server).push(request('Arith.Wait'));
  await until(() => arith.waiting === 1);
  const end = serve(server);
  end.push(request('Arith.Add', { A: 1, B: 2 }));
  end.finish();
  await settle();
  expect(end.isClosed).toBe(false);
  arith.open();
  await until(() => end.isClosed);
  expect(textOf(end.sent)).toContain('"result":{"C":3}');
});

test('limits too small for any answer end the connection in silence', async () => {
  const server = new Server({ limits: { maxFrameBytes: 50 } });
  server.register(new Arith());
  const tooLong = serve(server);
  tooLong.push(Buffer.from('x'.repeat(60)));
  await until(() => tooLong.isClosed);
  const unanswerable = serve(server);
  unanswerable.push(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"Nope"}\n'));
  await until(() => unanswerable.isClosed);
  const irregular = serve(server);
  irregular.push(Buffer.from('[]\n'));
  await until(() => irregular.isClosed);
  expect(irregular.sent).toEqual([]);
});

test('what came with the request that closed the server does not run any more', async () => {
  const server = new Server();
  let ran = 0;
  server.registerName('Life', {
    Close: () => {
      ran++;
      void server.close();
    },
  });
  const end = serve(server);
  end.push(Buffer.concat(Array(5).fill(request('Life.Close'))));
  await settle();
  expect(ran).toBe(1);
});

describe('a reply that fights back fails its own call only', () => {
  const fail = () => {
    throw new Error('no');
  };
  const hostile = new Proxy({}, { getPrototypeOf: fail, get: fail, ownKeys: fail });
  const thenable = (value: unknown) => Object.defineProperty({}, 'then', { value });
  test.each<[string, () => unknown]>([
    [
      'then is a getter that throws',
      () => Object.defineProperty({}, 'then', { get: fail }),
    ],
    ['then throws', () => thenable(fail)],
    [
      'then calls back twice',
      () => thenable((ok: (n: number) => void) => [ok(1), ok(2)]),
    ],
    ['toJSON throws', () => ({ toJSON: fail })],
    [
      'toJSON throws what has no text',
      () => ({
        toJSON: () => {
          throw null;
        },
      }),
    ],
    ['it is a proxy that throws whatever is asked', () => hostile],
    [
      'it throws such a proxy',
      () => {
        throw hostile;
      },
    ],
    ['it rejects with nothing', () => Promise.reject()],
  ])('%s', async (_what, reply) => {
    for (const frame of [
      request('Odd.Reply'),
      Buffer.from(`[${String(request('Odd.Reply')).trim()}]\n`),
      Buffer.from('{"method":"Odd.Reply","params":[{}],"id":1}'),
    ]) {
      const server = new Server();
      server.registerName('Odd', { Reply: reply });
      server.register(new Arith());
      const end = serve(server);
      end.push(frame);
      await settle();
      expect(end.sent).toHaveLength(1);
      expect(end.isClosed).toBe(false);
    }
  });
});
