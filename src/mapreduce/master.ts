/**
 * The master: starts the workers, tells the scheduler what happens, and carries out what it
 * decides. All deciding is in `scheduler.ts`; here are the sockets, the clock and the signals.
 *
 * Source: OSDI '04, section 3.1; slides, "Example: Master-Worker", `LaunchTasks`.
 */
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { NotSentError, never, Server, ServerError } from '../rpc/index.ts';
import type { BackupPolicy } from './backup-policy.ts';
import type { Bundle } from './bundle.ts';
import type { Decision, RunEvent, StreamEntry } from './events.ts';
import { type FaultPlan, slownessOf } from './fault-plan.ts';
import type { JobParams } from './job.ts';
import { step } from './scheduler.ts';
import {
  createState,
  listPendingFaults,
  type SchedulerState,
} from './scheduler-state.ts';
import { outputName } from './sequential.ts';
import type { Split } from './splits.ts';
import type { RunStore } from './stores/run-store.ts';
import { addressOfStore } from './stores/store.ts';
import type { TaskFailure } from './task.ts';
import { createTaskArgs } from './task-args.ts';
import type {
  FailpointArgs,
  HeartbeatArgs,
  RefuseJobArgs,
  RegisterArgs,
} from './wire.ts';
import { WorkerProcess } from './worker-process.ts';

export interface MasterOptions {
  readonly bundle: Bundle;
  /** An existing folder for the workers' local disks; its owner removes it after the run. */
  readonly runDir: string;
  readonly outputDir: string;
  readonly params: JobParams;
  readonly splits: readonly Split[];
  readonly reduceTasks: number;
  readonly workers: number;
  readonly faults: FaultPlan;
  /** Where map output lives. */
  readonly store: RunStore;
  readonly heartbeatMs: number;
  /** For the pairs of one task, about; the rest goes to files. */
  readonly memoryBytes: number;
  readonly lostAfterMs: number;
  /** How often the scheduler looks at the clock. */
  readonly checkMs?: number;
  readonly chooseBackup?: BackupPolicy;
  /** How many processes may take the place of lost ones. */
  readonly maxReplacements?: number;
  readonly maxFailures: number;
  /** Sees everything that happens and is decided, in order. */
  readonly onEntry: (entry: StreamEntry) => void;
  /** Sees what the job's own code and the workers print. */
  readonly onWorkerLine: (worker: number, line: string) => void;
  /** Ends the run early; the outcome is then 'aborted'. */
  readonly signal: AbortSignal;
}

export type RunOutcome =
  | { readonly status: 'completed'; readonly unmetFaults: readonly number[] }
  | { readonly status: 'failed'; readonly why: string; readonly failure?: TaskFailure }
  | { readonly status: 'aborted' };

/** Unless the options say otherwise; stragglers are noticed no sooner than that. */
const defaultCheckMs = 200;
/** A worker is silent, though not lost, when so many heartbeats are missing. */
const heartbeatsMissed = 3;
/** How long a worker may take to start, on however busy a machine. */
const startWithinMs = 60_000;

/** Runs one job to its end. When it resolves, no worker process is left. */
export async function runMaster(options: MasterOptions): Promise<RunOutcome> {
  const master = new Master(options);
  try {
    return await master.run();
  } finally {
    await master.shutDown();
  }
}

