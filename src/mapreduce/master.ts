/**
 * The master: starts the workers, tells the scheduler what happens, and carries out what it
 * decides. All deciding is in `scheduler.ts`; here are the sockets, the clock and the signals.
 *
 * Source: OSDI '04, section 3.1; slides, "Example: Master-Worker", `LaunchTasks`.
 */
import { NotSentError, never, Server, ServerError } from '../rpc/index.ts';
import { findPlace, joinAddress, type Place, splitAddress } from './addresses.ts';
import type { Decision, RunEvent, TaskOutput } from './events.ts';
import { createFileService, describeRun } from './file-service.ts';
import { type GrpcListener, listenForPulls } from './grpc/listener.ts';
import { PulledWorker } from './grpc/pulled-worker.ts';
import { JoinedWorker } from './joined-worker.ts';
import type { MasterOptions, RunOutcome } from './master-options.ts';
import { readRecordNote } from './record-note.ts';
import { RunOutputs } from './run-outputs.ts';
import { step } from './scheduler.ts';
import {
  createState,
  listPendingFaults,
  nextWorkerId,
  type SchedulerState,
} from './scheduler-state.ts';
import { LocalDisk } from './stores/local-disk.ts';
import { createTaskArgs } from './task-args.ts';
import { guard } from './token.ts';
import type {
  FailpointArgs,
  HeartbeatArgs,
  JoinArgs,
  JoinReply,
  LeaveArgs,
  RefuseJobArgs,
  RegisterArgs,
} from './wire.ts';
import { createWorkerConfig } from './worker-config.ts';
import type { WorkerConnection } from './worker-connection.ts';
import { WorkerProcess } from './worker-process.ts';

