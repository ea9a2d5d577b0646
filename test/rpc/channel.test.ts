/** Go's channel: what finds room, who is served, what a select takes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Channel, select } from '../../src/rpc/index.ts';

/** What a promise has come to when all that can happen has happened. */
async function stateOf<T>(promise: Promise<T>): Promise<T | 'waiting'> {
  await new Promise((resolve) => setImmediate(resolve));
  return Promise.race([promise, Promise.resolve('waiting' as const)]);
}

test('a buffered channel takes values up to its capacity, then makes senders wait', async () => {
  const channel = new Channel<number>(2);
  await channel.send(1);
  await channel.send(2);
  expect(channel.trySend(3)).toBe(false);
  const third = channel.send(3).then(() => 'sent');
  expect(await stateOf(third)).toBe('waiting');
  expect(channel.length).toBe(2);
  expect(await channel.receive()).toBe(1);
  expect(await stateOf(third)).toBe('sent');
  expect([await channel.receive(), await channel.receive()]).toEqual([2, 3]);
  expect(channel.tryReceive()).toBeUndefined();
});

test('an unbuffered channel is a rendezvous', async () => {
  const channel = new Channel<string>();
  expect(channel.trySend('early')).toBe(false);
  const sent = channel.send('x').then(() => 'sent');
  expect(await stateOf(sent)).toBe('waiting');
  expect(await channel.receive()).toBe('x');
  expect(await stateOf(sent)).toBe('sent');
  const received = channel.receive();
  expect(channel.trySend('y')).toBe(true);
  expect(await received).toBe('y');
});

test('closed: what waits is still received, then nothing more, for everybody', async () => {
  const channel = new Channel<number>(3);
  await channel.send(1);
  channel.close();
  expect(() => channel.trySend(2)).toThrow('send on closed channel');
  await expect(channel.send(2)).rejects.toThrow('send on closed channel');
  expect(() => channel.close()).toThrow('close of closed channel');
  const values: number[] = [];
  for await (const value of channel) values.push(value);
  expect(values).toEqual([1]);
  expect(await channel.receive()).toBeUndefined();
  const other = new Channel<number>();
  const waiting = other.receive();
  other.close();
  expect(await waiting).toBeUndefined();
});

describe('select', () => {
  test('takes the first that is ready and leaves the others alone', async () => {
    const [a, b] = [new Channel<string>(1), new Channel<string>(1)];
    const selected = select([a, b]);
    await b.send('from b');
    expect(await selected).toEqual({ channel: b, value: 'from b' });
    await a.send('from a');
    expect(a.length).toBe(1);
    await b.send('again');
    expect(await select([a, b])).toEqual({ channel: a, value: 'from a' });
    expect(b.length).toBe(1);
  });

  test('a value that comes later is not swallowed by a select that was served elsewhere', async () => {
    const [a, b] = [new Channel<number>(), new Channel<number>()];
    const selected = select([a, b]);
    await a.send(1);
    expect((await selected).channel).toBe(a);
    expect(b.trySend(2)).toBe(false);
  });
});

test('no value is lost, doubled or reordered, however sends and receives mix', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(3),
      fc.array(fc.boolean(), { maxLength: 60 }),
      async (capacity, steps) => {
        const channel = new Channel<number>(capacity);
        const received: Promise<number | undefined>[] = [];
        let sent = 0;
        for (const isSend of steps) {
          if (isSend) void channel.send(sent++);
          else received.push(channel.receive());
          await null;
        }
        while (received.length < sent) received.push(channel.receive());
        while (sent < received.length) void channel.send(sent++);
        expect(await Promise.all(received)).toEqual(
          Array.from({ length: sent }, (_, i) => i),
        );
      },
    ),
  );
});

test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
  'capacity %d is refused',
  (capacity) => {
    expect(() => new Channel(capacity)).toThrow('the capacity of a channel is a count');
  },
);
