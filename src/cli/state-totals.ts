/**
 * The end of a run whose state server counted: the totals are asked for once more, must be
 * those of the output files, and what all the calls were is told beside the document's.
 *
 * Source: document "process-rpc", `Get`; its "Performance".
 */
import { readFileSync } from 'node:fs';
import type { StreamEntry } from '../mapreduce/events.ts';
import { parsePairs } from '../mapreduce/pairs.ts';
import { listOutputFiles } from '../mapreduce/sequential.ts';
import { refToAttempt } from '../mapreduce/stores/counter-store.ts';
import type { AttemptRef } from '../mapreduce/stores/counters.ts';
import { StateClient } from '../mapreduce/stores/state-client.ts';
import type { StateCalls } from '../mapreduce/stores/state-server.ts';
import type { StoreConfig } from '../mapreduce/stores/store.ts';
import type { RunConfig } from './config-file.ts';

export class StateTotals {
  readonly #accepted: AttemptRef[] = [];

  /** Reads the run's stream: which reduce attempts count. */
  read(entry: StreamEntry): void {
    if (entry.type !== 'accept' || entry.task.kind !== 'reduce') return;
    this.#accepted.push(refToAttempt('reduce', entry.task.index, entry.attempt));
  }

  /**
   * Resolves with all calls so far; undefined: the store has no counters. Throws where the
   * server has other totals than the output.
   */
  async check(
    config: StoreConfig,
    outputDir: string,
    reduceTasks: number,
  ): Promise<StateCalls | undefined> {
    if (config.type !== 'state-server' || !config.counterKeys) return undefined;
    const { address, counterKeys: keys } = config;
    const client = new StateClient(address);
    try {
      const totals = await client.get(keys, this.#accepted);
      const written = readCounts(outputDir, reduceTasks);
      for (const [i, key] of keys.entries()) {
        const [total, ...more] = totals[i] ?? [];
        if (more.length === 0 && total === written.get(key)) continue;
        throw new Error(
          `the state server has ${total ?? 'nothing'} for ${key}, its output ${written.get(key)}`,
        );
      }
      return await client.countCalls();
    } finally {
      client.close();
    }
  }
}

/** The counts in the output files of a run. */
export function readCounts(outputDir: string, reduceTasks: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const file of listOutputFiles(outputDir, reduceTasks)) {
    const text = readFileSync(file, 'utf8');
    for (const [key, count] of parsePairs(text)) counts.set(key, Number(count));
  }
  return counts;
}

/** What the document says of its own program, with the values of its shipped file. */
const documentSeconds = '0.80 to 2.77 s';

/** What the calls cost, and the document's claim. */
export function describeCalls(calls: StateCalls, config: RunConfig): string[] {
  const { initialize, update, get, replace } = calls;
  const sum = initialize + update + get + replace;
  const one = (config.num_strings + config.num_target_words).toLocaleString('en');
  return [
    `state server: ${sum} calls (Initialize ${initialize}, Update ${update}, Get ${get}, Replace ${replace})`,
    `  one a string and one a target, unbatched, would be ${one}`,
  ];
}

/** Beside ours; the same settings, another machine. */
export function describeClaim(): string {
  return `the document claims ${documentSeconds} for its shipped settings`;
}
