/**
 * Lists for each word the files that contain it: `word<tab>number of files<space>file,file`.
 *
 * Source: OSDI '04, section 2.3; the output's form is MIT 6.5840's indexer.
 */
import type { Emit, RecordKey } from '../mapreduce/job.ts';

/** Also of another job's output: there the files are its output files. */
export const input = 'lines';

export function map({ file }: RecordKey, line: string, emit: Emit): void {
  for (const word of new Set(line.match(/\p{L}+/gu))) emit(word, file);
}

export function reduce(_word: string, files: string[]): string {
  const names = [...new Set(files)].sort();
  return `${names.length} ${names.join(',')}`;
}

export function combine(_word: string, files: string[]): string[] {
  return [...new Set(files)];
}
