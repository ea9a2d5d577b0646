/**
 * What the options of `npm run mapreduce` may look like: each text becomes a value that the run
 * can use, or its mistake gets a sentence.
 */
import { InvalidArgumentError } from 'commander';
import type { JobParams } from '../mapreduce/job.ts';
import { UsageError } from './command.ts';
import { count } from './count-option.ts';

export interface SlowWorkerOption {
  readonly worker: number;
  readonly factor: number;
}

/** In the middle of which stage's work a worker is killed. */
export interface KillOption {
  readonly worker: number;
  readonly stage: number;
}

export function collectKill(text: string, previous: KillOption[]): KillOption[] {
  const [, worker = '', stage = '1'] = /^(\d+)(?:@(\d{1,3}))?$/.exec(text) ?? [];
  if (Number(stage) < 1) {
    throw new InvalidArgumentError(
      'It must be a worker, perhaps with a stage: 2 or 2@1.',
    );
  }
  return [...previous, { worker: count(1, 256)(worker || text), stage: Number(stage) }];
}

export function collectSlowWorker(
  text: string,
  previous: SlowWorkerOption[],
): SlowWorkerOption[] {
  const [, worker = '', factor = '10'] = /^(\d+)(?::(\d+(?:\.\d+)?))?$/.exec(text) ?? [];
  if (Number(worker) < 1 || Number(factor) < 1 || Number(factor) > 1e6)
    throw new InvalidArgumentError(
      'It must be a worker, perhaps with a factor of at least 1, like 2 or 2:10.',
    );
  return [...previous, { worker: Number(worker), factor: Number(factor) }];
}

export function parsePercent(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value <= 100) return value;
  throw new InvalidArgumentError('It must be a number of per cent, from 0 to 100.');
}

export function collectParam(text: string, previous: JobParams): JobParams {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('It must look like name=value.');
  return { ...previous, [text.slice(0, equals)]: text.slice(equals + 1) };
}

export function parseBytes(text: string): number {
  const match = /^(\d+)([kM]?)$/.exec(text);
  const unit = { '': 1, k: 1024, M: 1024 * 1024 }[match?.[2] ?? ''] ?? 1;
  const bytes = Number(match?.[1]) * unit;
  if (match && bytes >= 1 && bytes <= 2 ** 30) return bytes;
  throw new InvalidArgumentError(
    'It must be a size from 1 byte to 1024M, like 64k or 1M.',
  );
}

/** With less, every few pairs would be a file of their own. */
const leastMemory = 4096;

export function parseMemory(text: string): number {
  const bytes = parseBytes(text);
  if (bytes >= leastMemory) return bytes;
  throw new InvalidArgumentError('It must be 4k at least.');
}

/** Throws a UsageError for a worker that the run has not. */
export function checkWorker(option: string, worker: number, workers: number): void {
  if (worker <= workers) return;
  throw new UsageError(
    `${option} ${worker}: there are only workers 1 to ${workers}; add --workers ${worker}`,
  );
}
