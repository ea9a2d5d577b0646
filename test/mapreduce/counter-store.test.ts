/** Map output as counts: what a reduce task is given of them. */
import { expect, test } from 'vitest';
import {
  type CounterClient,
  CounterStore,
} from '../../src/mapreduce/stores/counter-store.ts';

test('keys come in byte order, whatever order the server was told them in', async () => {
  const client: CounterClient = {
    initialize: async () => {},
    update: async () => {},
    replace: async () => {},
    get: async (keys) => keys.map((key) => [key.length]),
    close: () => {},
  };
  const store = new CounterStore(client, ['zz', '🐋', 'a', 'ﬀ', 'other']);
  const groups = await store.read([{ map: 0, attempt: 7 }], (key) => key !== 'other');
  expect(groups.map(({ key, values }) => [key, ...values])).toEqual([
    ['a', '1'],
    ['zz', '2'],
    ['ﬀ', '1'],
    ['🐋', '2'],
  ]);
});
