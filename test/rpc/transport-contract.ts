/** The contract of transports: a call behaves the same over all of them. */
import { describe, expect, test } from 'vitest';
import {
  type Client,
  ConnectionLostError,
  NotSentError,
  type Server,
  ServerError,
  ShutdownError,
} from '../../src/rpc/index.ts';
import type { Arith } from './arith.ts';

/** A server with Arith and its first client. */
export interface Setup {
  server: Server;
  arith: Arith;
  client: Client;
  anotherClient(): Promise<Client>;
}

/** Where a test's body runs: at once, or inside a simulated world. */
type Within = (body: (setup: Setup) => Promise<void>) => Promise<void>;

export function describeTransport(name: string, within: Within): void {
  const holds = (sentence: string, body: (setup: Setup) => Promise<void>) =>
    test(sentence, () => within(body));

  describe(`over ${name}`, () => {
    holds('call returns the reply', async ({ client }) => {
      expect(await client.call('Arith.Add', { A: 7, B: 8 })).toEqual({ C: 15 });
    });

    holds('go returns the Call that done delivers', async ({ client }) => {
      const call = client.go('Arith.Add', { A: 1, B: 2 });
      expect(call.reply).toBeUndefined();
      expect('then' in call).toBe(false);
      expect(await call.done).toBe(call);
      expect(call).toMatchObject({ reply: { C: 3 }, error: undefined });
    });

    holds('a reference never crosses: the method gets a copy', async ({ client }) => {
      const args = { list: [1, 2] };
      const reply = await client.call('Arith.Echo', args);
      expect(reply).toEqual(args);
      expect(reply).not.toBe(args);
    });

    for (const [kind, args] of [
      ['an object', { a: 1 }],
      ['text with newlines and emoji', 'one\ntwo 🚀'],
      ['an array', [1, [2]]],
      ['an array of one', [[1]]],
      ['null', null],
      ['zero', 0],
      ['a megabyte', 'é'.repeat(500_000)],
    ] as const) {
      holds(`args survive the way: ${kind}`, async ({ client }) => {
        expect(await client.call('Arith.Echo', args)).toEqual(args);
      });
    }

    holds(
      'replies come in any order, each to its own call',
      async ({ client, arith }) => {
        const slow = client.go('Arith.Wait', {});
        const order: string[] = [];
        slow.done.then(() => order.push('slow'));
        const quick = await Promise.all(
          Array.from({ length: 500 }, (_, i) => client.call('Arith.Add', { A: i, B: i })),
        );
        order.push('quick');
        expect(quick).toEqual(Array.from({ length: 500 }, (_, i) => ({ C: 2 * i })));
        arith.open();
        await slow.done;
        expect(slow.reply).toBe('waited');
        expect(order).toEqual(['quick', 'slow']);
      },
    );

    holds(
      'a method that throws: a definite ServerError, and the connection lives on',
      async ({ client }) => {
        const call = await client.go('Arith.Div', { A: 1, B: 0 }).done;
        expect(call.error).toBeInstanceOf(ServerError);
        expect(call.error).toMatchObject({ message: 'divide by zero', isDefinite: true });
        expect(await client.call('Arith.Div', { A: 6, B: 3 })).toEqual({ C: 2 });
      },
    );

    holds(
      'a lost connection: every pending call settles, indefinite',
      async ({ client, server, arith }) => {
        const calls = [client.go('Arith.Wait', {}), client.go('Arith.Wait', {})];
        await client.call('Arith.Add', { A: 1, B: 1 });
        expect(arith.waiting).toBe(2);
        await server.close();
        for (const call of calls) {
          const { error } = await call.done;
          expect(error).toBeInstanceOf(ConnectionLostError);
          expect(error?.isDefinite).toBe(false);
        }
        await expect(client.call('Arith.Add', { A: 1, B: 1 })).rejects.toMatchObject({
          message: 'connection is shut down',
          isDefinite: true,
        });
      },
    );

    holds(
      'close settles what waits with ShutdownError; later calls are never sent',
      async ({ client }) => {
        const waiting = client.go('Arith.Wait', {});
        await client.close();
        expect((await waiting.done).error).toBeInstanceOf(ShutdownError);
        expect(waiting.error?.isDefinite).toBe(false);
        const late = await client.go('Arith.Add', { A: 1, B: 1 }).done;
        expect(late.error?.isDefinite).toBe(true);
        await client.close();
      },
    );

    holds('args that cannot be sent fail their own call only', async ({ client }) => {
      const cyclic: Record<string, unknown> = {};
      cyclic.self = cyclic;
      for (const args of [{ n: 1n }, cyclic, 'x'.repeat(5_000_000)]) {
        const { error } = await client.go('Arith.Echo', args).done;
        expect(error).toBeInstanceOf(NotSentError);
      }
      expect(await client.call('Arith.Add', { A: 1, B: 1 })).toEqual({ C: 2 });
    });

    holds('a reply that cannot be sent fails its own call only', async ({ client }) => {
      await expect(client.call('Arith.BigReply', { bytes: 5_000_000 })).rejects.toThrow(
        'rpc: reply is over 4194304 bytes',
      );
      await expect(client.call('Arith.Cycle', {})).rejects.toThrow('cannot be encoded');
      expect(await client.call('Arith.Add', { A: 1, B: 1 })).toEqual({ C: 2 });
    });

    holds('several clients share one server', async ({ client, anotherClient }) => {
      const other = await anotherClient();
      await client.close();
      expect(await other.call('Arith.Add', { A: 2, B: 2 })).toEqual({ C: 4 });
    });
  });
}
