/**
 * A reader of the event stream: the run's lineage, and why each of its tasks ran, as text.
 * Tasks with the same story are told together.
 *
 *     map 0-2, 4  from 3 files: ran once
 *     map 3  from books/a.txt: ran twice: worker 2 was lost with its output
 *     reduce 0-3  from map 0-4: ran once
 *
 * Source: slides, "Mapreduce: What could go wrong?", data lineage.
 */
import type { Requeued, StreamEntry, TaskKind, TaskRef } from './events.ts';
import type { Split } from './splits.ts';

/** What happened to one task, in order. */
interface Story {
  readonly task: TaskRef;
  attempts: number;
  readonly reasons: string[];
}

export class Explanation {
  readonly #splits: readonly Split[];
  /** Undefined: the splits are of the run's input, not of another stage's output. */
  readonly #stageBefore: number | undefined;
  readonly #stories: Record<TaskKind, Story[]>;

  constructor(splits: readonly Split[], reduceTasks: number, stage = 1) {
    this.#splits = splits;
    this.#stageBefore = stage === 1 ? undefined : stage - 1;
    this.#stories = {
      map: createStories('map', splits.length),
      reduce: createStories('reduce', reduceTasks),
    };
  }

  read(entry: StreamEntry): void {
    switch (entry.type) {
      case 'reuse':
        this.#note(entry.task, 'reused: it was completed before this run began');
        break;
      case 'start-attempt':
        this.#storyOf(entry.task).attempts++;
        if (entry.backup)
          this.#note(entry.task, `backup for worker ${entry.backup.worker}`);
        break;
      case 'retry':
        this.#note(entry.task, `failed on worker ${entry.worker}`);
        break;
      case 'worker-lost':
        for (const { task, was } of entry.requeued) {
          const what = was === 'completed' ? 'with its output' : 'in the middle of it';
          this.#note(task, `worker ${entry.worker} was lost ${what}`);
        }
        break;
      case 'reopen-stage':
        for (const { task, was } of entry.requeued)
          this.#note(task, tellAgain(task, was));
        break;
      case 'inputs-lost':
        for (const { task, was } of entry.requeued) {
          const what = was === 'completed' ? 'its output was' : 'some of its input was';
          this.#note(task, `${what} missing or damaged`);
        }
        break;
    }
  }

  /** Lines, maps first. */
  describe(): string[] {
    const maps = group(this.#stories.map, (tasks) => this.#nameFiles(tasks));
    const all = `map ${formatRanges(this.#stories.map.map(({ task }) => task.index))}`;
    return [...maps, ...group(this.#stories.reduce, () => all)];
  }

  #nameFiles(tasks: readonly TaskRef[]): string {
    if (this.#stageBefore !== undefined) return this.#nameOutputs(tasks);
    const names = new Set(tasks.map(({ index }) => this.#splits[index]?.name ?? ''));
    return names.size > 2 ? `${names.size} files` : [...names].join(' and ');
  }

  /** By the reduce tasks that have made them. */
  #nameOutputs(tasks: readonly TaskRef[]): string {
    const reduces = tasks.map(({ index }) =>
      Number(/\d+$/.exec(this.#splits[index]?.name ?? '')?.[0]),
    );
    return `reduce ${formatRanges([...new Set(reduces)])} of stage ${this.#stageBefore}`;
  }

  #storyOf({ kind, index }: TaskRef): Story {
    return this.#stories[kind][index] as Story;
  }

  #note(task: TaskRef, reason: string): void {
    this.#storyOf(task).reasons.push(reason);
  }
}

function tellAgain({ kind }: TaskRef, was: Requeued['was']): string {
  if (was === 'in-progress') return 'it waited for input that was made again';
  if (kind === 'reduce') return 'its output file was lost before it was read';
  return 'a lost output file needs its output, which went with its worker';
}

function createStories(kind: TaskKind, count: number): Story[] {
  return Array.from({ length: count }, (_, index) => ({
    task: { kind, index },
    attempts: 0,
    reasons: [],
  }));
}

function tell({ attempts, reasons }: Story): string {
  if (attempts === 0) return reasons.join('; ') || 'never ran';
  const times = ['', 'once', 'twice'][attempts] ?? `${attempts} times`;
  return `ran ${times}${reasons.length > 0 ? `: ${reasons.join('; ')}` : ''}`;
}

/** One line for all tasks that have the same story. */
function group(
  stories: readonly Story[],
  nameInput: (tasks: readonly TaskRef[]) => string,
): string[] {
  const groups = new Map<string, TaskRef[]>();
  for (const story of stories) {
    const told = tell(story);
    groups.set(told, [...(groups.get(told) ?? []), story.task]);
  }
  return [...groups].map(([told, tasks]) => {
    const [{ kind } = { kind: 'map' }] = tasks;
    const indices = formatRanges(tasks.map(({ index }) => index));
    return `${kind} ${indices}  from ${nameInput(tasks)}: ${told}`;
  });
}

/** `0-2, 4`: indices are in ascending order. */
export function formatRanges(indices: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const index of indices) {
    const range = ranges.at(-1);
    if (range && range[1] === index - 1) range[1] = index;
    else ranges.push([index, index]);
  }
  return ranges
    .map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`))
    .join(', ');
}
