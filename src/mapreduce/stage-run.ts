/**
 * One stage of a run, as the master drives it: tells the scheduler what happens, and carries
 * out what it decides, with whatever workers the run has. Another stage may run meanwhile:
 * what is heard of this one then is written down, and changes nothing.
 *
 * Source: OSDI '04, section 3.1; slides, "Example: Master-Worker", `LaunchTasks`.
 */
import { join } from 'node:path';
import type { Decision, ReduceOutput, RunEvent, TaskOutput } from './events.ts';
import { describeStage } from './file-service.ts';
import { InputIdentity } from './held-input.ts';
import type { MasterOptions, RunOutcome } from './master-options.ts';
import { RunOutputs } from './run-outputs.ts';
import { step } from './scheduler.ts';
import {
  createState,
  listPendingFaults,
  nextWorkerId,
  type SchedulerState,
  type WorkerState,
} from './scheduler-state.ts';
import { outputName } from './sequential.ts';
import type { StageFile } from './stage-input.ts';
import { createTaskArgs } from './task-args.ts';
import type { RunTaskReply, StageWork } from './wire.ts';
import type { Workforce } from './workforce.ts';

/** A worker is silent, though not lost, when so many heartbeats are missing. */
const heartbeatsMissed = 3;
/** On however busy a machine. */
const startWithinMs = 60_000;

/** What a stage needs of its master. */
export interface StageDriver {
  readonly workers: Workforce;
  readonly checkMs: number;
  /** True: whatever is heard is nobody's business any more. */
  readonly isOver: boolean;
  nowMs(): number;
  startWorker(id: number): void;
  /** The worker has ended an attempt: whichever stage runs now may have it. */
  admit(worker: number): void;
}

/** Who is there when a stage begins: those that the master has started, and the others. */
export interface Crew {
  readonly workers: readonly number[];
  readonly joined: readonly number[];
  readonly lostWorkers: readonly number[];
  /** Attempts are numbered through all stages: their output may lie in one folder. */
  readonly nextAttempt: number;
}

type StartAttempt = Decision & { type: 'start-attempt' };

export class StageRun {
  readonly options: MasterOptions;
  readonly inputs: InputIdentity;
  readonly #driver: StageDriver;
  readonly #state: SchedulerState;
  readonly #outputs: RunOutputs;
  readonly #work: StageWork | undefined;
  #finish: (outcome: RunOutcome) => void = () => {};

  constructor(options: MasterOptions, crew: Crew, driver: StageDriver) {
    this.options = options;
    this.inputs = new InputIdentity(options.splits);
    this.#driver = driver;
    const { checkMs } = driver;
    const silentAfterMs = heartbeatsMissed * options.heartbeatMs;
    const times = { startWithinMs, silentAfterMs, checkMs };
    const mapTasks = options.splits.length;
    const { outputSurvives } = options.store;
    const firstAttempt = Math.max(options.firstAttempt ?? 0, crew.nextAttempt);
    const more = { ...times, ...crew, mapTasks, outputSurvives, firstAttempt };
    this.#state = createState({ ...options, ...more }, driver.nowMs());
    this.#outputs = new RunOutputs(options, driver.workers.addresses);
    this.#work = describeStage(options);
  }

  begin({ lostWorkers }: Crew): Promise<RunOutcome> {
    const { stage, splits, reduceTasks } = this.options;
    const tasks = { map: splits.length, reduce: reduceTasks };
    const size = stage === undefined ? {} : { tasks };
    return this.#start({ type: 'run-started', lostWorkers, ...size });
  }

  /** Goes on, without what is lost of its output. */
  reopen(
    { workers, lostWorkers, nextAttempt }: Crew,
    lostOutputs: readonly number[],
  ): Promise<RunOutcome> {
    const crew = { workers, lostWorkers, nextAttempt };
    return this.#start({ type: 'stage-reopened', lostOutputs, ...crew });
  }

  async #start(event: RunEvent): Promise<RunOutcome> {
    const { signal, store } = this.options;
    const finished = new Promise<RunOutcome>((resolve) => {
      this.#finish = resolve;
    });
    const abort = () => this.#finish({ status: 'aborted' });
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    void store.lost.then((why) => this.#finish({ status: 'failed', why }));
    this.tell(event);
    const outcome = await finished;
    signal.removeEventListener('abort', abort);
    return outcome;
  }

  /** Workers of an earlier stage are heard of again: who is free registers, who has gone is lost. */
  muster({ workers, joined }: Crew): void {
    for (const worker of joined) {
      const name = this.#driver.workers.nameOfJoined(worker) ?? '';
      this.tell({ type: 'worker-joined', worker, name });
    }
    for (const worker of [...workers, ...joined]) {
      const why = this.#driver.workers.gone.get(worker);
      if (why !== undefined) this.tell({ type: 'worker-disconnected', worker, why });
      else this.admit(worker);
    }
  }

  /** It runs nothing, of whichever stage: it can have tasks of this one. */
  admit(worker: number): void {
    const pid = this.#driver.workers.pidOfFree(worker);
    if (pid === undefined || this.statusOf(worker) !== 'starting') return;
    this.tell({ type: 'worker-registered', worker, pid });
  }

