/**
 * The router alone, under histories that fast-check makes: messages, queries, losses and
 * changes of size in any order and at any moment between two steps.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashKey } from '../../src/shards/hash.ts';
import HashChain from '../../src/shards/machines/hash-chain.ts';
import { RouterModel } from './router-model.ts';

/** The same machine, that can only be rebuilt from all its messages. */
class FullHistory {
  readonly #chain = new HashChain();

  processMessage(message: unknown): void {
    this.#chain.processMessage(message);
  }

  getState() {
    return this.#chain.getState();
  }
}

const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
const pick = fc.nat(11);
const action = fc.oneof(
  { weight: 10, arbitrary: fc.tuple(fc.constant('send'), fc.constantFrom(...ids)) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('query'), fc.constantFrom(...ids)) },
  { weight: 5, arbitrary: fc.tuple(fc.constant('flush'), pick) },
  { weight: 6, arbitrary: fc.tuple(fc.constant('work'), pick) },
  { weight: 6, arbitrary: fc.tuple(fc.constant('hear'), pick) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('start'), pick) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('lose'), pick) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constant('resize'), fc.integer({ min: 1, max: 4 })),
  },
);
const history = fc.array(action, { maxLength: 150, size: 'max' });

async function play(model: RouterModel, actions: [string, string | number][]) {
  for (const [verb, argument] of actions) {
    await model[verb as 'start'](argument as number);
  }
  await model.settle();
  // What nobody has answered was lost with a shard.
  for (const id of model.sent.keys()) model.query(id);
  await model.settle();
}

function chainOf(messages: readonly number[]): number {
  return messages.reduce((chain, n) => hashKey(String(n), chain), 0);
}

test.each([
  ['that restores its state', HashChain],
  ['that cannot', FullHistory],
])(
  'with the log and a class %s: each message once, in order',
  async (_, machineClass) => {
    await fc.assert(
      fc.asyncProperty(history, async (actions) => {
        const model = new RouterModel(machineClass, 2, { hasLog: true });
        await play(model, actions as [string, string | number][]);
        const last = new Map(model.asked.map((asked) => [asked.id, asked]));
        for (const [id, messages] of model.sent) {
          const state = { count: messages.length, chain: chainOf(messages) };
          expect(last.get(id)?.state, id).toEqual(state);
          expect(model.countHosts(id), id).toBe(1);
        }
        expect(model.waiting.size).toBe(0);
      }),
      { numRuns: 400 },
    );
  },
);

test('a query has its own answer, with all that was sent before it, or is lost', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (actions) => {
      const model = new RouterModel(HashChain, 3, { hasLog: true });
      await play(model, actions as [string, string | number][]);
      for (const { id, sent, state, isLost } of model.asked) {
        expect(state !== undefined || isLost, id).toBe(true);
        if (!state) continue;
        expect(state.count).toBeGreaterThanOrEqual(sent);
        const messages = model.sent.get(id)?.slice(0, state.count) ?? [];
        expect(state).toEqual({ count: messages.length, chain: chainOf(messages) });
      }
    }),
    { numRuns: 400 },
  );
});

test('without the log: what is gone is told, to the message', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (actions) => {
      const model = new RouterModel(HashChain, 2, { hasLog: false });
      await play(model, actions as [string, string | number][]);
      const last = new Map(model.asked.map((asked) => [asked.id, asked]));
      for (const [id, messages] of model.sent) {
        const gone = model.lost.get(id) ?? 0;
        const kept = messages.slice(gone);
        expect(last.get(id)?.state, id).toEqual({
          count: kept.length,
          chain: chainOf(kept),
        });
      }
    }),
    { numRuns: 400 },
  );
});
