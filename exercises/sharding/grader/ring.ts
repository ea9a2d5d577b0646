/**
 * What is checked of the hash and of the ring: pure functions, without a network.
 */
import { CheckFailure } from '../../../src/grading/check.ts';
import type { Ring, Subject } from './stage.ts';

/** FNV-1a, 32 bits. Source: the test vectors of the FNV reference code. */
const vectors: readonly (readonly [string, number])[] = [
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['b', 0xe70c2de5],
  ['foobar', 0xbf9cf968],
  ['user-7', trueHash('user-7')],
  ['Zürich', trueHash('Zürich')],
  ['日本語 😀', trueHash('日本語 😀')],
];

const ids = Array.from({ length: 1500 }, (_, i) => `user-${i}`);
const oddIds = ['', 'constructor', '__proto__', 'Zürich', '10', '9'];
/** Called like virtual nodes, and so at the very places where these are. */
const idsAtPlaces = ['0#a', '1#b', '126#c', '125#d'];

export async function expectHash({ hash }: Subject): Promise<void> {
  for (const [key, expected] of vectors) {
    const [saw, again] = [hash(key), hash(key)];
    if (saw === expected && again === expected) continue;
    throw new CheckFailure({
      did: `hash(${JSON.stringify(key)}), twice`,
      saw: saw === again ? printHash(saw) : `${printHash(saw)}, then ${printHash(again)}`,
      expected: `${printHash(expected)}: FNV-1a, 32 bits`,
      mistake: recogniseHash(key, saw),
    });
  }
}

function recogniseHash(key: string, saw: number): string | undefined {
  if (saw < 0 && saw >>> 0 === trueHash(key)) {
    return 'a signed hash: JavaScript makes 32-bit numbers signed, >>> 0 undoes it';
  }
  if (saw === (trueHash(key) & 0x7fffffff)) {
    return 'the sign bit is cut off, as in MapReduce: half of the ring is empty';
  }
  const isAscii = /^[^\u0080-\uffff]*$/.test(key);
  if (!isAscii) return "the characters of a string are hashed, not the key's UTF-8 bytes";
  if (!Number.isSafeInteger(saw)) {
    return '* loses the low bits of large products: Math.imul keeps them';
  }
  return undefined;
}

export async function expectEveryId(subject: Subject): Promise<void> {
  for (const shards of [['a'], ['a', 'b', 'c'], ['shard-10', 'shard-9']]) {
    const ring = ringOf(subject, shards);
    const first = [...ids, ...oddIds].map((id) => expectShard(ring, shards, id));
    const second = [...ids, ...oddIds].map((id) => ring.shardOf(id));
    const moved = second.findIndex((shard, i) => shard !== first[i]);
    if (moved === -1) continue;
    const id = JSON.stringify([...ids, ...oddIds][moved]);
    throw new CheckFailure({
      did: `shardOf(${id}), twice, on a ring of ${shards.join(', ')}`,
      saw: `${first[moved]}, then ${second[moved]}`,
      expected: 'an id stays where it is as long as the shards do',
      mistake: "shards take turns: an id's state is split among them",
    });
  }
}

function expectShard(ring: Ring, shards: readonly string[], id: string): string {
  const did = `shardOf(${JSON.stringify(id)}) on a ring of ${shards.join(', ')}`;
  const expected = `one of ${shards.join(', ')}`;
  let saw: unknown;
  try {
    saw = ring.shardOf(id);
    if (shards.includes(saw as string)) return saw as string;
  } catch (error) {
    if (String(error).includes('not written yet')) throw error;
    saw = `it threw ${error}`;
  }
  const isBeyond = trueHash(id) > lastPlace(shards);
  throw new CheckFailure({
    did,
    saw: String(saw),
    expected,
    mistake: isBeyond
      ? 'no wrap-around: after the last virtual node comes the first one again'
      : 'a hash that is negative, or an index outside the list',
  });
}

const maxShare = 2;

export async function expectBalance(subject: Subject): Promise<void> {
  for (const shards of [
    ['a', 'b', 'c'],
    ['shard-1', 'shard-2', 'shard-3', 'shard-4'],
  ]) {
    const ring = ringOf(subject, shards);
    const counts = countBy(ids.map((id) => ring.shardOf(id)));
    const limit = Math.floor((maxShare * ids.length) / shards.length);
    if (Math.max(...counts.values()) <= limit) continue;
    const shares = shards.map((shard) => `${shard} ${counts.get(shard) ?? 0}`);
    throw new CheckFailure({
      did: `shardOf for ${ids.length} ids on a ring of ${shards.join(', ')}`,
      saw: `ids per shard: ${shares.join(', ')}`,
      expected: `at most ${limit} each: ${maxShare} times the fair share`,
      mistake: recogniseImbalance(subject, ring, shards),
    });
  }
}

function recogniseImbalance(
  subject: Subject,
  ring: Ring,
  shards: readonly string[],
): string | undefined {
  if (isSortedAsText(subject, ring, shards)) return sortedAsText;
  const few = shards.some((shard) => moves(ring, shard) < 64);
  return few ? 'no virtual nodes, or only a few, or they are not in order' : undefined;
}

const sortedAsText = 'the ring is sorted as strings: 10 comes before 9';