class Master {
  readonly #options: MasterOptions;
  readonly #state: SchedulerState;
  readonly #checkMs: number;
  readonly #startMs = performance.now();
  readonly #server = new Server({ limits: { idleMs: never }, http: false });
  readonly #workers = new Map<number, WorkerProcess>();
  /** Where each registered worker serves its map output. */
  readonly #addresses = new Map<number, string>();
  #finish: (outcome: RunOutcome) => void = () => {};
  /** Where it listens. */
  #address = '';
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: MasterOptions) {
    this.#options = options;
    const workers = Array.from({ length: options.workers }, (_, i) => i + 1);
    const mapTasks = options.splits.length;
    const { lostAfterMs, heartbeatMs } = options;
    this.#checkMs = options.checkMs ?? Math.min(defaultCheckMs, lostAfterMs / 4);
    const silentAfterMs = heartbeatsMissed * heartbeatMs;
    const times = { startWithinMs, silentAfterMs, checkMs: this.#checkMs };
    const { outputSurvives } = options.store;
    const more = { ...times, mapTasks, workers, outputSurvives };
    this.#state = createState({ ...options, ...more }, 0);
  }

  async run(): Promise<RunOutcome> {
    const { signal } = this.#options;
    const finished = new Promise<RunOutcome>((resolve) => {
      this.#finish = resolve;
    });
    const abort = () => this.#finish({ status: 'aborted' });
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    void this.#options.store.lost.then((why) => this.#finish({ status: 'failed', why }));
    this.#server.registerName('Master', this.#createService());
    this.#address = await this.#server.listen('127.0.0.1:0');
    for (const id of this.#state.workers.keys()) this.#startWorker(id);
    this.#timer = setInterval(() => this.#tell({ type: 'tick' }), this.#checkMs);
    return finished;
  }

  /** Ends every worker, hung ones too; what they hold belongs to the run, which is over. */
  async shutDown(): Promise<void> {
    this.#isOver = true;
    clearInterval(this.#timer);
    for (const worker of this.#workers.values()) worker.kill();
    await Promise.all([...this.#workers.values()].map(({ exited }) => exited));
    await this.#server.close();
  }

  /** What workers may call. */
  #createService() {
    return {
      Register: (args: RegisterArgs) => this.#register(args),
      RefuseJob: ({ worker, why }: RefuseJobArgs) =>
        this.#tell({ type: 'job-refused', worker, why }),
      Heartbeat: ({ worker }: HeartbeatArgs) => this.#hear(worker),
      FailpointReached: ({ attempt }: FailpointArgs) =>
        this.#tell({ type: 'failpoint-reached', attempt }),
    };
  }

  #startWorker(id: number): void {
    const {
      bundle,
      runDir,
      outputDir,
      store,
      params,
      reduceTasks,
      heartbeatMs,
      memoryBytes,
    } = this.#options;
    const { jobModule, taskThread } = bundle;
    const worker = new WorkerProcess(
      bundle.workerMain,
      {
        worker: id,
        master: this.#address,
        masterPid: process.pid,
        runDir,
        outputDir,
        store: store.config,
        jobModule,
        taskThread,
        params,
        reduceTasks,
        heartbeatMs,
        memoryBytes,
        slowness: slownessOf(this.#options.faults, id),
      },
      (line) => this.#isOver || this.#options.onWorkerLine(id, line),
    );
    this.#workers.set(id, worker);
    void worker.exited.then((how) => this.#loseTouch(id, `its process ended: ${how}`));
  }

  async #register({ worker, pid, address }: RegisterArgs): Promise<void> {
    const workerProcess = this.#workers.get(worker);
    const isExpected = this.#state.workers.get(worker)?.status === 'starting';
    if (!workerProcess || workerProcess.isConnected || !isExpected) {
      throw new Error(`worker ${worker} is not expected, or no longer`);
    }
    const { closed } = await workerProcess.connect(address);
    void closed.then(() => this.#loseTouch(worker, 'its connection closed'));
    this.#addresses.set(worker, address);
    this.#tell({ type: 'worker-registered', worker, pid });
  }

  #hear(worker: number): void {
    if (this.#state.workers.get(worker)?.status === 'lost') {
      throw new Error(`worker ${worker} is no longer expected, it was declared lost`);
    }
    this.#tell({ type: 'heartbeat', worker });
  }

  #loseTouch(worker: number, why: string): void {
    this.#tell({ type: 'worker-disconnected', worker, why });
  }

  /** The one way into the scheduler, and the one way out. */
  #tell(event: RunEvent): void {
    if (this.#isOver) return;
    const nowMs = performance.now() - this.#startMs;
    this.#options.onEntry({ atMs: nowMs, ...event });
    for (const decision of step(this.#state, event, nowMs)) {
      this.#options.onEntry({ atMs: nowMs, ...decision });
      this.#carryOut(decision);
    }
  }

  #carryOut(decision: Decision): void {
    switch (decision.type) {
      case 'start-attempt':
        void this.#runAttempt(decision);
        break;
      case 'start-worker':
        this.#startWorker(decision.worker);
        break;
      case 'cancel-attempt':
        this.#workers.get(decision.worker)?.cancelTask(decision.attempt);
        break;
      case 'kill-worker':
        this.#workers.get(decision.worker)?.kill();
        break;
      case 'accept':
        if (decision.output.kind === 'reduce') {
          this.#commit(decision.output.file, outputName(decision.task.index));
        }
        break;
      case 'ignore':
        if (decision.output.kind === 'reduce') {
          rmSync(join(this.#options.outputDir, decision.output.file), { force: true });
        }
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

  async #runAttempt(decision: Decision & { type: 'start-attempt' }): Promise<void> {
    const { attempt, worker } = decision;
    const args = createTaskArgs(
      decision,
      this.#state,
      this.#options.splits,
      this.#addresses,
      addressOfStore(this.#options.store.config),
    );
    const call = await (this.#workers.get(worker) as WorkerProcess).runTask(args).done;
    const { reply, error } = call;
    if (reply?.outcome === 'completed') {
      this.#tell({ type: 'attempt-completed', attempt, output: reply.output });
    } else if (reply?.outcome === 'cancelled') {
      this.#tell({ type: 'attempt-cancelled', attempt });
    } else if (reply?.outcome === 'inputs-missing') {
      this.#tell({ type: 'inputs-missing', attempt, missing: reply.missing });
    } else if (reply?.outcome === 'failed') {
      this.#tell({ type: 'attempt-failed', attempt, failure: reply.failure });
    } else if (error instanceof ServerError || error instanceof NotSentError) {
      const failure = { error: error.message, on: '' };
      this.#tell({ type: 'attempt-failed', attempt, failure });
    }
    // Any other error is a lost connection, which says so itself: no fault of the task.
  }

  /** Source: OSDI '04, section 3.3.3: atomic rename, so a reader sees all of the output or none. */
  #commit(file: string, name: string): void {
    const { outputDir } = this.#options;
    try {
      renameSync(join(outputDir, file), join(outputDir, name));
    } catch (error) {
      const why = `output ${name} cannot be committed: ${(error as Error).message}`;
      this.#finish({ status: 'failed', why });
    }
  }
}
