/**
 * A reader of the event stream: the whole run as a Chrome trace-event document, which
 * ui.perfetto.dev and chrome://tracing open. A lane per worker, a bar per attempt that says
 * how it ended, the phases above them, a mark for each loss, a curve of completed tasks. It
 * passes over what it does not know.
 *
 * Source: "Trace Event Format", the document of Chrome's tracing: times in microseconds.
 */
import type { Requeued, StreamEntry, TaskKind } from './events.ts';
import {
  drawBar,
  nameOf,
  type Outcome,
  type TracedAttempt,
  TraceSpans,
} from './trace-bars.ts';
import {
  type Count,
  type Mark,
  masterLane,
  nameLane,
  nameRun,
  runProcess,
  type TraceDocument,
  toMicroseconds,
} from './trace-format.ts';

/** The document of a run of `job`, also of one that has failed or was interrupted. */
export function createTrace(entries: readonly StreamEntry[], job: string): TraceDocument {
  const trace = new Trace();
  for (const entry of entries) trace.read(entry);
  return trace.finish(entries.at(-1)?.atMs ?? 0, job);
}

class Trace {
  /** By worker: what its lane is called. */
  readonly #lanes = new Map<number, string>();
  readonly #attempts = new Map<number, TracedAttempt>();
  /** By worker: the attempt that it was given last. */
  readonly #latest = new Map<number, number>();
  /** By the task's name: whose output counts. */
  readonly #accepted = new Map<string, TracedAttempt>();
  readonly #spans = new TraceSpans();
  readonly #marks: Mark[] = [];
  readonly #counts: Count[] = [];
  #completed: Record<TaskKind, number> = { map: 0, reduce: 0 };
  /** By stage. */
  readonly #completedOf = new Map<number, Record<TaskKind, number>>();
  #stage: number | undefined;
  #isBarrierOpen = false;

  constructor() {
    this.#count(0);
    this.#spans.begin(0, masterLane, 'phase', 'workers start');
  }

  read(entry: StreamEntry): void {
    const { atMs } = entry;
    if (entry.type === 'run-started' || entry.type === 'stage-reopened')
      this.#enterStage(entry.stage, atMs);
    if ('worker' in entry) this.#openLane(entry.worker);
    switch (entry.type) {
      case 'worker-joined':
        this.#lanes.set(entry.worker, `worker ${entry.worker}, ${entry.name}`);
        break;
      case 'worker-registered':
        this.#addToLane(entry.worker, `process ${entry.pid}`);
        break;
      case 'start-attempt':
        this.#start(entry);
        break;
      case 'attempt-completed':
        // Unless a decision says otherwise.
        this.#end(entry.attempt, atMs, 'ignored');
        break;
      case 'reuse':
        this.#completed[entry.task.kind]++;
        this.#count(atMs);
        break;
      case 'accept':
        this.#accept(entry);
        break;
      case 'ignore':
        this.#ignore(entry);
        break;
      case 'cancel-attempt':
        this.#cancel(entry.attempt);
        break;
      case 'attempt-cancelled':
        this.#end(entry.attempt, atMs, 'cancelled');
        break;
      case 'attempt-failed':
        this.#end(entry.attempt, atMs, 'failed', firstLine(entry.failure.error));
        break;
      case 'inputs-missing':
        this.#end(entry.attempt, atMs, 'input missing');
        break;
      case 'input-lost':
        this.#end(entry.attempt, atMs, 'input missing');
        break;
      case 'suspend-stage':
        for (const { attempt } of entry.cancelled) this.#cancel(attempt);
        this.#mark(atMs, masterLane, `stage ${entry.stage} waits for its input`);
        break;
      case 'reopen-stage':
      case 'inputs-lost':
        this.#requeue(entry.requeued, atMs, entry.stage);
        break;
      case 'kill-worker':
        this.#mark(atMs, entry.worker, 'SIGKILL');
        this.#endLatestOf(entry.worker, atMs, 'killed');
        this.#spans.begin(atMs, entry.worker, 'absence', 'dead, not noticed');
        break;
      case 'worker-lost':
        this.#loseWorker(entry);
        break;
      case 'phase-completed':
        if (entry.phase === 'map') this.#openBarrier(atMs);
        break;
      case 'complete-job':
        this.#mark(atMs, masterLane, `${this.#stageName('job')} completed`);
        // Of a stage that was done before nothing has run: the workers still start.
        if (this.#attempts.size > 0) this.#spans.end(atMs, masterLane);
        break;
      case 'fail-job':
        this.#mark(atMs, masterLane, 'job failed', { why: entry.why });
        this.#spans.end(atMs, masterLane);
        break;
    }
  }

  /** The curves begin anew with each stage, and go on where a stage goes on. */
  #enterStage(stage: number | undefined, atMs: number): void {
    if (stage === undefined) return;
    this.#stage = stage;
    this.#completed = this.#completedOf.get(stage) ?? { map: 0, reduce: 0 };
    this.#completedOf.set(stage, this.#completed);
    this.#isBarrierOpen = false;
    this.#mark(atMs, masterLane, `stage ${stage}`);
    this.#count(atMs);
  }

