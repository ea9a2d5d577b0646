/**
 * Checks of doReduce, on intermediate files that the grader writes itself: what it reads, in
 * which order it reduces, and what it does where a file is missing.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CheckFailure } from '../../../src/grading/check.ts';
import { type Draw, forAll } from './inputs.ts';
import { expectMapFile, groupPairs } from './map-checks.ts';
import {
  formatPairs,
  inFolder,
  type Job,
  type Pair,
  pairsJob,
  readText,
  type Subject,
  show,
  slowPlacesJob,
  writePairs,
  writeSplit,
} from './subject.ts';

/** More than ten map tasks: as names, mr-10 comes before mr-2. */
const mapTasks = 12;

/** Reads exactly its own files, in the order of the map tasks, as often as it is called. */
export async function checkReduceReadsAll({ doReduce }: Subject): Promise<void> {
  for (const [job, about] of [
    [pairsJob, ''],
    [slowPlacesJob, ', with an asynchronous reduce'],
  ] as const) {
    await inFolder(async (folder) => {
      const pairs: Pair[] = [];
      for (let map = 0; map < mapTasks; map++) {
        const own: Pair[] = [
          ['all', `m${map}`],
          [map % 2 ? 'odd' : 'even', `m${map}`],
        ];
        pairs.push(...own);
        writePairs(folder, `mr-${map}-1`, own);
        writePairs(folder, `mr-${map}-0`, [['all', 'of reduce task 0']]);
      }
      writePairs(folder, `mr-${mapTasks}-1`, [['all', 'of an older job']]);
      writePairs(folder, 'mr-0-1.tmp', [['all', 'of an attempt that was killed']]);
      const did = `called doReduce as reduce task 1 of a job with ${mapTasks} map tasks${about}`;
      for (const again of ['', ', a second time']) {
        await expectNoError(did + again, doReduce(job, 1, mapTasks, folder));
        expectOutput(folder, 1, did + again, await reduceTruly(job, pairs));
      }
    });
  }
}

/** For what may fail with an error that says too little by itself. */
export async function expectNoError(did: string, run: Promise<void>): Promise<void> {
  await run.catch((error) => {
    throw new CheckFailure({
      did,
      saw: `it rejected with ${error}`,
      expected: 'it resolves',
      mistake:
        error?.code === 'ENOENT' && did.includes('second')
          ? 'its input is gone: a task may have to be executed again'
          : undefined,
    });
  });
}

