/** Folders that a user has named: made, left as they are, or refused with the system's reason. */
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeFolder } from '../../src/mapreduce/make-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'make-folder-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('it is made with those above it, once', () => {
  const path = join(folder, 'a/b/c');
  makeFolder(path);
  makeFolder(path);
  expect(statSync(path).isDirectory()).toBe(true);
});

test('a file in its way is an error', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(() => makeFolder(file)).toThrow('it is not a folder');
  expect(() => makeFolder(join(file, 'x/y'))).toThrow('ENOTDIR');
});

test.runIf(existsSync('/proc/self'))('where nobody can make one, it ends', () => {
  expect(() => makeFolder('/proc/x/y')).toThrow(
    "ENOENT: no such file or directory, mkdir '/proc/x'",
  );
});