  #stageName(otherwise: string): string {
    return this.#stage === undefined ? otherwise : `stage ${this.#stage}`;
  }

  #openLane(worker: number): void {
    if (!this.#lanes.has(worker)) this.#lanes.set(worker, `worker ${worker}`);
  }

  #addToLane(worker: number, text: string): void {
    const name = this.#lanes.get(worker) as string;
    if (!name.endsWith(text)) this.#lanes.set(worker, `${name}, ${text}`);
  }

  #start(entry: StreamEntry & { type: 'start-attempt' }): void {
    const { atMs: startMs, attempt, task, worker, isReExecution } = entry;
    const isBackup = entry.backup !== undefined;
    // A worker runs one at a time: whatever it still ran, it has been told to stop.
    this.#endLatestOf(worker, startMs, 'cancelled');
    this.#spans.end(startMs, worker);
    this.#enterPhase(startMs);
    this.#latest.set(worker, attempt);
    const { stage } = entry;
    const what = { task, stage, worker, startMs, isReExecution, isBackup };
    this.#attempts.set(attempt, what);
  }

  #accept({ atMs, attempt, task, stage }: StreamEntry & { type: 'accept' }): void {
    const traced = this.#attempts.get(attempt);
    if (!traced) return;
    traced.outcome = 'completed';
    this.#accepted.set(nameOf(task, stage), traced);
    this.#completed[task.kind]++;
    this.#count(atMs);
  }

  /** Another attempt of its task has won. */
  #cancel(attempt: number): void {
    const traced = this.#attempts.get(attempt);
    if (traced && traced.endMs === undefined) traced.outcome = 'cancelled';
  }

  /** The bar of an attempt that was given up has ended long before its result comes. */
  #ignore(entry: StreamEntry & { type: 'ignore' }): void {
    const { atMs, attempt, task, worker, stage } = entry;
    if (this.#attempts.get(attempt)?.outcome === 'ignored') return;
    this.#mark(atMs, worker, `late result of ${nameOf(task, stage)} ignored`, {
      attempt,
    });
  }

  #loseWorker(entry: StreamEntry & { type: 'worker-lost' }): void {
    const { atMs, worker, why, requeued, stage } = entry;
    this.#endLatestOf(worker, atMs, 'lost');
    const tasks = requeued.map(({ task }) => nameOf(task, stage)).join(', ');
    this.#mark(atMs, worker, 'worker lost', { why, 'back to idle': tasks });
    this.#spans.begin(atMs, worker, 'absence', 'worker lost');
    this.#requeue(requeued, atMs, stage);
  }

  #requeue(requeued: readonly Requeued[], atMs: number, stage?: number): void {
    for (const { task, was } of requeued) {
      if (was !== 'completed') continue;
      const producer = this.#accepted.get(nameOf(task, stage));
      if (producer) producer.outcome = 'completed, output lost later';
      this.#completed[task.kind]--;
      if (task.kind === 'map') this.#closeBarrier(atMs);
    }
    this.#count(atMs);
  }

  #openBarrier(atMs: number): void {
    this.#isBarrierOpen = true;
    this.#mark(atMs, masterLane, 'barrier opens');
    this.#enterPhase(atMs);
  }

  #closeBarrier(atMs: number): void {
    if (!this.#isBarrierOpen) return;
    this.#isBarrierOpen = false;
    this.#mark(atMs, masterLane, 'barrier closes');
    this.#enterPhase(atMs);
  }

  /** The map phase lasts until the barrier opens, and begins anew when it closes. */
  #enterPhase(atMs: number): void {
    const phase = this.#isBarrierOpen ? 'reduce phase' : 'map phase';
    const name = this.#stage === undefined ? phase : `stage ${this.#stage}, ${phase}`;
    if (this.#spans.nameOn(masterLane) === name) return;
    this.#spans.begin(atMs, masterLane, 'phase', name);
  }

  /** The first end counts. */
  #end(attempt: number, endMs: number, outcome: Outcome, error?: string): void {
    const traced = this.#attempts.get(attempt);
    if (!traced || traced.endMs !== undefined) return;
    traced.endMs = endMs;
    traced.outcome ??= outcome;
    if (error !== undefined) traced.error = error;
  }

  #endLatestOf(worker: number, endMs: number, outcome: Outcome): void {
    const attempt = this.#latest.get(worker);
    if (attempt !== undefined) this.#end(attempt, endMs, outcome);
  }

  #mark(atMs: number, tid: number, name: string, args: Mark['args'] = {}): void {
    // Those of the master concern everybody: a line through all lanes, in chrome://tracing.
    const s = tid === masterLane ? 'p' : 't';
    const ts = toMicroseconds(atMs);
    this.#marks.push({ ph: 'i', name, s, ts, pid: runProcess, tid, args });
  }

  #count(atMs: number): void {
    const args = { ...this.#completed };
    const ts = toMicroseconds(atMs);
    this.#counts.push({ ph: 'C', name: 'completed tasks', ts, pid: runProcess, args });
  }

  finish(endMs: number, job: string): TraceDocument {
    const lanes = [...this.#lanes].flatMap(([worker, name]) => nameLane(worker, name));
    const attempts = [...this.#attempts].map(([id, traced]) =>
      drawBar(id, traced, endMs),
    );
    const bars = [...attempts, ...this.#spans.draw(endMs)];
    const used = new Set([...bars, ...this.#marks].map(({ tid }) => tid));
    // Perfetto shows no lane that is empty.
    for (const [worker, name] of this.#lanes)
      if (!used.has(worker)) this.#mark(endMs, worker, `${name}: had no task`);
    const traceEvents = [
      ...nameRun(job),
      ...lanes,
      ...bars,
      ...this.#marks,
      ...this.#counts,
    ];
    return { traceEvents, displayTimeUnit: 'ms', otherData: { job } };
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] as string;
}
