/** Input and output as users name them: what is taken, and one clear sentence for the rest. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InputError, listInputFiles } from '../../src/mapreduce/input.ts';
import { OutputError, OutputFolder } from '../../src/mapreduce/output-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'folders-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text = 'x'): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

function listNames(...patterns: string[]): string[] {
  return listInputFiles(patterns, folder).map(({ name }) => name);
}

describe('input', () => {
  test('without patterns: the 18 books', () => {
    const books = listInputFiles([], folder);
    expect(books).toHaveLength(18);
    expect(books.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(11_793_318);
    expect(books[0]?.name).toBe('austen-emma.txt');
  });

  test('files, folders and globs, sorted by bytes, each file once', () => {
    for (const name of ['b.txt', 'a b.txt', 'sub/c.md', 'sub/.hidden', '..odd', 'é.txt'])
      write(name);
    expect(listNames('.', 'b.txt', '*.txt')).toEqual([
      'a b.txt',
      'b.txt',
      'sub/c.md',
      'é.txt',
    ]);
    expect(listNames('..odd')).toEqual(['..odd']);
    expect(listNames('sub')).toEqual(['c.md']);
  });

  test('a name that exists is itself, not a glob', () => {
    write('[1].txt');
    write('1.txt');
    expect(listNames('[1].txt')).toEqual(['[1].txt']);
  });

  test('links are the files they lead to; a circle of folders ends', () => {
    write('a/file.txt');
    symlinkSync('.', join(folder, 'self'));
    symlinkSync('a/file.txt', join(folder, 'link.txt'));
    expect(listNames('link.txt', 'a/file.txt', '.')).toEqual(['file.txt']);
  });

  test.each([
    ['nowhere.txt', 'input nowhere.txt does not exist (looked in'],
    ['no/*.such', 'input no/*.such matches no file (looked in'],
    ['empty', 'input empty is a folder without files (looked in'],
    ['', 'an input is an empty text: name a file or folder'],
    ['/dev/null', 'input /dev/null is not a regular file: write it to one first'],
    ['file/x', 'input file/x cannot be used: not a directory'],
    ['circle', 'input circle cannot be used: too many symbolic links encountered'],
    ['n'.repeat(300), 'cannot be used: name too long'],
  ])('%j', (pattern, sentence) => {
    mkdirSync(join(folder, 'empty'));
    write('file');
    symlinkSync('circle', join(folder, 'circle'));
    expect(() => listNames(pattern)).toThrow(InputError);
    expect(() => listNames(pattern)).toThrow(sentence);
  });
});

describe('output', () => {
  test('a new folder is made, and only the output is left in it', () => {
    const path = join(folder, 'new/deep');
    const output = new OutputFolder(path);
    write('new/deep/.mr-out-0.attempt-3');
    write('new/deep/mr-out-0');
    output.finish();
    expect(readdirSync(path)).toEqual(['mr-out-0']);
  });

  test('discarded: as if the run had never been', () => {
    const path = join(folder, 'new');
    const output = new OutputFolder(path);
    write('new/.mr-out-0.attempt-3');
    write('new/mr-out-0');
    output.discard();
    expect(existsSync(path)).toBe(false);
    output.discard();
  });

  test('a folder that was there stays, and so do files of others', () => {
    const output = new OutputFolder(folder);
    write('mr-out-0');
    write('notes.txt');
    output.discard();
    expect(readdirSync(folder)).toEqual(['notes.txt']);
  });

  test.each([
    ['full', 'is not empty: remove it or name another folder'],
    ['full/file', 'is not a folder'],
    ['full/file/x', 'cannot be used: not a directory'],
    ['/proc/version/x', 'cannot be used: not a directory'],
  ])('%s is refused', (name, sentence) => {
    write('full/file');
    const path = name.startsWith('/') ? name : join(folder, name);
    expect(() => new OutputFolder(path)).toThrow(OutputError);
    expect(() => new OutputFolder(path)).toThrow(sentence);
    expect(readdirSync(join(folder, 'full'))).toEqual(['file']);
  });

  test('of two runs into one folder the second is refused, until the first has ended', () => {
    const first = new OutputFolder(folder);
    expect(() => new OutputFolder(folder)).toThrow('is not empty');
    first.discard();
    new OutputFolder(folder).finish();
  });
});
