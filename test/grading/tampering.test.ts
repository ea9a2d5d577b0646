/** Files that are not those handed out are noticed; line endings are no change. */
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exerciseNames, fileOf, root } from '../../src/grading/manifest.ts';
import {
  findChangedSignatures,
  findTampering,
  formatDigests,
  listSealedFiles,
  stubCopyOf,
} from '../../src/grading/tampering.ts';

const read = (file: string) => readFileSync(file, 'utf8').replaceAll('\r\n', '\n');

test('the digests and the copies of the stubs are those of these files: run npm run seal', () => {
  const digests = read(join(root, 'exercises/digests.txt'));
  expect(digests).toBe(formatDigests(listSealedFiles()));
  for (const name of exerciseNames)
    expect(read(stubCopyOf(name))).toBe(read(fileOf('exercises', name)));
});

describe("a student's folder", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tampering-'));
    for (const part of ['src', 'exercises'])
      cpSync(join(root, part), join(folder, part), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const change = (file: string, edit: (text: string) => string) => {
    const path = join(folder, file);
    writeFileSync(path, edit(readFileSync(path, 'utf8')));
  };

  test('as it was handed out, and after work on the exercises', () => {
    change(
      'exercises/cristian/cristian.ts',
      (text) => `${text}\nexport const mine = 1;\n`,
    );
    for (const name of exerciseNames) expect(findTampering(name, folder)).toEqual([]);
  });

  test('the line endings of Windows are no change', () => {
    for (const file of listSealedFiles())
      change(file, (text) => `\uFEFF${text.replaceAll('\n', '\r\n')}`);
    expect(findTampering('cristian', folder)).toEqual([]);
  });

  test.each([
    'exercises/cristian/grader.ts',
    'exercises/cristian/grader/scenario.ts',
    'src/grading/manifest.ts',
    'src/sim/world.ts',
  ])('%s is changed or missing', (file) => {
    change(file, (text) => text.replace('const', 'let'));
    const sentence = `${file} is not the one that was handed out`;
    expect(findTampering('cristian', folder)).toEqual([sentence]);
    unlinkSync(join(folder, file));
    expect(findTampering('cristian', folder)).toEqual([`${file} is missing`]);
  });

  test("another exercise's grader matters there alone; many changes fit a line", () => {
    change('exercises/wordcount/grader.ts', (text) => `${text} `);
    expect(findTampering('cristian', folder)).toEqual([]);
    rmSync(join(folder, 'src/sim'), { recursive: true });
    const [sentence, ...others] = findTampering('wordcount', folder);
    expect(sentence).toMatch(
      /^exercises\/wordcount\/grader\.ts is not .*; \d+ more files$/,
    );
    expect(others).toEqual([]);
  });

  test.each<[string, (text: string) => string, string[]]>([
    ['renamed, in another layout', (text) => text.replace(/serverAddr/g, 'a'), []],
    [
      'one less',
      (text) => text.replace('  sampleCount = 1,\n', ''),
      [
        "SyncTime takes 2 parameters in your file; the stub's takes 3, and is called with them",
      ],
    ],
    ['written as a constant', (text) => text.replace('async function SyncTime', 'x'), []],
  ])('parameters %s', (_what, edit, expected) => {
    change('exercises/cristian/cristian.ts', edit);
    expect(findChangedSignatures('cristian', folder)).toEqual(expected);
  });
});
