/**
 * Lists the lines that match a regular expression: `file:offset<tab>line`.
 *
 * Source: OSDI '04, section 2.3, "Distributed Grep": the reduce function is the identity.
 */
import type { Emit, JobParams, RecordKey } from '../mapreduce/job.ts';

let pattern = /$^/;

export function setup(params: JobParams): void {
  if (!params.pattern) throw new Error("grep needs a pattern: --pattern 'whale|whaling'");
  try {
    pattern = new RegExp(params.pattern, 'u');
  } catch (error) {
    throw new Error(`--pattern ${params.pattern}: ${(error as Error).message}`);
  }
}

/** Also of another job's output: there the files are its output files. */
export const input = 'lines';

export function map({ file, offset }: RecordKey, line: string, emit: Emit): void {
  if (pattern.test(line)) emit(`${file}:${String(offset).padStart(10, '0')}`, line);
}

export function reduce(_place: string, lines: string[]): string[] {
  return lines;
}
