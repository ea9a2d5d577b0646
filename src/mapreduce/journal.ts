/**
 * The master's journal: a reader of the event stream that writes down which outputs were
 * accepted, before anything is done about it. After `kill -9` of the master a new one reads
 * it, looks at what is still there, and goes on.
 *
 * Source: OSDI '04, section 3.3.2, "periodic checkpoints of the master data structures".
 * Simplification: no fsync. It survives the end of every process, not that of the machine.
 */
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { StreamEntry, TaskOutput, TaskRef } from './events.ts';

/** One accepted output, and the worker that made it. */
// #region remembered
export interface Accepted {
  readonly task: TaskRef;
  readonly attempt: number;
  readonly worker: number;
  readonly output: TaskOutput;
  /** Undefined: the run has one stage. */
  readonly stage?: number;
}
// #endregion

/** What a journal remembers of a run. */
export interface Remembered<Plan> {
  readonly plan: Plan;
  /** At most one for each task: the last one that was accepted. */
  readonly accepted: readonly Accepted[];
  /** Greater than that of every attempt that was ever started. */
  readonly nextAttempt: number;
}

type Line =
  | { readonly type: 'accept'; readonly accepted: Accepted }
  | { readonly type: 'start'; readonly attempt: number };

const planName = 'plan.json';
const linesName = 'journal.jsonl';

export class Journal {
  readonly #descriptor: number;

  private constructor(folder: string) {
    this.#descriptor = openSync(join(folder, linesName), 'a');
  }

  /** Begins a journal in an existing folder; `plan` is what the run is to do, as JSON. */
  static begin<Plan>(folder: string, plan: Plan): Journal {
    const file = join(folder, planName);
    // It may hold the run's token.
    writeFileSync(file, JSON.stringify(plan), { flag: 'wx', mode: 0o600 });
    return new Journal(folder);
  }

  /** Goes on with the journal of an earlier master. */
  static resume(folder: string): Journal {
    const journal = new Journal(folder);
    // The last line may be torn: what follows must not become a part of it.
    writeSync(journal.#descriptor, '\n');
    return journal;
  }

  read(entry: StreamEntry): void {
    if (entry.type === 'start-attempt') {
      this.#append({ type: 'start', attempt: entry.attempt });
    } else if (entry.type === 'accept') {
      const { attempt, worker, output, task, stage } = entry;
      const accepted = { task, attempt, worker, output };
      const told = stage === undefined ? accepted : { ...accepted, stage };
      this.#append({ type: 'accept', accepted: told });
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** In one write: a line is there, or it is torn at the end of the file. */
  #append(line: Line): void {
    writeSync(this.#descriptor, `${JSON.stringify(line)}\n`);
  }
}

/** True: there is a run in `folder` that can be resumed. */
export function isJournal(folder: string): boolean {
  return existsSync(join(folder, linesName));
}

/** Reads what an earlier master wrote. Throws when there is no journal in `folder`. */
export function readJournal<Plan>(folder: string): Remembered<Plan> {
  const plan: Plan = JSON.parse(readFileSync(join(folder, planName), 'utf8'));
  const accepted = new Map<string, Accepted>();
  let nextAttempt = 0;
  for (const text of readFileSync(join(folder, linesName), 'utf8').split('\n')) {
    const line = parseLine(text);
    if (line?.type === 'start') nextAttempt = Math.max(nextAttempt, line.attempt + 1);
    if (line?.type !== 'accept') continue;
    note(accepted, line.accepted);
  }
  return { plan, accepted: [...accepted.values()], nextAttempt };
}

/** What a later stage has made of another output of this task does not count any more. */
function note(accepted: Map<string, Accepted>, one: Accepted): void {
  const { task, output, stage = 1 } = one;
  const name = `${stage} ${task.kind} ${task.index}`;
  const before = accepted.get(name)?.output;
  accepted.set(name, one);
  if (before?.kind !== 'reduce' || output.kind !== 'reduce') return;
  if (before.bytes === output.bytes && before.crc32 === output.crc32) return;
  for (const [other, { stage: later = 1 }] of accepted) {
    if (later > stage) accepted.delete(other);
  }
}

/** Undefined: an empty line, or one that the end of its writer has torn. */
function parseLine(text: string): Line | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