function isSortedAsText(
  { hash }: Subject,
  ring: Ring,
  shards: readonly string[],
): boolean {
  const nodes = placesOf(shards).sort((a, b) => (`${a.at}` < `${b.at}` ? -1 : 1));
  return ids.every((id) => ring.shardOf(id) === find(nodes, hash(id)));
}

/** How often the shard changes to this one as ids go around the ring. */
function moves(ring: Ring, shard: string): number {
  const around = [...ids]
    .sort((a, b) => trueHash(a) - trueHash(b))
    .map((id) => ring.shardOf(id));
  return around.filter((it, i) => it === shard && around[i - 1] !== shard).length;
}

export async function expectFewMoves(subject: Subject): Promise<void> {
  const ring = ringOf(subject, ['a', 'b', 'c']);
  const before = ids.map((id) => ring.shardOf(id));
  ring.add('d');
  const added = ids.map((id) => ring.shardOf(id));
  const wasMoved = (i: number) => added[i] !== before[i] && added[i] !== 'd';
  expectNone(ids.filter((_, i) => wasMoved(i)).length, {
    did: 'added d to a ring of a, b, c',
    moved: 'moved between a, b and c',
    expected: 'ids move to d, or stay',
  });
  ring.remove('b');
  const removed = ids.map((id) => ring.shardOf(id));
  expectNone(removed.filter((shard) => shard === 'b').length, {
    did: 'removed b from a ring of a, b, c, d',
    moved: 'still belong to b',
    expected: 'no id belongs to a shard that is gone',
    mistake: "the removed shard's virtual nodes stay, or some of them",
  });
  const wasAway = (i: number) => removed[i] !== added[i] && added[i] !== 'b';
  expectNone(ids.filter((_, i) => wasAway(i)).length, {
    did: 'removed b from a ring of a, b, c, d',
    moved: 'moved that had not belonged to b',
    expected: "only b's ids move",
  });
  expectEmpty(subject);
}

function expectEmpty(subject: Subject): void {
  const ring = ringOf(subject, ['a']);
  ring.remove('a');
  let saw: unknown;
  try {
    saw = ring.shardOf('user-1');
  } catch {
    return;
  }
  throw new CheckFailure({
    did: "shardOf('user-1') on a ring whose only shard was removed",
    saw: `it returned ${saw}`,
    expected: 'it throws: there is no shard to name',
    mistake: saw === 'a' ? "a removed shard's virtual nodes stay" : undefined,
  });
}

function expectNone(
  count: number,
  what: { did: string; moved: string; expected: string; mistake?: string },
): void {
  if (count === 0) return;
  const isMost = count > ids.length / 4;
  const mistake = isMost ? 'hash % n: with another n nearly every id moves' : undefined;
  throw new CheckFailure({
    did: what.did,
    saw: `of ${ids.length} ids ${count} ${what.moved}`,
    expected: what.expected,
    mistake: what.mistake ?? mistake,
  });
}

export async function expectSameEverywhere(subject: Subject): Promise<void> {
  const shards = ['a', 'b', 'c', 'd'];
  const [ring, other] = [ringOf(subject, shards), ringOf(subject, shards.toReversed())];
  const places = placesOf(shards).sort((a, b) => a.at - b.at);
  for (const id of [...ids, ...oddIds, ...idsAtPlaces]) {
    const [saw, sawOther] = [ring.shardOf(id), other.shardOf(id)];
    const expected = find(places, trueHash(id));
    if (saw === expected && sawOther === expected) continue;
    const isSplit = ids.some((each) => ring.shardOf(each) !== other.shardOf(each));
    throw new CheckFailure({
      did: `shardOf(${JSON.stringify(id)}) on two rings of ${shards.join(', ')}, added in two orders`,
      saw: `${saw} and ${sawOther}`,
      expected: `${expected} on both: the shard of the first virtual node at or after ${trueHash(id)}`,
      mistake: idsAtPlaces.includes(id)
        ? 'first after, not at or after: an id and a virtual node have the same hash'
        : recogniseOther(isSplit, isSortedAsText(subject, ring, shards)),
    });
  }
}

function recogniseOther(isSplit: boolean, isText: boolean): string {
  if (isText) return sortedAsText;
  return isSplit
    ? 'a salt of its own, or the order of adding counts'
    : 'a salt, or virtual nodes at other places: no other process would agree';
}

interface Place {
  readonly at: number;
  readonly shard: string;
}

function placesOf(shards: readonly string[]): Place[] {
  return shards.flatMap((shard) =>
    Array.from({ length: 128 }, (_, i) => ({ at: trueHash(`${i}#${shard}`), shard })),
  );
}

function lastPlace(shards: readonly string[]): number {
  return Math.max(...placesOf(shards).map(({ at }) => at));
}

function find(places: readonly Place[], at: number): string | undefined {
  return (places.find((place) => place.at >= at) ?? places[0])?.shard;
}

export function ringOf({ Ring }: Subject, shards: readonly string[]): Ring {
  const ring = new Ring();
  for (const shard of shards) ring.add(shard);
  return ring;
}

function countBy(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function trueHash(key: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(key)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}

function printHash(value: unknown): string {
  const isInteger = Number.isSafeInteger(value);
  return isInteger
    ? `${value} (0x${((value as number) >>> 0).toString(16)})`
    : `${value}`;
}
