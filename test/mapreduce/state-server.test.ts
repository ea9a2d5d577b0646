/** The state server's counters: whoever dies, repeats itself or comes late, each task counts once. */
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Change, Counters } from '../../src/mapreduce/stores/counters.ts';
import { StateClient } from '../../src/mapreduce/stores/state-client.ts';
import { StateServer } from '../../src/mapreduce/stores/state-server.ts';
import { Server } from '../../src/rpc/index.ts';

let server: Server;
let address: string;
let state: StateClient;

beforeEach(async () => {
  server = new Server({ http: false });
  server.registerName('State', new StateServer());
  address = await server.listen('127.0.0.1:0');
  state = new StateClient(address);
});

afterEach(async () => {
  state.close();
  await server.close();
});

const map = (task: number, attempt: number) => ({ task: `map ${task}`, attempt });

describe('counters', () => {
  test('count when their attempt is accepted, not before', async () => {
    await state.initialize(['a', 'b']);
    await state.update(map(0, 1), [
      ['a', 2],
      ['b', 3],
    ]);
    expect(await state.get(['a', 'b'])).toEqual([[], []]);
    expect(await state.accept(map(0, 1))).toBe(1);
    expect(await state.get(['b', 'a'])).toEqual([[3], [2]]);
  });

  test('of an attempt that died half-way count nothing, of its re-execution all', async () => {
    await state.initialize(['a']);
    await state.update(map(0, 1), [['a', 5]]);
    await state.update(map(0, 2), [['a', 5]]);
    await state.update(map(0, 2), [['a', 6]]);
    await state.accept(map(0, 2));
    expect(await state.get(['a'])).toEqual([[5, 6]]);
  });

  test('a straggler that is accepted second, or comes later still, changes nothing', async () => {
    await state.initialize(['a']);
    await state.update(map(0, 1), [['a', 5]]);
    await state.update(map(0, 2), [['a', 5]]);
    expect(await state.accept(map(0, 2))).toBe(2);
    expect(await state.accept(map(0, 1))).toBe(2);
    expect(await state.accept(map(0, 2))).toBe(2);
    await state.update(map(0, 1), [['a', 5]]);
    await state.update(map(0, 2), [['a', 5]]);
    expect(await state.get(['a'])).toEqual([[5]]);
  });

  test('a reducer replaces a key by its sum; done twice it is the same', async () => {
    await state.initialize(['a']);
    for (const task of [0, 1, 2]) {
      await state.update(map(task, task), [['a', 10]]);
      await state.accept(map(task, task));
    }
    for (const attempt of [7, 8]) {
      const [values = []] = await state.get(['a']);
      const sum = values.reduce((total, n) => total + n, 0);
      await state.replace({ task: 'reduce 0', attempt }, [['a', sum]]);
      await state.accept({ task: 'reduce 0', attempt });
    }
    expect(await state.get(['a'])).toEqual([[30]]);
  });

  test('keys that are known keep their values; unknown ones are refused, and nothing kept', async () => {
    await state.initialize(['a']);
    await state.update(map(0, 1), [['a', 1]]);
    await state.accept(map(0, 1));
    await state.initialize(['a', '__proto__']);
    const more: [string, number][] = [
      ['a', 1],
      ['nobody', 1],
    ];
    const unknown = /"nobody" is not initialized/;
    await expect(state.update(map(1, 2), more)).rejects.toThrow(unknown);
    await expect(state.get(['nobody'])).rejects.toThrow(unknown);
    await expect(state.update(map(1, 2), [['a', 0.5]])).rejects.toThrow(/whole number/);
    await state.accept(map(1, 2));
    expect(await state.get(['a', '__proto__'])).toEqual([[1], []]);
  });

  test('any number of keys is a few round trips', async () => {
    const keys = Array.from({ length: 25_000 }, (_, i) => `key ${i}`);
    await state.initialize(keys);
    await state.update(
      map(0, 0),
      keys.map((key, i) => [key, i]),
    );
    await state.accept(map(0, 0));
    expect(await state.get(keys)).toEqual(keys.map((_, i) => [i]));
    expect(state.roundTrips).toBe(3 + 3 + 1 + 3);
  });

  test('whatever is repeated, lost or late: each task counts with exactly one attempt', () => {
    const event = fc.record({
      task: fc.integer({ min: 0, max: 3 }),
      attempt: fc.integer({ min: 0, max: 2 }),
      batch: fc.integer({ min: 0, max: 2 }),
      type: fc.constantFrom('change', 'change', 'accept'),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const counters = new Counters();
        counters.initialize(['sum']);
        const seen = new Map<string, Set<number>>();
        const expected = new Map<number, number>();
        for (const { task, attempt, batch, type } of events) {
          const by = { task: `map ${task}`, attempt };
          const id = `${task}/${attempt}`;
          // Each batch adds a number of its own, so that none can stand for another.
          const worth = 3 ** (task * 9 + attempt * 3 + batch) % 10_007;
          const changes: Change[] = [['update', 'sum', worth]];
          if (type === 'accept') {
            const winner = counters.accept(by);
            if (expected.has(task)) continue;
            expect(winner).toBe(attempt);
            const parts = [...(seen.get(id) ?? [])];
            expected.set(
              task,
              parts.reduce((sum, n) => sum + n, 0),
            );
            continue;
          }
          counters.change(by, batch, changes);
          if (!expected.has(task)) seen.set(id, (seen.get(id) ?? new Set()).add(worth));
        }
        const total = counters.get('sum').reduce((sum, n) => sum + n, 0);
        expect(total).toBe([...expected.values()].reduce((sum, n) => sum + n, 0));
      }),
    );
  });
});

