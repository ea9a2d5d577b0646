/** Who may write to an output folder that another master has left. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OutputFolder } from '../../src/mapreduce/output-folder.ts';
import { identifySelf } from '../../src/mapreduce/process-identity.ts';

let path = '';
let lock = '';
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'output-folder-test-'));
  lock = join(path, '.mr-lock');
});
afterEach(() => rmSync(path, { recursive: true }));

const resume = () => new OutputFolder(path, true);
const lockFor = (owner: object) => writeFileSync(lock, JSON.stringify(owner));
const us = identifySelf();

test('who resumes is refused while the master goes on, and told whom to end', () => {
  const output = new OutputFolder(path);
  expect(JSON.parse(readFileSync(lock, 'utf8'))).toEqual(us);
  expect(resume).toThrow(`process ${process.pid} still writes to ${path}: end it first`);
  output.leave();
  resume().finish();
  expect(existsSync(lock)).toBe(false);
});

test('a number that another process has by now keeps nobody away', () => {
  // Process 1 of a container is started again as process 1.
  lockFor({ ...us, began: 'long ago' });
  resume().finish();
  expect(existsSync(lock)).toBe(false);
});

test.each([{ host: 'elsewhere' }, { namespace: 'of another container' }])(
  'whether a process goes on that is not here, only people know: %j',
  (place) => {
    const owner = { ...us, ...place };
    lockFor(owner);
    expect(resume).toThrow(
      `process ${us.pid} of ${owner.host} may still write to ${path}: if it has ended, remove ${lock}`,
    );
    rmSync(lock);
    resume().finish();
  },
);

test.each(['', '{"host":', '4711'])('a lock of %j says nothing of anybody', (text) => {
  writeFileSync(lock, text);
  resume().finish();
  expect(existsSync(lock)).toBe(false);
});
