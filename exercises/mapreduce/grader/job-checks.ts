/**
 * Checks of whole jobs: empty input, and the same bytes as the sequential run of
 * `src/mapreduce/`, which is the oracle of the distributed one as well.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CheckFailure } from '../../../src/grading/check.ts';
import { outputName, runSequential } from '../../../src/mapreduce/sequential.ts';
import { planSplits, type Split } from '../../../src/mapreduce/splits.ts';
import { type Draw, forAll } from './inputs.ts';
import { expectNoError } from './reduce-checks.ts';
import {
  inFolder,
  type Job,
  placesJob,
  readText,
  type Subject,
  show,
  slowPlacesJob,
  writePairs,
  writeSplit,
} from './subject.ts';

export async function checkEmpty(subject: Subject): Promise<void> {
  await inFolder(async (folder) => {
    const split = writeSplit(folder, 'empty.txt', '');
    const did = 'called doMap with an empty split, for 2 reduce tasks';
    await expectNoError(did, subject.doMap(placesJob, split, 0, 2, folder));
    for (const reduce of [0, 1]) expectEmpty(folder, `mr-0-${reduce}`, did);
  });
  await inFolder(async (folder) => {
    for (const map of [0, 1]) writePairs(folder, `mr-${map}-0`, []);
    const did = 'called doReduce with two empty files';
    await expectNoError(did, subject.doReduce(placesJob, 0, 2, folder));
    expectEmpty(folder, 'mr-out-0', did);
  });
  await inFolder(async (folder) => {
    const did = 'called runSequential without splits, for 2 reduce tasks';
    await expectNoError(did, subject.runSequential(placesJob, [], 2, folder));
    for (const reduce of [0, 1]) expectEmpty(folder, outputName(reduce), did);
  });
}

function expectEmpty(folder: string, name: string, did: string): void {
  const text = readText(folder, name);
  if (text === '') return;
  const saw = text === undefined ? `no file ${name}` : `${name}: ${show(text)}`;
  throw new CheckFailure({ did, saw, expected: `${name}, an empty file` });
}

const countJob: Job = {
  map(_key, line, emit) {
    for (const word of line.split(' ')) if (word) emit(word, '1');
  },
  reduce: (_word, counts) => String(counts.length),
};

const jobs = {
  'a word count': countJob,
  'an index of places': placesJob,
  'an index, asynchronous': slowPlacesJob,
};

interface Input {
  readonly job: keyof typeof jobs;
  readonly files: readonly string[];
  readonly splitBytes: number;
  readonly reduceTasks: number;
}

const words = ['a', 'be', 'bye', 'hello', 'constructor', 'é', '\uffee', '😀'];

function drawInput(draw: Draw): Input {
  const line = () => `${draw.list(draw.size, () => draw.oneOf(words)).join(' ')}\n`;
  const file = () => draw.list(draw.size, line).join('');
  return {
    job: draw.oneOf(Object.keys(jobs) as (keyof typeof jobs)[]),
    files: [file(), ...draw.list(1, file)],
    splitBytes: draw.oneOf([20, 40, 1000]),
    reduceTasks: 1 + draw.below(4),
  };
}

export async function checkSequential(subject: Subject): Promise<void> {
  const sample = 'hello I am good hello bye\nbye bye good night hello\n';
  const files = [sample, 'bye\n'];
  // More reduce tasks than map tasks, as many, and fewer.
  for (const reduceTasks of [4, 3, 1]) {
    const input = { job: 'a word count', files, splitBytes: 26, reduceTasks } as const;
    await expectSameBytes(subject, input);
  }
  await forAll(20, drawInput, (input) => expectSameBytes(subject, input));
}

/** Also its map tasks must have been there: a reduce task reads files, not memory. */
async function expectSameBytes(subject: Subject, input: Input): Promise<void> {
  const { files, splitBytes, reduceTasks } = input;
  const job = jobs[input.job];
  await inFolder((inputFolder) =>
    inFolder((oracle) =>
      inFolder(async (folder) => {
        const whole = files.map((text, i) => writeSplit(inputFolder, `f${i}.txt`, text));
        const named = whole.map((split) => ({ ...split, bytes: split.end }));
        const splits = planSplits(named, splitBytes);
        await runSequential(job, splits, reduceTasks, oracle);
        const did = describe(input, splits);
        await expectNoError(did, subject.runSequential(job, splits, reduceTasks, folder));
        for (const name of listNames(splits, reduceTasks)) {
          const saw = readText(folder, name);
          const expected = /out/.test(name) ? readText(oracle, name) : saw;
          if (saw !== undefined && saw === expected) continue;
          throw new CheckFailure({
            did,
            saw: saw === undefined ? `no ${name}${listOthers(folder)}` : show(saw),
            expected: expected === undefined ? name : `${name}: ${show(expected)}`,
            mistake: recognise(name, saw),
          });
        }
      }),
    ),
  );
}

function listNames(splits: readonly Split[], reduceTasks: number): string[] {
  const reduces = Array.from({ length: reduceTasks }, (_, reduce) => reduce);
  return [
    ...reduces.map(outputName),
    ...splits.flatMap((_, map) => reduces.map((reduce) => `mr-${map}-${reduce}`)),
  ];
}

function listOthers(folder: string): string {
  const names = readdirSync(join(folder));
  return names.length === 0 ? '; the folder is empty' : `; there are ${names.join(', ')}`;
}

function describe({ job, files, reduceTasks }: Input, splits: readonly Split[]): string {
  const text = files.map(show).join(' and ');
  return `ran ${job} of ${text}: map tasks: ${splits.length}, reduce tasks: ${reduceTasks}`;
}

function recognise(name: string, saw: string | undefined): string | undefined {
  if (/^mr-\d/.test(name)) return 'one doMap for each split, whose files doReduce reads';
  if (saw !== undefined) return undefined;
  return 'a doReduce for each reduce task, 0 to reduceTasks - 1, and each of them awaited';
}
