/**
 * Options that do not go together: whoever has given one of them is told why it must go.
 */
import type { Command } from 'commander';
import { UsageError } from './command.ts';

/** Names like `--store`. Throws a UsageError for the first that the user has given. */
export function refuseOptions(
  command: Command,
  names: readonly string[],
  explain: (name: string) => string,
): void {
  for (const name of names) {
    const option = command.options.find(({ long }) => long === name);
    const source = option && command.getOptionValueSource(option.attributeName());
    if (source === 'cli') throw new UsageError(explain(name));
  }
}