  statusOf(worker: number): WorkerState['status'] | undefined {
    return this.#state.workers.get(worker)?.status;
  }

  nextWorkerId(): number {
    return nextWorkerId(this.#state);
  }

  /** The workers as this stage leaves them. */
  listCrew(): Crew {
    const all = [...this.#state.workers.values()];
    const isJoined = (id: number) => this.#driver.workers.nameOfJoined(id) !== undefined;
    const rest = all.filter(({ status }) => status !== 'lost').map(({ id }) => id);
    return {
      workers: rest.filter((id) => !isJoined(id)),
      joined: rest.filter(isJoined),
      lostWorkers: all.filter(({ status }) => status === 'lost').map(({ id }) => id),
      nextAttempt: this.#state.attempts.length,
    };
  }

  /** The output files, as they were accepted. */
  listOutputs(): StageFile[] {
    return this.#state.reduces.map(({ index, accepted }) => {
      if (!accepted) throw new Error(`reduce task ${index} has no output yet`);
      const { bytes, crc32 } = accepted.output as ReduceOutput;
      return { file: join(this.options.outputDir, outputName(index)), bytes, crc32 };
    });
  }

  /** The one way into the scheduler, and the one way out. */
  tell(event: RunEvent): void {
    const { outcome } = this.#state;
    const isRoutine = event.type === 'tick' || event.type === 'heartbeat';
    if (isRoutine && outcome !== 'running') return;
    const { onEntry, stage } = this.options;
    const atMs = this.#driver.nowMs();
    const when = stage === undefined ? { atMs } : { atMs, stage };
    onEntry({ ...when, ...event });
    for (const decision of step(this.#state, event, atMs)) {
      onEntry({ ...when, ...decision });
      this.#carryOut(decision);
    }
  }

  #carryOut(decision: Decision): void {
    const { workers } = this.#driver;
    switch (decision.type) {
      case 'start-attempt':
        void this.#runAttempt(decision);
        break;
      case 'start-worker':
        this.#driver.startWorker(decision.worker);
        break;
      case 'cancel-attempt':
        workers.find(decision.worker)?.cancelTask(decision.attempt);
        break;
      case 'kill-worker':
        workers.find(decision.worker)?.kill();
        break;
      case 'accept':
        this.#commit(decision);
        break;
      case 'ignore':
        this.#outputs.discard(decision);
        break;
      case 'suspend-stage':
        for (const { worker, attempt } of decision.cancelled) {
          workers.find(worker)?.cancelTask(attempt);
        }
        this.#finish({ status: 'input-lost', outputs: decision.outputs });
        break;
      case 'complete-job':
        this.#finish({
          status: 'completed',
          unmetFaults: listPendingFaults(this.#state),
        });
        break;
      case 'fail-job':
        this.#finish({ status: 'failed', ...decision });
        break;
    }
  }

  #commit(decision: Decision & { type: 'accept' }): void {
    try {
      this.#outputs.commit(decision);
    } catch (error) {
      this.#finish({ status: 'failed', why: (error as Error).message });
    }
  }

  async #runAttempt(decision: StartAttempt): Promise<void> {
    const { splits, token } = this.options;
    const args = createTaskArgs(
      decision,
      this.#state,
      splits,
      (map) => this.#outputs.addressOf(map),
      token,
      this.#work,
    );
    const reply = await this.#driver.workers.run(decision.worker, args);
    if (!reply) return;
    const event = await this.#readReply(decision, reply);
    if (this.#driver.isOver) return;
    this.tell(event);
    this.#driver.admit(decision.worker);
  }

  async #readReply(
    { attempt, worker, task }: StartAttempt,
    reply: RunTaskReply,
  ): Promise<RunEvent> {
    switch (reply.outcome) {
      case 'completed':
        return this.#complete(worker, attempt, reply.output);
      case 'cancelled':
        return { type: 'attempt-cancelled', attempt };
      case 'refused':
        return { type: 'job-refused', worker, why: reply.why };
      case 'inputs-missing':
        return { type: 'inputs-missing', attempt, missing: reply.missing };
      case 'failed': {
        // Whoever reads a file notices; whoever knows what it must be finds out.
        const outputs = task.kind === 'map' ? await this.options.findLostInputs?.() : [];
        if (outputs && outputs.length > 0)
          return { type: 'input-lost', attempt, outputs };
        return { type: 'attempt-failed', attempt, failure: reply.failure };
      }
    }
  }

  /** An output file of another machine is here before anybody hears of it. */
  async #complete(
    worker: number,
    attempt: number,
    output: TaskOutput,
  ): Promise<RunEvent> {
    try {
      const runner = this.#driver.workers.find(worker);
      await runner?.bringOutput(output, this.options.outputDir);
    } catch (error) {
      const failure = { error: `its output did not come: ${error}`, on: '' };
      return { type: 'attempt-failed', attempt, failure };
    }
    return { type: 'attempt-completed', attempt, output };
  }
}
