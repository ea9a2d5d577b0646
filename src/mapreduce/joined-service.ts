/**
 * What master and reducers may ask of a worker that joined: what they ask of any worker, its
 * output files, and to end.
 */
import { join } from 'node:path';
import type { HeldInput } from './held-input.ts';
import type { MasterConnection } from './master-connection.ts';
import { readChunk } from './remote-file.ts';
import { localiseTask } from './remote-input.ts';
import type { LocalDisk } from './stores/local-disk.ts';
import type { TaskRunner } from './task-runner.ts';
import type {
  CancelTaskArgs,
  EndArgs,
  FailpointArgs,
  FileChunk,
  MapTaskArgs,
  ReadOutputArgs,
  RunTaskArgs,
  RunTaskReply,
  StageWork,
} from './wire.ts';
import { Worker } from './worker.ts';

export interface JoinedServiceOptions {
  readonly runner: TaskRunner;
  readonly disk: LocalDisk;
  readonly outputDir: string;
  readonly master: MasterConnection;
  readonly failAfter: number | undefined;
  readonly held: HeldInput;
  readonly isApart: boolean;
  /** The job of a stage as it is on this machine. */
  readonly bringWork: (work: StageWork) => Promise<StageWork>;
  readonly onEnd: (args: EndArgs) => void;
  readonly onLine: (line: string) => void;
}

export class JoinedService extends Worker {
  /** Tasks that were completed here. */
  completed = 0;
  readonly #options: JoinedServiceOptions;
  /** Files that may be asked for. */
  readonly #outputs = new Set<string>();
  /** The attempt whose input is on its way; undefined: none is, or it was cancelled. */
  #preparing: number | undefined;

  constructor(options: JoinedServiceOptions) {
    super(options.runner, options.disk);
    this.#options = options;
  }

  /** The attempt stands still: the end that this worker's user wants, or the master's plan. */
  reachFailpoint(attempt: number): void {
    const { master, failAfter } = this.#options;
    if (this.completed === failAfter) killSelf();
    master.go('Master.FailpointReached', { attempt } satisfies FailpointArgs);
  }

  override async RunTask(args: RunTaskArgs): Promise<RunTaskReply> {
    const { failAfter, onLine } = this.#options;
    const isLast = this.completed === failAfter;
    const name = args.kind === 'map' ? `map ${args.map}` : `reduce ${args.reduce}`;
    onLine(isLast ? `${name} comes, and ends in the middle: --fail-after` : name);
    const reply = isLast ? await this.#runToDeath(args) : await this.#run(args);
    if (reply.outcome === 'completed') this.completed++;
    return reply;
  }

  override CancelTask(args: CancelTaskArgs): void {
    if (this.#preparing === args.attempt) this.#preparing = undefined;
    super.CancelTask(args);
  }

  ReadOutput({ file, offset }: ReadOutputArgs): Promise<FileChunk> {
    if (!this.#outputs.has(file)) throw new Error('there is no such output file here');
    return readChunk(join(this.#options.outputDir, file), offset);
  }

  End(args: EndArgs): void {
    this.#options.onEnd(args);
  }

  /** The master's fault plan has chosen this worker. */
  Kill(): never {
    return killSelf();
  }

  async #run(told: RunTaskArgs): Promise<RunTaskReply> {
    const work = told.work && (await this.#options.bringWork(told.work));
    const args = work ? { ...told, work } : told;
    if (args.kind === 'map') return this.#runMap(args);
    const reply = await super.RunTask(args);
    if (reply.outcome !== 'completed' || reply.output.kind !== 'reduce') return reply;
    this.#outputs.add(reply.output.file);
    return reply;
  }

  async #runMap(args: MapTaskArgs): Promise<RunTaskReply> {
    this.#preparing = args.attempt;
    const task = await localiseTask(args, this.#options);
    try {
      if (this.#preparing !== args.attempt) return { outcome: 'cancelled' };
      this.#preparing = undefined;
      const reply = await super.RunTask(task.args);
      if (reply.outcome !== 'completed' || reply.output.kind !== 'map') return reply;
      return { ...reply, output: { ...reply.output, movedBytes: task.movedBytes } };
    } finally {
      await task.release();
    }
  }

  /** A map task stands still half-way through its split, a reduce task in its output. */
  #runToDeath(args: RunTaskArgs): Promise<RunTaskReply> {
    if (args.kind === 'reduce') return this.#run({ ...args, hasFailpoint: true });
    const { start, end } = args.split;
    return this.#run({ ...args, failpointOffset: Math.floor((start + end) / 2) });
  }
}

function killSelf(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('a process survived SIGKILL');
}
