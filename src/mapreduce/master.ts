/**
 * The master: starts the workers, and is there for them through all stages of a run: sockets,
 * the clock, who comes and who goes. What a stage does with them is in `stage-run.ts`, what
 * is decided in `scheduler.ts`.
 *
 * Source: OSDI '04, section 3.1; slides, "Example: Master-Worker", `LaunchTasks`.
 */
import { never, Server } from '../rpc/index.ts';
import { findPlace, joinAddress, type Place, splitAddress } from './addresses.ts';
import type { RunEvent } from './events.ts';
import { createFileService, describeRun, readCode } from './file-service.ts';
import { type GrpcListener, listenForPulls } from './grpc/listener.ts';
import { PulledWorker } from './grpc/pulled-worker.ts';
import { JoinedWorker } from './joined-worker.ts';
import type { MasterOptions, RunOutcome } from './master-options.ts';
import { readRecordNote } from './record-note.ts';
import type { StageFile } from './stage-input.ts';
import { type Crew, type StageDriver, StageRun } from './stage-run.ts';
import { LocalDisk } from './stores/local-disk.ts';
import { guard } from './token.ts';
import type {
  EndArgs,
  FailpointArgs,
  FindInputArgs,
  HeartbeatArgs,
  JoinArgs,
  JoinReply,
  LeaveArgs,
  ReadCodeArgs,
  ReadInputArgs,
  RefuseJobArgs,
  RegisterArgs,
} from './wire.ts';
import { createWorkerConfig } from './worker-config.ts';
import { WorkerProcess } from './worker-process.ts';
import { Workforce } from './workforce.ts';

/** Unless the options say otherwise; stragglers are noticed no sooner than that. */
const defaultCheckMs = 200;
/**
 * One master serves all stages of a run, with the same workers: one stage at a time, in
 * whatever order. `shutDown` must follow; when it resolves, no worker process is left.
 */
export class Master implements StageDriver {
  readonly #options: MasterOptions;
  readonly checkMs: number;
  readonly #startMs = performance.now();
  readonly #server: Server;
  readonly workers = new Workforce();
  readonly #stages = new Map<number, StageRun>();
  /** The one that runs, or ran last. */
  #current: StageRun | undefined;
  /** Where it listens, once it does. */
  #place: Place | undefined;
  /** Set: the workers that it starts pull. */
  #grpc: GrpcListener | undefined;
  isOver = false;
  #timer: NodeJS.Timeout | undefined;
  /** Resolves when the first stage has begun: nobody may join before. */
  readonly #begun: Promise<void>;
  #tellBegun: () => void = () => {};

