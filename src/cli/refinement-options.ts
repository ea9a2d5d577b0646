/**
 * The options for the paper's refinements that are not about speed or faults.
 *
 * Source: OSDI '04, sections 4.4 to 4.9.
 */
import type { Command, OptionValues } from 'commander';
import type { SkipRule } from '../mapreduce/bad-records.ts';
import { UsageError } from './command.ts';
import { count } from './count-option.ts';

export interface RefinementOptions {
  readonly skipBadRecords: SkipRule;
}

const defaultMaxSkipped = 100;

export function addRefinementOptions(command: Command): Command {
  return command
    .option(
      '--skip-bad-records',
      'leave out records on which map has failed twice',
      false,
    )
    .option(
      '--max-skipped <n>',
      `with that: more of them fail the job (default: ${defaultMaxSkipped})`,
      count(0, 1e6),
    );
}

/** `options` are the command's, as its parser has left them. */
export function readRefinementOptions(options: OptionValues): RefinementOptions {
  const { skipBadRecords, maxSkipped } = options;
  if (maxSkipped !== undefined && !skipBadRecords) {
    throw new UsageError(`--max-skipped ${maxSkipped}: add --skip-bad-records`);
  }
  const maxRecords = maxSkipped ?? defaultMaxSkipped;
  return { skipBadRecords: skipBadRecords ? { maxRecords } : undefined };
}
