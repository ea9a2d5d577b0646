/**
 * The corpus that grades the graders: wrong answers (chaffs), each of which names the check
 * that it must fail, and correct ones in different styles (variants).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ExerciseName } from './manifest.ts';

const root = resolve(import.meta.dirname, '../..');

/** A file that somebody might hand in. */
export interface Answer {
  /** `takes-t3-alone`. */
  readonly name: string;
  readonly file: string;
  /** The check that it must fail first; undefined: it is correct. */
  readonly fails: string | undefined;
  /** Words of the mistake that the grader must recognise in it, if it can. */
  readonly looksLike: string | undefined;
}

export function listChaffs(exercise: ExerciseName): Answer[] {
  return list(`test/chaffs/${exercise}`);
}

export function listVariants(exercise: ExerciseName): Answer[] {
  return list(`test/variants/${exercise}`);
}

function list(folder: string): Answer[] {
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts'));
  return names.sort().map((name) => {
    const file = join(root, folder, name);
    const header = readFileSync(file, 'utf8');
    const read = (field: string) =>
      new RegExp(`^ \\* ${field}: (.*)$`, 'm').exec(header)?.[1];
    const [fails, looksLike] = [read('Fails'), read('Looks like')];
    return { name: name.replace(/\.ts$/, ''), file, fails, looksLike };
  });
}
