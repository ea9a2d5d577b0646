/** The ring by its properties: balance, few moves, and the same answer everywhere. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashKey } from '../../src/shards/hash.ts';
import { createRouting, virtualNodes } from '../../src/shards/ring.ts';

const shapes = {
  'short and similar': (i: number) => `id-${i}`,
  numbers: (i: number) => String(i),
  'padded numbers': (i: number) => String(i).padStart(8, '0'),
  'a long prefix': (i: number) => `tenant/eu-west/customer/account/${i}`,
  'other letters': (i: number) => `κλειδί ${i} 🔑`,
};
const ids = (shape: (i: number) => string, count = 20_000) =>
  Array.from({ length: count }, (_, i) => shape(i));

function countByShard(shardOf: (id: string) => number, keys: readonly string[]) {
  const counts = new Map<number, number>();
  for (const key of keys) counts.set(shardOf(key), (counts.get(shardOf(key)) ?? 0) + 1);
  return counts;
}

/** The largest share, in terms of the mean one. */
function worstShare(shardOf: (id: string) => number, keys: string[], shards: number) {
  return Math.max(...countByShard(shardOf, keys).values()) / (keys.length / shards);
}

describe('the hash', () => {
  test.each([
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['', 0xffffffff, 0x81f16f39],
    ['test', 0, 0xba6bd213],
    ['test', 0x9747b28c, 0x704b81dc],
    ['Hello, world!', 0, 0xc0363e43],
    ['Hello, world!', 0x9747b28c, 0x24884cba],
    ['The quick brown fox jumps over the lazy dog', 0, 0x2e4ff723],
    ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
  ])('MurmurHash3 of "%s" with seed %i is as published', (key, seed, hash) => {
    expect(hashKey(key, seed)).toBe(hash);
  });
});

describe('balance', () => {
  const cases = Object.keys(shapes).flatMap((shape) =>
    [2, 3, 4, 8, 16].map((shards) => [shape, shards] as const),
  );
  test.each(cases)('%s: of %i processes none has much more than its share', (name, n) => {
    const keys = ids(shapes[name as keyof typeof shapes]);
    expect(worstShare(createRouting('hash', n).shardOf, keys, n)).toBeLessThan(1.25);
    expect(worstShare(createRouting('modulo', n).shardOf, keys, n)).toBeLessThan(1.1);
  });

  test('FNV-1a on the same ring gives one of 8 processes half of 100 similar ids', () => {
    const n = 8;
    const places = Array.from({ length: n * virtualNodes }, (_, i) => ({
      at: fnv1a(`${Math.floor(i / virtualNodes)}#${i % virtualNodes}`),
      shard: Math.floor(i / virtualNodes),
    })).sort((a, b) => a.at - b.at);
    const shardOf = (id: string) =>
      (places.find(({ at }) => at >= fnv1a(id)) ?? places[0])?.shard ?? -1;
    const keys = ids(shapes['short and similar'], 100);
    const ours = worstShare(createRouting('hash', n).shardOf, keys, n);
    expect(worstShare(shardOf, keys, n)).toBeGreaterThan(3);
    expect(ours).toBeLessThan(1.6);
  });
});

function fnv1a(key: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(key)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}

describe('a process comes or goes', () => {
  const keys = ids(shapes['short and similar']);

  test.each([1, 2, 3, 4, 7, 8, 15])('from %i to one more: about 1/n moves', (n) => {
    const before = createRouting('hash', n);
    const after = createRouting('hash', n + 1);
    const moved = keys.filter((id) => before.shardOf(id) !== after.shardOf(id));
    expect(moved.every((id) => after.shardOf(id) === n)).toBe(true);
    expect(moved.length / keys.length).toBeGreaterThan(0.75 / (n + 1));
    expect(moved.length / keys.length).toBeLessThan(1.25 / (n + 1));
  });

  test('modulo moves most of them, which is why there is a ring', () => {
    const [four, five] = [createRouting('modulo', 4), createRouting('modulo', 5)];
    const moved = keys.filter((id) => four.shardOf(id) !== five.shardOf(id));
    expect(moved.length / keys.length).toBeGreaterThan(0.75);
  });

  test('any one of them goes: only its own ids move', () => {
    const members = fc.uniqueArray(fc.nat(1000), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(members, fc.nat(), fc.array(fc.string()), (shards, pick, strings) => {
        const gone = shards[pick % shards.length] as number;
        const rest = shards.filter((shard) => shard !== gone);
        const [before, after] = [
          createRouting('hash', shards),
          createRouting('hash', rest),
        ];
        for (const id of strings) {
          const owner = before.shardOf(id);
          if (owner !== gone) expect(after.shardOf(id)).toBe(owner);
          else expect(rest).toContain(after.shardOf(id));
        }
      }),
    );
  });
});

describe('agreement', () => {
  test('two routers agree, in whatever order they learned of the processes', () => {
    const members = fc.uniqueArray(fc.nat(1000), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(members, fc.infiniteStream(fc.nat()), fc.string(), (shards, at, id) => {
        const shuffled = shards
          .map((shard) => ({ shard, by: at.next().value as number }))
          .sort((a, b) => a.by - b.by)
          .map(({ shard }) => shard);
        expect(createRouting('hash', shuffled).shardOf(id)).toBe(
          createRouting('hash', shards).shardOf(id),
        );
      }),
    );
  });

  test('round-robin takes turns, whatever the id is', () => {
    const { shardOf } = createRouting('round-robin', 3);
    expect(['a', 'a', 'b', 'a'].map(shardOf)).toEqual([0, 1, 2, 0]);
  });

  test('without a process there is nothing to route to', () => {
    expect(() => createRouting('hash', 0)).toThrow('at least one process');
  });
});
