/**
 * Checks that a file of a task appears whole, by renaming, or not at all.
 *
 * Source: OSDI '04, section 3.3.3, "atomic commits of map and reduce task outputs".
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { CheckFailure } from '../../../src/grading/check.ts';
import { recordWrites } from './file-probe.ts';
import {
  inFolder,
  type Job,
  placesJob,
  readText,
  type Subject,
  show,
  writeSplit,
} from './subject.ts';

const text = 'one fish\ntwo fish\nred fish\nblue fish\n';
const reduceTasks = 2;
const finalName = /^mr-(?:\d+|out)-\d+$/;
const whole =
  'write a temporary file beside it, then renameSync(temporary, file): whoever reads sees all or nothing';

export async function checkCommit(subject: Subject): Promise<void> {
  await inFolder(async (folder) => {
    const split = writeSplit(folder, 'fish.txt', text);
    const doMap = () => subject.doMap(placesJob, split, 0, reduceTasks, folder);
    const doReduce = () => subject.doReduce(placesJob, 0, 1, folder);
    for (const [name, act] of Object.entries({ doMap, doReduce })) {
      const before = readdirSync(folder);
      const writes = await recordWrites(act);
      for (const { by, file } of writes) expectTemporary(folder, name, by, file);
      expectTidy(folder, name, before);
    }
  });
  await expectUntouched(subject, 'no output yet');
  await expectUntouched(subject, 'the output of an earlier attempt');
}

function expectTemporary(folder: string, name: string, by: string, file: string): void {
  const path = relative(folder, file);
  const isFinal = finalName.test(path);
  if (!isFinal && !path.startsWith('..')) return;
  throw new CheckFailure({
    did: `called ${name} and noted which files it opened for writing`,
    saw: `${by} wrote to ${isFinal ? `${path} itself` : dirname(file)}`,
    expected: `a temporary file ${isFinal ? 'that is then renamed' : 'in the folder'}`,
    mistake: isFinal
      ? `written in place: ${whole}`
      : 'a temporary file elsewhere: rename works only within one file system',
  });
}

/** What a completed task leaves is its files, and nothing else. */
function expectTidy(folder: string, name: string, before: readonly string[]): void {
  const left = readdirSync(folder).filter((file) => !before.includes(file));
  const litter = left.filter((file) => !finalName.test(file));
  if (litter.length === 0) return;
  throw new CheckFailure({
    did: `called ${name}, which completed`,
    saw: `left in the folder: ${left.join(', ')}`,
    expected: `no ${litter.join(', ')}: a temporary file is renamed, not copied`,
  });
}

/** Where the job's own function throws, the task has left nothing and changed nothing. */
async function expectUntouched(
  subject: Subject,
  about: 'no output yet' | 'the output of an earlier attempt',
): Promise<void> {
  await inFolder(async (folder) => {
    const split = writeSplit(folder, 'fish.txt', text);
    const write = (names: readonly string[]) => {
      for (const name of names) writeFileSync(join(folder, name), 'cod\t1\nfish\t2\n');
    };
    const hasEarlier = about !== 'no output yet';
    const maps = Array.from({ length: reduceTasks }, (_, reduce) => `mr-0-${reduce}`);
    if (hasEarlier) write(maps);
    const doMap = () => subject.doMap(brokenJob, split, 0, reduceTasks, folder);
    await expectFailure(`doMap, ${about}; map throws on the last record`, doMap, {
      folder,
      names: maps,
    });
    write([...maps, ...(hasEarlier ? ['mr-out-0'] : [])]);
    const doReduce = () => subject.doReduce(brokenJob, 0, 1, folder);
    await expectFailure(`doReduce, ${about}; reduce throws on the last key`, doReduce, {
      folder,
      names: ['mr-out-0'],
    });
  });
}

/** Throws where the work is nearly done. */
const brokenJob: Job = {
  async map(key, line, emit) {
    await placesJob.map(key, line, emit);
    if (line === 'blue fish') throw new Error('out of paint');
  },
  async reduce(key) {
    if (key === 'fish') throw new Error('out of paint');
    return '1';
  },
};

async function expectFailure(
  about: string,
  act: () => Promise<void>,
  { folder, names }: { folder: string; names: readonly string[] },
): Promise<void> {
  const look = () =>
    names.map((name) => {
      const text = readText(folder, name);
      return text === undefined ? `no ${name}` : `${name}: ${show(text)}`;
    });
  const before = look();
  const error = await act().then(
    () => undefined,
    (error) => error,
  );
  const after = look();
  const [changed] = names.filter((_, i) => before[i] !== after[i]);
  const isTold = /out of paint/.test(String(error));
  if (changed === undefined && isTold) return;
  const saw = isTold ? after[names.indexOf(changed as string)] : undefined;
  throw new CheckFailure({
    did: `called ${about} with 'out of paint'`,
    saw: saw ?? (error ? `it rejected with ${error}` : 'it resolved'),
    expected: isTold
      ? `${before[names.indexOf(changed as string)]}`
      : 'it rejects with that error',
    mistake: isTold
      ? `the file changes before the task is complete: ${whole}`
      : 'the error is swallowed: a task that failed may not count as completed',
  });
}
