/** One contract, every channel: what a caller may rely on, wherever the other end lives. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ConnectionLostError,
  ServerError,
  ShutdownError,
} from '../../../src/rpc/index.ts';
import type { Channel } from '../../../src/shards/channels/channel.ts';
import {
  buildEnds,
  channelNames,
  type Ends,
  openChannel,
} from '../../../src/shards/channels/open-channel.ts';
import type { Question } from './contract-answer.ts';

let folder: string;
let ends: Ends;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'channels-'));
  ends = await buildEnds(join(import.meta.dirname, 'contract-answer.ts'), folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const ask = (Kind: Question['Kind'], Value: unknown = 0): Question => ({ Kind, Value });

describe.each(channelNames)('%s', (name) => {
  let channel: Channel;
  beforeAll(async () => {
    channel = await openChannel(name, ends);
  });
  afterAll(() => channel.close());

  test('carries a value there and back', async () => {
    const value = { Text: 'a', Number: 1.5, Whole: 7, Flag: true, List: ['x', 'y'] };
    expect(await channel.call(ask('echo', value))).toEqual(value);
  });

  test.each([
    ['no letters of ASCII', 'schöne Grüße, 世界, \u{1F600}'],
    ['controls, quotes and newlines', '\u0000\n"\\\u2028'],
    ['nothing', ''],
  ])('carries a text of %s', async (_, text) => {
    expect(await channel.call(ask('echo', text))).toBe(text);
  });

  test('carries a megabyte there and back, and small messages after it', async () => {
    const text = 'Call me Ishmael. '.repeat(2 ** 20 / 17);
    const [large, small] = await Promise.all([
      channel.call(ask('echo', text)),
      channel.call(ask('echo', 'small')),
    ]);
    expect(large === text).toBe(true);
    expect(small).toBe('small');
  });

  test('carries several megabytes that are under way at once', async () => {
    const texts = Array.from({ length: 8 }, (_, i) => `${i}`.repeat(2 ** 20));
    const echoes = await Promise.all(
      texts.map((text) => channel.call(ask('echo', text))),
    );
    expect(echoes.every((echo, i) => echo === texts[i])).toBe(true);
  });

  test('keeps the order of messages and calls', async () => {
    const values = Array.from({ length: 2000 }, (_, i) => i);
    let last: Promise<unknown> = Promise.resolve();
    for (const value of values) {
      if (value % 3 === 0) channel.send(ask('note', value));
      else last = channel.call(ask('note', value));
    }
    expect(await last).toBe(values.length);
    expect(await channel.call(ask('notes'))).toEqual(values);
  });

  test('gives each of many calls in flight its own answer', async () => {
    const calls = Array.from({ length: 3000 }, (_, i) => channel.call(ask('echo', i)));
    expect(await Promise.all(calls)).toEqual(calls.map((_, i) => i));
  });

  test('a later call may be answered first', async () => {
    const order: unknown[] = [];
    const first = channel.call(ask('wait', 'first')).then((value) => order.push(value));
    await channel.call(ask('echo', 'second')).then((value) => order.push(value));
    await first;
    expect(order).toEqual(['second', 'first']);
  });

  test.each(['throw', 'reject'] as const)(
    'what the other end does not do (%s) is an error of that call alone',
    async (kind) => {
      const [failed, fine] = await Promise.allSettled([
        channel.call(ask(kind, 'this')),
        channel.call(ask('echo', 'fine')),
      ]);
      expect(failed).toMatchObject({ status: 'rejected' });
      const { reason } = failed as PromiseRejectedResult;
      expect(reason).toBeInstanceOf(ServerError);
      expect(reason.message).toMatch(/^(cannot|will not) do this$/);
      expect(fine).toMatchObject({ value: 'fine' });
    },
  );

  test('what fails without anybody waiting harms nothing', async () => {
    channel.send(ask('throw'));
    channel.send(ask('reject'));
    expect(await channel.call(ask('echo', 1))).toBe(1);
  });

  test('closing settles what waits and ends the other end', async () => {
    const ending = await openChannel(name, ends);
    const pid = Number(await ending.call(ask('pid')));
    const refused = expect(ending.call(ask('never'))).rejects.toBeInstanceOf(
      ShutdownError,
    );
    await ending.close();
    await refused;
    await ending.closed;
    await expect(ending.call(ask('echo'))).rejects.toMatchObject({ isDefinite: true });
    ending.send(ask('echo'));
    await ending.close();
    if (pid !== process.pid) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  test('a killed other end settles calls that wait: nobody knows what it did', async () => {
    const dying = await openChannel(name, ends);
    await dying.call(ask('echo'));
    const waiting = [dying.call(ask('never')), dying.call(ask('never'))];
    dying.kill();
    for (const settled of await Promise.allSettled(waiting)) {
      expect(settled).toMatchObject({
        status: 'rejected',
        reason: { isDefinite: false },
      });
      const { reason } = settled as PromiseRejectedResult;
      expect(reason).toBeInstanceOf(ConnectionLostError);
    }
    await dying.closed;
    await expect(dying.call(ask('echo'))).rejects.toBeInstanceOf(Error);
  });
});

test.each(['thread', 'shared-memory'] as const)(
  '%s: a thread that dies of an error says which',
  async (name) => {
    const channel = await openChannel(name, ends);
    await expect(channel.call(ask('crash'))).rejects.toThrow(
      'the other end has ended: nobody caught this',
    );
    await channel.closed;
  },
);

test('a module that answers nothing is told from one that does', async () => {
  const answerModule = join(import.meta.dirname, '../../../src/shards/ring.ts');
  await expect(openChannel('in-process', { ...ends, answerModule })).rejects.toThrow(
    'exports a function answer',
  );
});