  /** `options` are those of the first stage; what workers are told at their start is there. */
  constructor(options: MasterOptions) {
    this.#options = options;
    const observe = options.observe?.server;
    this.#server = new Server({ limits: { idleMs: never }, http: false, observe });
    this.#begun = new Promise((resolve) => {
      this.#tellBegun = resolve;
    });
    this.checkMs = options.checkMs ?? Math.min(defaultCheckMs, options.lostAfterMs / 4);
  }

  async open(): Promise<void> {
    const service = this.#createService();
    this.#server.registerName('Master', guard(service, this.#options.token));
    this.#place = await this.#listen();
    const { connections } = this.workers;
    this.#grpc = await listenForPulls(this.#options, service, connections);
    this.#timer = setInterval(() => this.#tell({ type: 'tick' }), this.checkMs);
  }

  /** Runs a stage with the workers that are there; the first one starts them. */
  run(options: MasterOptions): Promise<RunOutcome> {
    const stage = new StageRun(options, this.#listCrew(), this);
    this.#stages.set(options.stage ?? 1, stage);
    return this.#begin((crew) => stage.begin(crew), stage);
  }

  /** Goes on with a stage that was suspended, or makes again what is lost of its output. */
  goOn(number: number, lostOutputs: readonly number[]): Promise<RunOutcome> {
    const stage = this.#stages.get(number) as StageRun;
    return this.#begin((crew) => stage.reopen(crew, lostOutputs), stage);
  }

  /** The output files of a completed stage, as they were accepted. */
  listOutputs(number: number): StageFile[] {
    return this.#stages.get(number)?.listOutputs() ?? [];
  }

  #begin(
    start: (crew: Crew) => Promise<RunOutcome>,
    stage: StageRun,
  ): Promise<RunOutcome> {
    const crew = this.#listCrew();
    const isFirst = this.#current === undefined;
    this.#current = stage;
    const finished = start(crew);
    if (isFirst) {
      this.#options.onInjectable?.((fault) => this.#tell(fault));
      for (const id of crew.workers) this.startWorker(id);
    }
    stage.muster(crew);
    this.#tellBegun();
    return finished;
  }

  /** The workers as the last stage left them. */
  #listCrew(): Crew {
    const { workers } = this.#options;
    const all = Array.from({ length: workers }, (_, i) => i + 1);
    const crew = { workers: all, lostWorkers: [], joined: [], nextAttempt: 0 };
    return this.#current?.listCrew() ?? crew;
  }

  nowMs(): number {
    return performance.now() - this.#startMs;
  }

  /** A worker that has ended an attempt of an earlier stage is free for this one. */
  admit(worker: number): void {
    this.#current?.admit(worker);
  }

  /** Ends every worker; what they hold belongs to the run, which is over. */
  async shutDown(how: EndArgs['outcome']): Promise<void> {
    this.isOver = true;
    clearInterval(this.#timer);
    await this.workers.end(how);
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
    const files = () => createFileService(this.#now.splits, this.#current?.inputs);
    const bundleOf = (stage: number) => this.#stages.get(stage)?.options.bundle;
    return {
      ReadCode: (args: ReadCodeArgs) => readCode(bundleOf(args.stage), args),
      FindInput: (args: FindInputArgs) => files().FindInput(args),
      ReadInput: (args: ReadInputArgs) => files().ReadInput(args),
      Status: () => this.#now.describeStatus(),
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

  /** The options of the stage that runs, or ran last. */
  get #now(): MasterOptions {
    return this.#current?.options ?? this.#options;
  }

  startWorker(id: number): void {
    const grpc = this.#grpc?.place;
    const config = createWorkerConfig(id, this.#place as Place, this.#now, grpc);
    const Started = grpc ? PulledWorker : WorkerProcess;
    const onLine = (line: string) => this.isOver || this.#now.onWorkerLine(id, line);
    const worker = new Started(this.#options.spares.take(), config, onLine);
    this.workers.connections.set(id, worker);
    void worker.exited.then((how) => this.#loseTouch(id, `its process ended: ${how}`));
  }

  /** Source: document "MapReduce Distributed System", "Workers register with master". */
  async #join({ name, holds: held = [] }: JoinArgs): Promise<JoinReply> {
    await this.#begun;
    const { waitForWorkersMs, token } = this.#options;
    if (waitForWorkersMs === undefined) throw new Error('nobody may join this run');
    const stage = this.#current as StageRun;
    const tasks = await stage.inputs.findTasks(held);
    if (this.isOver) throw new Error('the run is over');
    const worker = this.#chooseId(name);
    const joined = new JoinedWorker(worker, name || `worker${worker}`, token);
    this.workers.connections.set(worker, joined);
    // Meanwhile another stage may have begun, with other tasks.
    const holds = stage === this.#current ? tasks : [];
    this.#tell({ type: 'worker-joined', worker, name: joined.name, holds });
    return describeRun(joined, this.#now);
  }

  /** `worker3` is worker 3, unless there is or was another: a lost one stays lost. */
  #chooseId(name: string): number {
    const wish = Number(/^worker([1-9]\d{0,3})$/.exec(name)?.[1] ?? 0);
    const stage = this.#current as StageRun;
    const isFree = wish > 0 && stage.statusOf(wish) === undefined;
    return isFree ? wish : stage.nextWorkerId();
  }

  /** A lost worker that comes back is told so: what it ran is somebody else's now. */
  #hearHeartbeat({ worker }: HeartbeatArgs): void {
    if (this.#current?.statusOf(worker) === 'lost') {
      throw new Error(`worker ${worker} is no longer expected, it was declared lost`);
    }
    this.#tell({ type: 'heartbeat', worker });
  }

  async #register({ worker, pid, address }: RegisterArgs): Promise<void> {
    const known = this.workers.find(worker);
    const isExpected = this.#current?.statusOf(worker) === 'starting';
    if (!known || known.isConnected || !isExpected) {
      throw new Error(`worker ${worker} is not expected, or no longer`);
    }
    const observe = this.#options.observe?.worker(worker);
    const { closed } = await known.connect(address, observe);
    void closed.then(() => this.#loseTouch(worker, 'its connection closed'));
    this.workers.noteRegistered(worker, pid, address);
    this.admit(worker);
  }

  #tell(event: RunEvent): void {
    if (!this.isOver) this.#current?.tell(event);
  }

  #loseTouch(worker: number, why: string): void {
    if (!this.workers.gone.has(worker)) this.workers.gone.set(worker, why);
    const { folder } = new LocalDisk(this.#options.runDir, worker);
    const noted = this.isOver ? undefined : readRecordNote(folder);
    this.#tell({ type: 'worker-disconnected', worker, why, noted });
  }
}
