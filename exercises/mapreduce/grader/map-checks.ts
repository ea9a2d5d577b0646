/**
 * Checks of partition and doMap: published hashes, and the files that a map task leaves.
 */
import { CheckFailure } from '../../../src/grading/check.ts';
import { partitionOf } from '../../../src/mapreduce/partition.ts';
import { readRecords, readSplit, type Split } from '../../../src/mapreduce/splits.ts';
import { allBits, publishedHashes, recogniseHash } from './hashes.ts';
import { type Draw, forAll } from './inputs.ts';
import {
  inFolder,
  type Job,
  type Pair,
  placesJob,
  readPairs,
  type Subject,
  show,
  slowPlacesJob,
  writeSplit,
} from './subject.ts';

export async function checkPartition({ partition }: Subject): Promise<void> {
  for (const [key, hash] of publishedHashes) {
    expectPartition(partition, key, allBits, hash);
  }
  const draw = (draw: Draw) => [draw.text(), draw.oneOf([1, 2, 3, 7, 10, 4000])] as const;
  await forAll(300, draw, async ([key, reduceTasks]) => {
    expectPartition(partition, key, reduceTasks, partitionOf(key, reduceTasks));
  });
}

function expectPartition(
  partition: Subject['partition'],
  key: string,
  reduceTasks: number,
  expected: number,
): void {
  const saw = partition(key, reduceTasks);
  const again = partition(key, reduceTasks);
  if (saw === expected && again === expected) return;
  const isPublished = reduceTasks === allBits;
  const tasks = isPublished ? '2 ** 31' : reduceTasks;
  throw new CheckFailure({
    did: `called partition(${show(key)}, ${tasks})${isPublished ? ': the whole hash shows' : ''}`,
    saw: saw === again ? show(saw) : 'another result each time',
    expected: `${expected}${isPublished ? ', the published FNV-1a value' : ''}`,
    mistake: recogniseHash(partition),
  });
}

const verse =
  'to be or not to be\nthat is the question\nwhether tis nobler in the mind\n';

/** Every partition has its file, with the pairs of exactly this split and partition. */
export async function checkMapFiles({ doMap }: Subject): Promise<void> {
  await inFolder(async (folder) => {
    const whole = writeSplit(folder, 'verse.txt', verse);
    const second = { ...whole, start: 10, end: 40 };
    const runs: [Split, Job, string, string | undefined][] = [
      [whole, placesJob, 'three lines', undefined],
      [
        second,
        placesJob,
        'the records that begin in bytes 10 to 39, the middle line of three',
        'the split is only a part of its file: readRecords(readSplit(split)) reads it',
      ],
      [
        whole,
        slowPlacesJob,
        'three lines, with an asynchronous map',
        'job.map may be asynchronous: await it before the next record',
      ],
    ];
    for (const [map, [split, job, about, mistake]] of runs.entries()) {
      const reduceTasks = 8;
      await doMap(job, split, map, reduceTasks, folder);
      const did = `called doMap as map task ${map} of a job with ${reduceTasks} reduce tasks: ${about}`;
      const pairs = await mapTruly(split);
      for (let reduce = 0; reduce < reduceTasks; reduce++) {
        expectMapFile(folder, `mr-${map}-${reduce}`, {
          did,
          expected: pairs.filter(([key]) => partitionOf(key, reduceTasks) === reduce),
          others: pairs,
          mistake,
        });
      }
    }
  });
}

/** What placesJob emits for this split. */
async function mapTruly(split: Split): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (const [key, line] of readRecords(readSplit(split))) {
    await placesJob.map(key, line, (word, place) => void pairs.push([word, place]));
  }
  return pairs;
}

interface Expectation {
  readonly did: string;
  readonly expected: readonly Pair[];
  /** Pairs of the same task in other partitions. */
  readonly others: readonly Pair[];
  readonly mistake: string | undefined;
}

/** The order of keys is free in intermediate files; that of one key's values is not. */
export function expectMapFile(
  folder: string,
  name: string,
  { did, expected, others, mistake }: Expectation,
): void {
  const saw = readPairs(folder, name);
  if (typeof saw !== 'string' && isSameGroups(saw, expected)) return;
  throw new CheckFailure({
    did,
    saw: typeof saw === 'string' ? saw : `${name}: ${show(saw)}`,
    expected: `${name}: ${show(expected)}${expected.length === 0 ? ', a file without pairs' : ''}`,
    mistake: recogniseFile(saw, expected, others) ?? mistake,
  });
}

function recogniseFile(
  saw: readonly Pair[] | string,
  expected: readonly Pair[],
  others: readonly Pair[],
): string | undefined {
  if (typeof saw === 'string') {
    if (!saw.startsWith('no file')) return 'write each pair with formatPair';
    return expected.length === 0
      ? 'an empty partition needs its file too: nobody could tell it from a lost one'
      : 'a file per reduce task, 0 to reduceTasks - 1, all complete when doMap resolves';
  }
  const isIn = (pairs: readonly Pair[], pair: Pair) => countOf(pairs, pair) > 0;
  if (saw.some((pair) => !isIn(expected, pair) && isIn(others, pair))) {
    return "a pair is in another reduce task's file: partition(key, reduceTasks) says which";
  }
  const isSubset = expected.every((pair) => countOf(saw, pair) >= 1);
  const isTwice = saw.some((pair) => countOf(saw, pair) > countOf(expected, pair));
  if (isSubset && isTwice && saw.every((pair) => isIn(expected, pair))) {
    return 'pairs are written more than once: a file is written anew, not appended to';
  }
  const distinct = new Set(expected.map((pair) => JSON.stringify(pair))).size;
  if (saw.length === distinct && distinct < expected.length) {
    return 'a key may be emitted many times, and each time counts';
  }
  return undefined;
}

function countOf(pairs: readonly Pair[], [key, value]: Pair): number {
  return pairs.filter(([k, v]) => k === key && v === value).length;
}

/** The same values in the same order for every key, whatever the order of the keys. */
export function isSameGroups(a: readonly Pair[], b: readonly Pair[]): boolean {
  const groups = groupPairs(a);
  const others = groupPairs(b);
  if (groups.size !== others.size) return false;
  return [...groups].every(
    ([key, values]) => JSON.stringify(values) === JSON.stringify(others.get(key)),
  );
}

export function groupPairs(pairs: readonly Pair[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [key, value] of pairs) {
    groups.set(key, [...(groups.get(key) ?? []), value]);
  }
  return groups;
}