/** What doReduce has to write, keys sorted by their bytes. */
export async function reduceTruly(job: Job, pairs: readonly Pair[]): Promise<string> {
  const inBytes = [...groupPairs(pairs)]
    .map(([key, values]) => ({ key, values, bytes: Buffer.from(key) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  const reduced: Pair[] = [];
  for (const { key, values } of inBytes) {
    reduced.push([key, await job.reduce(key, values)]);
  }
  return formatPairs(reduced);
}

function expectOutput(
  folder: string,
  reduce: number,
  did: string,
  expected: string,
  mistake?: string,
): void {
  const name = `mr-out-${reduce}`;
  const saw = readText(folder, name);
  if (saw === expected) return;
  throw new CheckFailure({
    did,
    saw: saw === undefined ? `no file ${name}` : `${name}: ${show(saw)}`,
    expected: `${name}: ${show(expected)}`,
    mistake: mistake ?? recogniseOutput(saw, expected),
  });
}

function recogniseOutput(saw: string | undefined, expected: string): string | undefined {
  if (saw === undefined) return 'the output of reduce task r is mr-out-r, in the folder';
  if (saw.includes('[object Promise]')) return 'job.reduce may be asynchronous: await it';
  if (saw.includes('older job')) return 'reads map tasks that this job does not have';
  if (saw.includes('was killed'))
    return 'reads whatever is in the folder: ask for its own files by name';
  if (saw.includes('of reduce task 0')) return "reads another reduce task's files";
  if (saw === expected + expected)
    return 'the output is appended to an older one: a second execution replaces the first';
  const keysOf = (text: string) => text.split('\n').map((line) => line.split('\t')[0]);
  const keys = keysOf(saw);
  if (new Set(keys).size < keys.length)
    return 'a key is reduced more than once: gather its values from all map tasks first';
  const lettersOf = (text: string) => [...text].sort().join('');
  if (lettersOf(saw) === lettersOf(expected)) {
    return 'the order: values come in the order of the map tasks, 2 before 10';
  }
  const isFew = expected.length > saw.length;
  return isFew ? 'some map tasks have been left out, or only one was read' : undefined;
}

/** Keys and values that somebody's format, object or sort has no place for. */
const oddTexts = [
  '',
  'a\tb',
  'line\nbreak',
  'return\r',
  'back\\slash\\n',
  '__proto__',
  'constructor',
  'toString',
  '10',
  '9',
  'Ärger',
  '😀',
  '\u2028',
];

export async function checkAnyText(subject: Subject): Promise<void> {
  for (const odd of oddTexts) await expectSurvival(subject, [[odd, odd]]);
  const drawPairs = (draw: Draw) => {
    const text = () => (draw.below(2) ? draw.oneOf(oddTexts) : draw.text());
    return Array.from({ length: draw.size }, (): Pair => [text(), text()]);
  };
  await forAll(25, drawPairs, (pairs) => expectSurvival(subject, pairs));
}

/** Maps pairs into a file, and reduces a file that holds them. */
async function expectSurvival({ doMap, doReduce }: Subject, pairs: Pair[]) {
  await inFolder(async (folder) => {
    const lines = pairs.map((pair) => `${JSON.stringify(pair)}\n`).join('');
    const mistake = recogniseOdd(pairs);
    const split = writeSplit(folder, 'pairs.txt', lines);
    await doMap(pairsJob, split, 0, 1, folder);
    const did = `called doMap with a job that emits ${show(pairs)}`;
    expectMapFile(folder, 'mr-0-0', { did, expected: pairs, others: [], mistake });
    writePairs(folder, 'mr-0-0', pairs);
    await doReduce(pairsJob, 0, 1, folder);
    const didReduce = `called doReduce where mr-0-0 holds ${show(pairs)}`;
    const output = await reduceTruly(pairsJob, pairs);
    // The order of keys is another check's business.
    const linesOf = (text: string | undefined) => text?.split('\n').sort().join('\n');
    if (linesOf(readText(folder, 'mr-out-0')) === linesOf(output)) return;
    expectOutput(folder, 0, didReduce, output, mistake);
  });
}

function recogniseOdd(pairs: readonly Pair[]): string | undefined {
  if (pairs.some(([key]) => key in {}))
    return 'a plain {} already knows names like constructor and __proto__: a Map does not';
  if (pairs.flat().some((text) => /[\t\n\r\\]/.test(text)))
    return 'tabs and newlines are data too: formatPair and parsePairs escape them';
  if (pairs.flat().includes('')) return "'' is a key and a value like any other";
  return undefined;
}

/** In four alphabets: numbers, cases, accents, and beyond U+FFFF. */
const keysInOrder = [
  ...['', '-1', '1', '10', '9'],
  ...['A', 'Z', 'a', 'z', 'zz'],
  ...['Ä', 'ä', '\ud7ff', '\uffee', '😀', '🚀'],
];

export async function checkByteOrder({ doReduce }: Subject): Promise<void> {
  await inFolder(async (folder) => {
    const calls: string[] = [];
    const job: Job = {
      map: () => {},
      reduce: (key) => {
        calls.push(key);
        return '1';
      },
    };
    const shuffled = [...keysInOrder.slice(8), ...keysInOrder.slice(0, 8).reverse()];
    const pairs = shuffled.map((key): Pair => [key, '1']);
    writePairs(folder, 'mr-0-0', pairs.slice(0, 7));
    writePairs(folder, 'mr-1-0', pairs.slice(7));
    await doReduce(job, 0, 2, folder);
    const output = await reduceTruly(pairsJob, pairs);
    const saw = readText(folder, 'mr-out-0');
    if (saw === output && show(calls) === show(keysInOrder)) return;
    const lines = saw?.split('\n').map((line) => line.split('\t')[0] ?? '');
    const order = saw === output ? calls : (lines?.slice(0, -1) ?? []);
    const what = saw === output ? 'called reduce in the order' : 'wrote the order';
    throw new CheckFailure({
      did: 'called doReduce with keys of many alphabets',
      saw: `it ${what} ${order.map(show).join(' ')}`,
      expected: `the order of UTF-8 bytes: ${keysInOrder.map(show).join(' ')}`,
      mistake: recogniseOrder(order),
    });
  });
}

function recogniseOrder(order: readonly string[]): string | undefined {
  const isOrder = (sorted: string[]) => show(order) === show(sorted);
  if (isOrder([...keysInOrder].sort())) {
    return "sort() compares UTF-16 units: above U+FFFF that is not the bytes' order";
  }
  if (isOrder([...keysInOrder].sort((a, b) => a.localeCompare(b)))) {
    return "localeCompare is a dictionary's order, another one in each country";
  }
  const numbers = order.filter((key) => /^\d+$/.test(key));
  if (numbers.join() === '1,9,10')
    return 'an object lists keys that look like numbers first, by value';
  return undefined;
}

export async function checkMissing({ doReduce }: Subject): Promise<void> {
  const pairs: Pair[] = [
    ['one', '1'],
    ['two', '2'],
  ];
  const damages: Record<string, (file: string) => void> = {
    'mr-1-0 is missing': (file) => rmSync(file),
    'mr-1-0 is cut off in its last line': (file) =>
      writeFileSync(file, formatPairs(pairs).slice(0, -1)),
  };
  for (const [about, damage] of Object.entries(damages)) {
    await inFolder(async (folder) => {
      for (let map = 0; map < 3; map++) writePairs(folder, `mr-${map}-0`, pairs);
      damage(join(folder, 'mr-1-0'));
      const rejects = await doReduce(pairsJob, 0, 3, folder).then(
        () => false,
        () => true,
      );
      const output = readText(folder, 'mr-out-0');
      if (rejects && output === undefined) return;
      const found = output === undefined ? 'no mr-out-0' : `mr-out-0: ${show(output)}`;
      throw new CheckFailure({
        did: `called doReduce for 3 map tasks where ${about}`,
        saw: `it ${rejects ? 'rejected' : 'resolved'}, and left ${found}`,
        expected: 'it rejects, and leaves no mr-out-0',
        mistake: rejects
          ? 'the output is begun before all input has been read'
          : 'what cannot be read is skipped or mended: the counts would be wrong, and nobody told',
      });
    });
  }
}
