/**
 * Notices files that are not those handed out: graders, what they run on, and how the
 * stub's functions are called. `npm run seal` writes the digests, in the format of sha256sum, and
 * a copy of each stub; neither git nor a certain kind of line ending is needed to compare.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { exerciseNames, root } from './manifest.ts';

const digestsFile = join('exercises', 'digests.txt');

/** What a grading runs on. Whoever works in the other rooms need not seal anything. */
const sealedRooms = ['grading', 'sim', 'lecture'];

/** Files that a grading depends on and that no exercise asks anybody to change. */
export function listSealedFiles(folder = root): string[] {
  const graders = exerciseNames.flatMap((name) => [
    join('exercises', name, 'grader.ts'),
    ...listFolder(folder, join('exercises', name, 'grader')),
  ]);
  const machinery = sealedRooms.flatMap((room) => listFolder(folder, join('src', room)));
  return [...graders, ...machinery]
    .filter((file) => /\.(?:ts|txt)$/.test(file))
    .map((file) => file.split(sep).join('/'))
    .sort();
}

function listFolder(folder: string, path: string): string[] {
  if (!existsSync(join(folder, path))) return [];
  return readdirSync(join(folder, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

/** Writes the stubs' copies and the digests of all sealed files; returns their number. */
export function seal(): number {
  for (const name of exerciseNames) {
    mkdirSync(dirname(stubCopyOf(name)), { recursive: true });
    writeFileSync(stubCopyOf(name), readText(join(root, stubOf(name))));
  }
  const files = listSealedFiles();
  writeFileSync(join(root, digestsFile), formatDigests(files));
  return files.length;
}

/** What `exercises/digests.txt` has to be. */
export function formatDigests(files: readonly string[]): string {
  return files.map((file) => `${digest(join(root, file))}  ${file}\n`).join('');
}

function stubOf(name: string): string {
  return join('exercises', name, `${name}.ts`);
}

/** The stub as it was handed out, whatever has become of the student's file. */
export function stubCopyOf(name: string): string {
  return join(root, 'exercises', name, 'grader', 'stub.txt');
}

/** Of the text: Windows ends its lines in another way, and that is no change. */
function digest(file: string): string {
  return createHash('sha256').update(readText(file)).digest('hex');
}

function readText(file: string): string {
  return readFileSync(file, 'utf8')
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n');
}

/**
 * Sentences about what, in `folder`, is not as it was handed out and matters for the grading
 * of this exercise; the digests are our own. Empty: nothing is wrong.
 */
export function findTampering(name: string, folder = root): string[] {
  if (!existsSync(join(root, digestsFile)))
    return [`${digestsFile} is missing: nobody can tell whether the graders are genuine`];
  const changed = readDigests().flatMap(([expected, file]) => {
    if (file.startsWith('exercises/') && !file.startsWith(`exercises/${name}/`))
      return [];
    const path = join(folder, file);
    if (!existsSync(path)) return [`${file} is missing`];
    return digest(path) === expected
      ? []
      : [`${file} is not the one that was handed out`];
  });
  if (changed.length > 2)
    changed.splice(1, changed.length, `${changed.length - 1} more files`);
  return changed.length === 0 ? [] : [changed.join('; ')];
}

function readDigests(): [digest: string, file: string][] {
  const lines = readText(join(root, digestsFile)).split('\n').filter(Boolean);
  return lines.map((line) => [line.slice(0, 64), line.slice(66)]);
}

/**
 * Sentences about functions of a student's file that take more or fewer parameters than the
 * stub's do: they are called as the stub says. Names and types are the student's own affair.
 */
export function findChangedSignatures(name: string, folder = root): string[] {
  const file = join(folder, stubOf(name));
  if (!existsSync(file) || !existsSync(stubCopyOf(name))) return [];
  const counts = new Map(countParameters(readText(file)));
  return countParameters(readText(stubCopyOf(name))).flatMap(([exported, expected]) => {
    const count = counts.get(exported);
    if (count === undefined || count === expected) return [];
    const parameters = count === 1 ? '1 parameter' : `${count} parameters`;
    const sentence = `${exported} takes ${parameters} in your file`;
    return [`${sentence}; the stub's takes ${expected}, and is called with them`];
  });
}

function countParameters(text: string): [name: string, count: number][] {
  const code = text.replace(/\/\*.*?\*\/|\/\/[^\n]*/gs, '');
  const heads = code.matchAll(/^export (?:async )?function (\w+)(?:<[^>]*>)?\(/gm);
  return [...heads].map(({ 0: head, 1: name = '', index }) => [
    name,
    countUntilClosed(code.slice(index + head.length)),
  ]);
}

/** Parts between commas, up to the parenthesis that closes the list, whatever is nested. */
function countUntilClosed(text: string): number {
  let depth = 0;
  let parts = 1;
  let list = '';
  for (const character of text) {
    if (depth === 0 && character === ')') break;
    if ('([{'.includes(character)) depth++;
    if (')]}'.includes(character)) depth--;
    if (depth === 0 && character === ',') parts++;
    list += character;
  }
  const isEmpty = list.trim() === '';
  return isEmpty ? 0 : parts - (list.trimEnd().endsWith(',') ? 1 : 0);
}