/** Unless the options say otherwise; stragglers are noticed no sooner than that. */
const defaultCheckMs = 200;
/** A worker is silent, though not lost, when so many heartbeats are missing. */
const heartbeatsMissed = 3;
/** On however busy a machine. */
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
  readonly #workers = new Map<number, WorkerConnection>();
  readonly #outputs: RunOutputs;
  #finish: (outcome: RunOutcome) => void = () => {};
  /** Where it listens, once it does. */
  #place: Place | undefined;
  /** Set: the workers that it starts pull. */
  #grpc: GrpcListener | undefined;
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
    this.#outputs = new RunOutputs(options);
  }

  async run(): Promise<RunOutcome> {
    const { signal } = this.#options;
    const finished = new Promise<RunOutcome>((resolve) => {
      this.#finish = resolve;
    });
    const abort = () => this.#finish({ status: 'aborted' });
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    const { token, store } = this.#options;
    void store.lost.then((why) => this.#finish({ status: 'failed', why }));
    const service = this.#createService();
    this.#server.registerName('Master', guard(service, token));
    this.#place = await this.#listen();
    this.#grpc = await listenForPulls(this.#options, service, this.#workers);
    this.#tell({ type: 'run-started' });
    this.#options.onInjectable?.((fault) => this.#tell(fault));
    for (const id of this.#state.workers.keys()) this.#startWorker(id);
    this.#timer = setInterval(() => this.#tell({ type: 'tick' }), this.#checkMs);
    return finished;
  }

  /**
   * Ends every worker, hung ones too; what they hold belongs to the run, which is over. Those
   * that joined are told how it ended.
   */
  async shutDown(): Promise<void> {
    this.#isOver = true;
    clearInterval(this.#timer);
    const { outcome } = this.#state;
    const how = outcome === 'running' ? 'aborted' : outcome;
    await Promise.all([...this.#workers.values()].map((worker) => worker.end(how)));
    this.#grpc?.close();
    await this.#server.close();
  }

  async #listen(): Promise<Place> {
    const { listen, onListening } = this.#options;
    const { port } = splitAddress(await this.#server.listen(listen));
    const place = findPlace(listen, port);
    onListening(joinAddress(place.reachableAs, port));
    return place;
  }

  /** What workers may call. */
  #createService() {
    return {
      ...createFileService(this.#options.bundle, this.#options.splits),
      Status: () => this.#options.describeStatus(),
      Join: (args: JoinArgs) => this.#join(args),
      Leave: ({ worker }: LeaveArgs) => this.#loseTouch(worker, 'it has left'),
      Register: (args: RegisterArgs) => this.#register(args),
      RefuseJob: ({ worker, why }: RefuseJobArgs) =>
        this.#tell({ type: 'job-refused', worker, why }),
      Heartbeat: (args: HeartbeatArgs) => this.#hearHeartbeat(args),
      FailpointReached: ({ attempt }: FailpointArgs) =>
        this.#tell({ type: 'failpoint-reached', attempt }),
    };
  }

  #startWorker(id: number): void {
    const { bundle, onWorkerLine } = this.#options;
    const grpc = this.#grpc?.place;
    const config = createWorkerConfig(id, this.#place as Place, this.#options, grpc);
    const Started = grpc ? PulledWorker : WorkerProcess;
    const onLine = (line: string) => this.#isOver || onWorkerLine(id, line);
    const worker = new Started(bundle.workerMain, config, onLine);
    this.#workers.set(id, worker);
    void worker.exited.then((how) => this.#loseTouch(id, `its process ended: ${how}`));
  }

  /** Source: document "MapReduce Distributed System", "Workers register with master". */
  #join({ name }: JoinArgs): JoinReply {
    const { waitForWorkersMs, token } = this.#options;
    if (waitForWorkersMs === undefined) throw new Error('nobody may join this run');
    if (this.#isOver) throw new Error('the run is over');
    const worker = this.#chooseId(name);
    const joined = new JoinedWorker(worker, name || `worker${worker}`, token);
    this.#workers.set(worker, joined);
    this.#tell({ type: 'worker-joined', worker, name: joined.name });
    return describeRun(joined, this.#options);
  }

  /** `worker3` is worker 3, unless there is or was another: a lost one stays lost. */
  #chooseId(name: string): number {
    const wish = Number(/^worker([1-9]\d{0,3})$/.exec(name)?.[1] ?? 0);
    const isFree = wish > 0 && !this.#state.workers.has(wish);
    return isFree ? wish : nextWorkerId(this.#state);
  }

  /** A lost worker that comes back is told so: what it ran is somebody else's now. */
  #hearHeartbeat({ worker }: HeartbeatArgs): void {
    if (this.#state.workers.get(worker)?.status === 'lost') {
      throw new Error(`worker ${worker} is no longer expected, it was declared lost`);
    }
    this.#tell({ type: 'heartbeat', worker });
  }

  async #register({ worker, pid, address }: RegisterArgs): Promise<void> {
    const known = this.#workers.get(worker);
    const isExpected = this.#state.workers.get(worker)?.status === 'starting';
    if (!known || known.isConnected || !isExpected) {
      throw new Error(`worker ${worker} is not expected, or no longer`);
    }
    const { closed } = await known.connect(address);
    void closed.then(() => this.#loseTouch(worker, 'its connection closed'));
    this.#outputs.noteWorker(worker, address);
    this.#tell({ type: 'worker-registered', worker, pid });
  }

  #loseTouch(worker: number, why: string): void {
    const { folder } = new LocalDisk(this.#options.runDir, worker);
    const noted = this.#isOver ? undefined : readRecordNote(folder);
    this.#tell({ type: 'worker-disconnected', worker, why, noted });
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
        this.#commit(decision);
        break;
      case 'ignore':
        this.#outputs.discard(decision);
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

  async #runAttempt(decision: Decision & { type: 'start-attempt' }): Promise<void> {
    const { attempt, worker } = decision;
    const args = createTaskArgs(
      decision,
      this.#state,
      this.#options.splits,
      (map) => this.#outputs.addressOf(map),
      this.#options.token,
    );
    const runner = this.#workers.get(worker) as WorkerConnection;
    const { reply, error } = await runner.runTask(args).done;
    if (reply?.outcome === 'completed') {
      await this.#complete(runner, attempt, reply.output);
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

  /** An output file of another machine is here before anybody hears of it. */
  async #complete(
    runner: WorkerConnection,
    attempt: number,
    output: TaskOutput,
  ): Promise<void> {
    try {
      await runner.bringOutput(output, this.#options.outputDir);
    } catch (error) {
      const failure = { error: `its output did not come: ${error}`, on: '' };
      this.#tell({ type: 'attempt-failed', attempt, failure });
      return;
    }
    this.#tell({ type: 'attempt-completed', attempt, output });
  }
}
