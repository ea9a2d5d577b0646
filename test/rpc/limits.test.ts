/** Every limit: its unit, its effect, and its name where somebody can read it. */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createClientCodec } from '../../src/rpc/codecs.ts';
import {
  type CodecName,
  codecNames,
  type Frame,
  type LimitChoice,
  type Limits,
  never,
  Server,
} from '../../src/rpc/index.ts';
import { chooseLimits } from '../../src/rpc/limits.ts';
import { listenAt } from '../../src/rpc/network.ts';
import { World } from '../../src/sim/world.ts';
import { Arith } from './arith.ts';
import { toBuffer } from './fuzz/seeds.ts';
import { LooseEnd, settle, until } from './fuzz/target.ts';
import { defineSlice, defineStruct } from './gob/forge.ts';
import { connectRaw } from './http/raw.ts';

/** A server with one connection, and all that either has said. */
class Site {
  readonly arith = new Arith();
  readonly log: string[] = [];
  readonly server: Server;
  readonly codec: CodecName;
  readonly #client;
  #seq = 0;

  constructor(codec: CodecName, limits: LimitChoice) {
    this.codec = codec;
    this.server = new Server({ limits, log: (line) => this.log.push(line) });
    this.server.register(this.arith);
    this.#client = createClientCodec(codec, chooseLimits(false));
  }

  connect(end = new LooseEnd()): LooseEnd {
    void this.server.serveConn(end);
    return end;
  }

