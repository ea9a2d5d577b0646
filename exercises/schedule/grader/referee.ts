/**
 * The referee: watches what reaches the workers, and writes down what a master must not do as
 * a breach, at the moment at which it does it.
 */
import type { Explanation } from '../../../src/grading/check.ts';
import type { World } from '../../../src/sim/world.ts';

export interface Job {
  readonly maps: number;
  readonly reduces: number;
  readonly maxFailures: number;
}

export interface Task {
  readonly kind: 'map' | 'reduce';
  readonly index: number;
  readonly inputs?: readonly string[];
}

/** What a master must not do. */
export type Rule =
  | 'sense'
  | 'barrier'
  | 'inputs'
  | 'one-at-a-time'
  | 'once'
  | 'lost'
  | 'retries'
  | 'rounds';

export interface Breach extends Pick<Explanation, 'saw' | 'expected' | 'mistake'> {
  readonly rule: Rule;
}

/** One execution of one task, as its worker knows it. */
export interface Attempt {
  /** `map 2`. */
  readonly task: string;
  readonly worker: string;
  status: 'running' | 'done' | 'failed' | 'missing';
  readonly beganMs: number;
  /** The master has its reply. */
  isTold: boolean;
  hasCrashed(): boolean;
}

/** Who is asked again before that is not slow, but asked too often. */
const patienceMs = 250;
/** More than any master needs that gets on. */
const mostAttempts = 10;

export class Referee {
  readonly breaches: Breach[] = [];
  readonly #world: World;
  readonly #job: Job;
  /** All attempts so far, the oldest first. */
  readonly #attempts: readonly Attempt[];
  /** The master has called them, and has no reply yet. */
  readonly #called = new Set<string>();
  /** The master has seen a call to them fail. */
  readonly #lost = new Set<string>();

  constructor(world: World, job: Job, attempts: readonly Attempt[]) {
    this.#world = world;
    this.#job = job;
    this.#attempts = attempts;
    this.#follow();
  }

  /** Judges an attempt that is about to begin. */
  judge(attempt: Attempt, args: Task): void {
    if (args.kind === 'reduce') this.#judgeReduce(attempt, args);
    this.#judgeWorker(attempt);
    this.#judgeRepetition(attempt);
    this.#judgeRetry(attempt);
  }

  #isDone(task: string): boolean {
    return this.#attempts.some((a) => a.task === task && a.status === 'done');
  }

  #judgeReduce({ task, worker }: Attempt, { inputs }: Task): void {
    const maps = Array.from({ length: this.#job.maps }, (_, i) => i);
    const early = maps.filter((i) => !this.#isDone(`map ${i}`));
    if (early.length > 0) {
      this.breaches.push({
        rule: 'barrier',
        saw: `${task} begins on ${worker}; map ${early.join(', ')} is not done yet`,
        expected: 'no reduce task begins before the last map task is done',
        mistake: 'no barrier: every map task may have pairs for every reduce task',
      });
      return;
    }
    const wrong = maps.find((i) => !this.#holds(inputs?.[i], i));
    if (!Array.isArray(inputs) || inputs.length !== maps.length || wrong !== undefined) {
      this.breaches.push({
        rule: 'inputs',
        saw: `${task} with inputs ${JSON.stringify(inputs)}`,
        expected:
          'for each map task in order, the address of the worker that has done it',
        mistake:
          'remember for each map task who has done it; it is not always the same worker',
      });
    }
  }

  #holds(address: string | undefined, map: number): boolean {
    return this.#attempts.some(
      (a) =>
        a.task === `map ${map}` && a.status === 'done' && `sim:${a.worker}` === address,
    );
  }

  #judgeWorker({ task, worker }: Attempt): void {
    const other = this.#attempts.find(
      (a) => a.worker === worker && a.status === 'running' && !a.hasCrashed(),
    );
    if (!other) return;
    this.breaches.push({
      rule: 'one-at-a-time',
      saw: `${worker} gets ${task} while it runs ${other.task}`,
      expected: 'a worker gets its next task when it has replied',
      mistake: 'tasks are sent without waiting until a worker is idle',
    });
  }

  /** A task runs again only if its last attempt came to nothing, as far as one can know. */
  #judgeRepetition({ task, worker }: Attempt): void {
    const kept = this.#attempts.find((a) => a.task === task && isKept(a));
    if (!kept) return;
    const what = kept.status === 'done' ? 'has done it' : 'is running it';
    const state = kept.hasCrashed() ? 'had done it and replied' : what;
    this.breaches.push({
      rule: 'once',
      saw: `${worker} gets ${task}; ${kept.worker} ${state}`,
      expected: 'only what is lost runs again',
      mistake: this.#recogniseRepetition(kept),
    });
  }

  #judgeRetry({ task }: Attempt): void {
    const { maxFailures } = this.#job;
    const count = this.#attempts.filter((a) => a.task === task).length;
    if (count === mostAttempts) {
      this.breaches.push({
        rule: 'rounds',
        saw: `${task} was tried ${count} times, and is tried again`,
        expected: 'an end, once no more faults come',
        mistake:
          'round and round: a map task whose output is missing has to run again, and the next inputs name the worker that has done it',
      });
    }
    const failed = this.#attempts.filter((a) => a.task === task && a.status === 'failed');
    if (failed.length < maxFailures) return;
    this.breaches.push({
      rule: 'retries',
      saw: `${task} has failed ${failed.length} times, and is tried again`,
      expected: `after ${maxFailures} failures of one task the job fails`,
      mistake: 'a poison input is retried for ever: count the failures of each task',
    });
  }

  #recogniseRepetition(kept: Attempt): string {
    if (kept.hasCrashed())
      return 'the output of a reduce task is not on the disk of its worker: it is not lost';
    const isSlow = this.#world.time.nowMs - kept.beganMs > patienceMs;
    if (kept.status === 'running' && isSlow)
      return 'a slow worker is not lost: wait until its call returns or throws';
    return this.#lost.size > 0
      ? 'everything is run again, also what a living worker has done or is doing'
      : 'a task is handed out more than once: take it out of the list when a worker gets it';
  }

  /** What the master learns, from the messages alone. */
  #follow(): void {
    this.#world.log.follow((event) => {
      if (event.type === 'sent' && event.message.from === 'master') {
        this.#called.add(event.message.to);
      } else if (event.type === 'delivered' && event.message.direction === 'reply') {
        const { from, to } = event.message;
        const last = this.#attempts.findLast(({ worker }) => worker === from);
        if (to !== 'master') return;
        this.#called.delete(from);
        if (last) last.isTold = true;
      } else if (event.type === 'closed' && event.isReset && event.node === 'master') {
        // A connection may stay open; when nobody calls, nobody learns that it broke.
        if (this.#called.has(event.peer)) this.#lost.add(event.peer);
      } else if (event.type === 'refused' && event.from === 'master') {
        if (this.#lost.has(event.to)) this.#judgeLost(event.to);
        this.#lost.add(event.to);
      }
    });
  }

  #judgeLost(worker: string): void {
    this.breaches.push({
      rule: 'lost',
      saw: `the master calls ${worker} again, after a call to it was lost`,
      expected: 'a lost worker gets no more work',
      mistake: 'the lost worker goes back to the idle ones',
    });
  }
}

function isKept({ task, status, isTold, hasCrashed }: Attempt): boolean {
  if (status === 'failed' || status === 'missing') return false;
  if (!hasCrashed()) return true;
  return task.startsWith('reduce') && status === 'done' && isTold;
}
