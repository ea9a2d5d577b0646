/**
 * A job for measuring the start alone: each map task stands still until the file that the
 * parameter `gate` names is there. So no worker works while others are still starting.
 */
import { existsSync } from 'node:fs';
import type { Emit, JobParams, RecordKey } from '../../../src/mapreduce/job.ts';

const lookEveryMs = 10;
let gate = '';

export function setup({ gate: path }: JobParams): void {
  if (path === undefined) throw new Error('the gate is missing: --param gate=<path>');
  gate = path;
}

export function map({ file }: RecordKey, _line: string, emit: Emit): void {
  const still = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(gate)) Atomics.wait(still, 0, 0, lookEveryMs);
  emit(file, '1');
}

export function reduce(_file: string, ones: string[]): string {
  return String(ones.length);
}
