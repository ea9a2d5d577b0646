/** Runs for tests of the page: literal events go through the real scheduler. */
import { backUpStragglers } from '../../src/mapreduce/backup-policy.ts';
import type { MapOutput, RunEvent, StreamEntry } from '../../src/mapreduce/events.ts';
import { step } from '../../src/mapreduce/scheduler.ts';
import {
  createState,
  type SchedulerOptions,
  type SchedulerState,
} from '../../src/mapreduce/scheduler-state.ts';
import type { RunFacts } from '../../src/page/run-record.ts';
import { Timeline } from '../../src/page/timeline.ts';

const mapOutput: MapOutput = { kind: 'map', records: 1, pairs: 1, regions: [] };
const reduceOutput = { kind: 'reduce', file: 'temporary', bytes: 1 } as const;

/** Workers 1 to n, and a moment of 10 ms for each event. */
export class Story {
  readonly entries: StreamEntry[] = [];
  readonly facts: RunFacts;
  nowMs = 0;
  readonly #options: Partial<SchedulerOptions>;
  readonly #states: SchedulerState[];
  /** Undefined: there is only one. */
  #stage: number | undefined;

  constructor(
    mapTasks = 2,
    reduceTasks = 1,
    workers = 2,
    options: Partial<SchedulerOptions> = {},
    stages?: readonly string[],
  ) {
    const ids = Array.from({ length: workers }, (_, i) => i + 1);
    this.#options = options;
    this.#states = [this.#createState({ mapTasks, reduceTasks, workers: ids })];
    this.#stage = stages && 1;
    this.facts = {
      ...{ job: 'word-count', mapTasks, reduceTasks, workers, seed: 1, faults: [] },
      ...(stages ? { stages } : {}),
      comparison: 'not asked for',
      baseline: { state: 'not asked for' },
    };
  }

  #createState(what: Pick<SchedulerOptions, 'mapTasks' | 'reduceTasks' | 'workers'>) {
    const times = { lostAfterMs: 1e9, startWithinMs: 1e9 };
    const all = { ...times, maxFailures: 2, faults: [], ...this.#options, ...what };
    return createState(all, this.nowMs);
  }

  get #state(): SchedulerState {
    return this.#states[(this.#stage ?? 1) - 1] as SchedulerState;
  }

  tell(...events: RunEvent[]): this {
    for (const event of events) {
      this.nowMs += 10;
      const when = {
        atMs: this.nowMs,
        ...(this.#stage === undefined ? {} : { stage: this.#stage }),
      };
      this.entries.push({ ...when, ...event });
      for (const decision of step(this.#state, event, this.nowMs))
        this.entries.push({ ...when, ...decision });
    }
    return this;
  }

  /** All workers register, in order. */
  begin(): this {
    return this.tell({ type: 'run-started' }).#register();
  }

  #register(): this {
    const left = [...this.#state.workers.values()].filter((one) => one.status !== 'lost');
    const register = (worker: number): RunEvent => {
      return { type: 'worker-registered', worker, pid: 100 + worker };
    };
    return this.tell(...left.map(({ id }) => register(id)));
  }

  /** The workers as the stage before leaves them. */
  #listCrew() {
    const all = [...this.#state.workers.values()];
    const idsOf = (isLost: boolean) =>
      all.filter(({ status }) => (status === 'lost') === isLost).map(({ id }) => id);
    const nextAttempt = this.#state.attempts.length;
    return { workers: idsOf(false), lostWorkers: idsOf(true), nextAttempt };
  }

  /** The next stage begins. */
  next(mapTasks: number, reduceTasks: number): this {
    const { workers, lostWorkers, nextAttempt } = this.#listCrew();
    const state = this.#createState({ mapTasks, reduceTasks, workers });
    state.attempts.length = nextAttempt;
    this.#stage = this.#states.push(state);
    const tasks = { map: mapTasks, reduce: reduceTasks };
    return this.tell({ type: 'run-started', lostWorkers, tasks }).#register();
  }

  /** A stage goes on that has waited, or whose output is lost. */
  goOn(stage: number, lostOutputs: readonly number[] = []): this {
    const crew = this.#listCrew();
    this.#stage = stage;
    return this.tell({ type: 'stage-reopened', lostOutputs, ...crew }).#register();
  }

  complete(...attempts: number[]): this {
    for (const attempt of attempts) {
      const isMap = this.#state.attempts[attempt]?.task.kind === 'map';
      const output = isMap ? mapOutput : reduceOutput;
      this.tell({ type: 'attempt-completed', attempt, output });
    }
    return this;
  }

  lose(worker: number): this {
    return this.tell({ type: 'worker-disconnected', worker, why: 'gone' });
  }

  /** Attempts whose results would be accepted now. */
  listRunning(): { readonly id: number; readonly worker: number }[] {
    return this.#state.attempts.filter((one) => one?.task.running.includes(one));
  }

  /** Until nothing runs any more, at most `limit` attempts. */
  finish(limit = 100): this {
    for (let round = 0; round < limit && this.#state.outcome === 'running'; round++) {
      const [running] = this.listRunning();
      if (!running) break;
      this.complete(running.id);
    }
    return this;
  }

  get timeline(): Timeline {
    return new Timeline(this.facts, this.entries);
  }
}

/**
 * Two stages: worker 2 is lost in the second, and then an output file of the first one, which
 * has to be made again, from a map output that went with the worker.
 */
export function tellStages(): Story {
  const story = new Story(2, 2, 2, {}, ['word-count', 'by-frequency']).begin();
  story.complete(0, 1, 2, 3);
  story.next(3, 1).complete(4);
  story.lose(2);
  story.tell({ type: 'input-lost', attempt: 6, outputs: [1] });
  return story.goOn(1, [1]).finish().goOn(2).finish();
}

/**
 * All that the page must be able to show: 32 map tasks and 4 reduce tasks on 4 workers, one of
 * which is killed in its second task; a backup task wins.
 */
export function tellAll(): Story {
  const story = new Story(32, 4, 4, {
    faults: [{ type: 'kill-worker', worker: 2, fraction: 0.8 }],
    chooseBackup: backUpStragglers,
  }).begin();
  story.complete(0, 1, 2);
  const doomed = story.listRunning().find(({ worker }) => worker === 2);
  story.complete(
    ...story
      .listRunning()
      .filter(({ worker }) => worker === 1)
      .map(({ id }) => id),
  );
  story.tell({ type: 'failpoint-reached', attempt: doomed?.id ?? -1 }).lose(2);
  // Worker 4 stands still with its first task, until somebody else has done it.
  for (let round = 0; round < 400; round++) {
    const running = story.listRunning();
    const first = running.find(({ worker }) => worker !== 4) ?? running[0];
    if (!first) break;
    story.complete(first.id);
    const cancelled = story.entries.findLast(({ type }) => type === 'cancel-attempt');
    if (
      cancelled &&
      'attempt' in cancelled &&
      story.entries.at(-1)?.atMs === cancelled.atMs
    )
      story.tell({ type: 'attempt-cancelled', attempt: cancelled.attempt as number });
  }
  return story;
}