describe('its client', () => {
  /** Passes everything on, and cuts the connection instead of passing the first answer on. */
  async function startCuttingRelay() {
    const sockets = new Set<Socket>();
    let answers = 0;
    const relay = createServer((near) => {
      const far = connectSocket(Number(address.split(':')[1]), '127.0.0.1');
      for (const socket of [near, far]) socket.on('error', () => {});
      sockets.add(near).add(far);
      near.pipe(far);
      far.on('data', (bytes) => {
        if (++answers > 1) near.write(bytes);
        else near.destroy();
      });
    });
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    const { port } = relay.address() as { port: number };
    const close = () => {
      for (const socket of sockets) socket.destroy();
      relay.close();
    };
    return { address: `127.0.0.1:${port}`, close };
  }

  test('repeats what a lost connection leaves in doubt, and it counts once', async () => {
    await state.initialize(['a']);
    const relay = await startCuttingRelay();
    const behindRelay = new StateClient(relay.address);
    await behindRelay.update(map(0, 1), [['a', 4]]);
    expect(behindRelay.roundTrips).toBe(2);
    await state.accept(map(0, 1));
    expect(await state.get(['a'])).toEqual([[4]]);
    behindRelay.close();
    relay.close();
  });

  test('says which server failed, and works again when it is back', async () => {
    await server.close();
    await expect(state.initialize(['a'])).rejects.toThrow(
      /the state server 127\.0\.0\.1:\d+ failed in Initialize: .*connection refused/,
    );
    server = new Server({ http: false });
    server.registerName('State', new StateServer());
    await server.listen(address);
    await state.initialize(['a']);
    expect(await state.get(['a'])).toEqual([[]]);
  });
});

test('chunks of a partition come in order, from whole places', async () => {
  const partition = { attempt: 1, map: 0, reduce: 0 };
  const put = (offset: number) => state.putPartition(partition, offset, Buffer.from('x'));
  await expect(put(1)).rejects.toThrow(/no chunk of mr-0-0 of attempt 1 begins at 1 yet/);
  await expect(put(2 ** 20)).rejects.toThrow(/begins at 1048576 yet/);
  await expect(put(-1)).rejects.toThrow(/are counts/);
});
