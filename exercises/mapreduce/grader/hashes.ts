/**
 * The truth about partitions, and the mistakes that leave a signature in a hash.
 *
 * Source: the published values are those of MIT 6.5840's ihash, FNV-1a with 32 bits.
 */
import { hashKey } from '../../../src/mapreduce/partition.ts';
import type { Subject } from './subject.ts';

export const publishedHashes: readonly [key: string, hash: number][] = [
  ['', 18652613],
  ['A', 1141634764],
  ['the', 873378332],
  ['ABOUT', 1148563230],
  ['a b', 279181810],
  ['é', 513665217],
];

/** With as many reduce tasks as there are hashes, the partition is the hash itself. */
export const allBits = 2 ** 31;

const offset = 0x811c9dc5;
const prime = 0x01000193;
const toBytes = (key: string) => [...Buffer.from(key)];
const toUnits = (key: string) => [...key].map((c) => c.charCodeAt(0));
const toAllUnits = (key: string) =>
  Array.from({ length: key.length }, (_, i) => key.charCodeAt(i));
const toPoints = (key: string) => [...key].map((c) => c.codePointAt(0) as number);
const fnv1a = (bytes: readonly number[]) =>
  bytes.reduce((hash, byte) => Math.imul(hash ^ byte, prime), offset);

const characters = 'the hash is over characters: FNV-1a takes the UTF-8 bytes of the key';

/** Wrong ways to hash, and what to say about them. */
const mistakes: readonly [(key: string, reduceTasks: number) => number, string][] = [
  [
    (key, tasks) => fnv1a(toBytes(key)) % tasks,
    'a signed hash: clear the sign bit with & 0x7fffffff before the modulo',
  ],
  [
    (key, tasks) => (fnv1a(toBytes(key)) >>> 0) % tasks,
    'all 32 bits are kept: clear the sign bit with & 0x7fffffff',
  ],
  [
    (key, tasks) => Math.abs(fnv1a(toBytes(key)) % tasks),
    'Math.abs gives another hash: clear the sign bit with & 0x7fffffff',
  ],
  [
    (key, tasks) => Math.abs(fnv1a(toBytes(key))) % tasks,
    'Math.abs gives another hash: clear the sign bit with & 0x7fffffff',
  ],
  ...[toUnits, toAllUnits, toPoints].map(
    (split): [(key: string, reduceTasks: number) => number, string] => [
      (key, tasks) => (fnv1a(split(key)) & 0x7fffffff) % tasks,
      characters,
    ],
  ),
  [
    (key, tasks) =>
      (toBytes(key).reduce((hash, byte) => Math.imul(hash, prime) ^ byte, offset) &
        0x7fffffff) %
      tasks,
    'FNV-1 instead of FNV-1a: first the exclusive or, then the multiplication',
  ],
  [
    (key, tasks) =>
      (toBytes(key).reduce((hash, byte) => ((hash ^ byte) * prime) | 0, offset) &
        0x7fffffff) %
      tasks,
    'the product is more than a number can hold exactly: Math.imul multiplies 32 bits',
  ],
  [
    (key, tasks) =>
      (toBytes(key).reduce((hash, byte) => ((hash ^ byte) * prime) >>> 0, offset) &
        0x7fffffff) %
      tasks,
    'the product is more than a number can hold exactly: Math.imul multiplies 32 bits',
  ],
  [
    (key, tasks) => hashKey(key) % (tasks - 1),
    'modulo one too few: the last reduce task never gets a key',
  ],
];

const probes = publishedHashes.flatMap(([key]) =>
  [allBits, 10, 7].map((reduceTasks) => [key, reduceTasks] as const),
);

/** Mistakes that leave a signature in the partitions of the published keys. */
export function recogniseHash(partition: Subject['partition']): string | undefined {
  const saw = probes.map((probe) => partition(...probe));
  if (probes.some((probe, i) => partition(...probe) !== saw[i])) {
    return 'the second call gives another result: every process must agree, for ever';
  }
  const isLike = (hash: Subject['partition']) =>
    probes.every((probe, i) => hash(...probe) === saw[i]);
  return mistakes.find(([hash]) => isLike(hash))?.[1];
}