  encode(method: string, args: unknown = { A: 1, B: 2 }): Buffer {
    return toBuffer(this.#client.encodeRequest(this.#seq++, method, args, undefined));
  }

  /** What the server had to say to one request, and about it. */
  async hear(method: string, args?: unknown): Promise<string> {
    const end = this.connect();
    end.push(this.encode(method, args));
    await settle();
    return [...end.sent.map((frame) => toBuffer(frame).toString()), ...this.log].join(
      '\n',
    );
  }
}

/** A peer that reads nothing. */
class FullEnd extends LooseEnd {
  override send(frame: Frame): boolean {
    super.send(frame);
    return false;
  }
}

const nested = (depth: number): unknown => (depth === 0 ? 1 : { A: nested(depth - 1) });

describe.each(codecNames)('what one frame may cost in %s', (codec) => {
  test.each<[keyof Limits, number, string, unknown, unknown]>([
    ['maxFrameBytes', 500, 'Arith.Echo', 'x'.repeat(100), 'x'.repeat(600)],
    ['maxDepth', 8, 'Arith.Echo', nested(4), nested(12)],
    ['maxValues', 40, 'Arith.Echo', Array(8).fill(1), Array(60).fill(1)],
    ['maxStringBytes', 50, 'Arith.Echo', 'é'.repeat(20), 'é'.repeat(26)],
  ])('%s: %i', async (limit, value, method, fits, exceeds) => {
    const limits = { [limit]: value };
    expect(await new Site(codec, limits).hear(method, fits)).not.toContain(limit);
    expect(await new Site(codec, limits).hear(method, exceeds)).toContain(`(${limit})`);
    expect(await new Site(codec, false).hear(method, exceeds)).not.toContain(limit);
  });

  test('maxNameLength: 40 characters of a method', async () => {
    const limits = { maxNameLength: 40 };
    const [fits, exceeds] = ['x'.repeat(40), 'x'.repeat(41)];
    expect(await new Site(codec, limits).hear(fits)).toContain('ill-formed');
    expect(await new Site(codec, limits).hear(exceeds)).toContain('(maxNameLength)');
    expect(await new Site(codec, false).hear(exceeds)).toContain('ill-formed');
  });

  test('a reply over maxFrameBytes becomes an error that says so', async () => {
    const site = new Site(codec, { maxFrameBytes: 2000 });
    site.server.registerName('Big', { Reply: () => 'x'.repeat(3000) });
    expect(await site.hear('Big.Reply')).toMatch(/rpc: reply is .*\(maxFrameBytes\)/);
  });
});

test.each(['json-rpc', 'go-json'] as const)(
  'maxNameLength: 40 characters of an id in %s',
  async (codec) => {
    const request = (id: string) =>
      codec === 'go-json'
        ? `{"method":"Arith.Add","params":[{"A":1,"B":2}],"id":"${id}"}\n`
        : `{"jsonrpc":"2.0","method":"Arith.Add","params":{"A":1,"B":2},"id":"${id}"}\n`;
    const site = new Site(codec, { maxNameLength: 40 });
    const end = site.connect();
    end.push(Buffer.from(request('i'.repeat(36))));
    expect(String(end.sent[0])).toContain('"C":3');
    end.push(Buffer.from(request('i'.repeat(41))));
    await settle();
    expect([String(end.sent[1]), ...site.log].join()).toContain('(maxNameLength)');
  },
);

test('maxBatch: 3 requests', async () => {
  const site = new Site('json-rpc', { maxBatch: 3 });
  const end = site.connect();
  const one = String(site.encode('Arith.Add')).trim();
  for (const count of [3, 4]) end.push(Buffer.from(`[${Array(count).fill(one)}]\n`));
  await settle();
  expect(JSON.parse(String(end.sent[1]))).toHaveLength(3);
  expect(String(end.sent[0])).toContain('a batch holds 1 to 3 requests (maxBatch)');
});

describe('what a gob stream may define', () => {
  const fields = (count: number) =>
    Array.from({ length: count }, (_, i) => [`F${i}`, 2] as const);

  test('maxFields: 5 of one struct', () => {
    for (const [count, refused] of [
      [5, 0],
      [30, 1],
    ] as const) {
      const site = new Site('gob', { maxFields: 5 });
      site.connect().push(defineStruct(65, 'T', fields(count)));
      expect(site.log.filter((line) => line.includes('(maxFields)'))).toHaveLength(
        refused,
      );
    }
  });

  test('maxTypes: 5 of one stream', () => {
    const site = new Site('gob', { maxTypes: 5 });
    const end = site.connect();
    for (let id = 65; id < 70; id++) end.push(defineSlice(id, 2));
    expect(site.log).toEqual([]);
    end.push(defineSlice(70, 2));
    expect(site.log[0]).toContain('(maxTypes)');
  });
});

describe.each(codecNames)('what may be in flight in %s', (codec) => {
  test('maxInFlight: 3 of a connection; then the server stops reading', async () => {
    const site = new Site(codec, { maxInFlight: 3 });
    const end = site.connect();
    for (let i = 0; i < 5; i++) end.push(site.encode('Arith.Wait'));
    expect([site.arith.waiting, end.isPaused]).toEqual([3, true]);
    site.arith.open();
    await settle();
    expect([site.arith.waiting, end.isPaused, end.sent.length]).toEqual([2, false, 3]);
  });

  test('maxTotalInFlight: 3 of all connections', async () => {
    const site = new Site(codec, { maxTotalInFlight: 3 });
    const ends = Array.from({ length: 5 }, () => site.connect());
    const none = chooseLimits(false);
    for (const end of ends) {
      const client = createClientCodec(codec, none);
      end.push(toBuffer(client.encodeRequest(0, 'Arith.Wait', { A: 1 }, undefined)));
    }
    const paused = () => ends.filter((end) => end.isPaused).length;
    await until(() => site.arith.waiting === 3 && paused() >= 3);
    site.arith.open();
    await until(() => site.arith.waiting === 2);
    site.arith.open();
    await until(() => ends.every((end) => end.sent.length === 1) && paused() === 0);
  });
});

test('maxConnections: 2 at once, and room again when one has gone', async () => {
  const site = new Site('json-rpc', { maxConnections: 2 });
  const [first, second, third] = [site.connect(), site.connect(), site.connect()];
  expect([first, second, third].map((end) => end.isClosed)).toEqual([false, false, true]);
  expect(site.log).toEqual(['rpc: more than 2 connections (maxConnections)']);
  first.abort();
  await settle();
  expect(site.connect().isClosed).toBe(false);
});

test('maxUnwrittenBytes: 1000; then a transport says that it is full', async () => {
  const answers: boolean[] = [];
  const accept = (transport: Parameters<Server['serveConn']>[0]) => {
    answers.push(transport.send('x'.repeat(900)), transport.send('x'.repeat(200)));
    transport.end();
  };
  const listener = await listenAt('127.0.0.1:0', accept, 1000);
  const peer = await connectRaw(listener.address);
  expect(await peer.readAll()).toHaveLength(1100);
  expect(answers).toEqual([true, false]);
  peer.socket.destroy();
  await listener.close();
});

test('beyond maxUnwrittenBytes replies wait, and the server reads no further', async () => {
  const site = new Site('json-rpc', {});
  const end = site.connect(new FullEnd());
  for (let i = 0; i < 5; i++) end.push(site.encode('Arith.Add'));
  expect([end.sent.length, end.isPaused]).toEqual([1, true]);
});

describe('what a peer may take its time for', () => {
  const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  async function wait(
    limits: LimitChoice,
    end: LooseEnd,
    steps: (site: Site) => unknown,
  ) {
    return new World().run(async () => {
      const site = new Site('json-rpc', limits);
      site.connect(end);
      await steps(site);
      return site.log;
    });
  }

  test('firstByteMs: 500 from its beginning to its first byte', async () => {
    const end = new LooseEnd();
    const log = await wait({ firstByteMs: 500 }, end, async () => {
      await pass(499);
      expect(end.isClosed).toBe(false);
      await pass(2);
    });
    expect(end.isClosed).toBe(true);
    expect(log).toEqual(['rpc: a peer has said nothing for 500 ms (firstByteMs)']);
  });

  test('partialFrameMs: 500 from the first byte of a frame to its last', async () => {
    const end = new LooseEnd();
    const log = await wait({ partialFrameMs: 500 }, end, async (site) => {
      for (let i = 0; i < 3; i++) {
        const frame = site.encode('Arith.Add');
        end.push(frame.subarray(0, 5));
        await pass(400);
        end.push(frame.subarray(5));
      }
      end.push(Buffer.from('{'));
      await pass(400);
      end.push(Buffer.from(' '));
      await pass(101);
    });
    expect(end.sent).toHaveLength(4);
    const text = 'frame not complete after 500 ms (partialFrameMs)';
    expect(String(end.sent[3])).toContain(text);
    expect(log[0]).toContain(text);
  });

  test('idleMs: 500 with nothing received, running or sent', async () => {
    const end = new LooseEnd();
    const log = await wait({ idleMs: 500 }, end, async (site) => {
      end.push(site.encode('Arith.Wait'));
      await pass(5000);
      expect(end.isClosed).toBe(false);
      site.arith.open();
      await pass(499);
      expect(end.isClosed).toBe(false);
      await pass(2);
    });
    expect(end.isClosed).toBe(true);
    expect(log).toEqual(['rpc: a connection was idle for 500 ms (idleMs)']);
  });

  test('unreadMs: 500 in which a peer reads nothing', async () => {
    const end = new FullEnd();
    const log = await wait({ unreadMs: 500 }, end, async (site) => {
      end.push(site.encode('Arith.Add'));
      await pass(499);
      expect(end.isClosed).toBe(false);
      await pass(2);
    });
    expect(end.isClosed).toBe(true);
    expect(log).toEqual(['rpc: a peer has read nothing for 500 ms (unreadMs)']);
  });

  test('without limits it has for ever', async () => {
    const end = new LooseEnd();
    await wait(false, end, async (site) => {
      await pass(24 * 60 * 60 * 1000);
      const frame = site.encode('Arith.Add');
      end.push(frame.subarray(0, 5));
      await pass(24 * 60 * 60 * 1000);
      end.push(frame.subarray(5));
    });
    expect(end.sent).toHaveLength(1);
  });

  test('maxLogLines: 2 a second, and a count of those left out', async () => {
    const log = await wait({ maxLogLines: 2 }, new LooseEnd(), async (site) => {
      for (let i = 0; i < 10; i++) site.connect().push(Buffer.from('\x16\x03\x01'));
      expect(site.log).toHaveLength(2);
      await pass(1001);
    });
    expect(log[2]).toBe('… and 8 lines more (maxLogLines)');
  });
});

test('a limit that is undefined is the default; a time without end is the longest', () => {
  expect(chooseLimits({ maxDepth: undefined } as never)).toEqual(chooseLimits());
  expect(chooseLimits({ idleMs: Number.POSITIVE_INFINITY }).idleMs).toBe(never);
});

test('a connection whose thread always comes late to it runs one request in each turn', async () => {
  const site = new Site('json-rpc', {});
  const ends = [site.connect(), site.connect()];
  let nowMs = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs++);
  onTestFinished(() => clock.mockRestore());
  for (const end of ends) end.push(site.encode('Arith.Add'));
  await settle();
  expect(ends.map(({ sent }) => sent.length)).toEqual([1, 1]);
});

test('without limits there is no bound on what is in flight, connected or sent', async () => {
  const site = new Site('json-rpc', false);
  const end = site.connect();
  end.push(Buffer.concat(Array.from({ length: 3000 }, () => site.encode('Arith.Wait'))));
  expect([site.arith.waiting, end.isPaused]).toEqual([3000, false]);
  expect(await site.hear('Arith.Echo', 'x'.repeat(5_000_000))).toHaveLength(5_000_040);
});
