/**
 * What master and reducers may ask of a worker that joined: what they ask of any worker, its
 * output files, and to end.
 */
import { join } from 'node:path';
import type { MasterConnection } from './master-connection.ts';
import { describeFile, readChunk } from './remote-file.ts';
import { localiseTask } from './remote-input.ts';
import type { LocalDisk } from './stores/local-disk.ts';
import type { TaskRunner } from './task-runner.ts';
import type {
  EndArgs,
  FailpointArgs,
  FileChunk,
  MapTaskArgs,
  ReadOutputArgs,
  RunTaskArgs,
  RunTaskReply,
} from './wire.ts';
import { Worker } from './worker.ts';

export interface JoinedServiceOptions {
  readonly runner: TaskRunner;
  readonly disk: LocalDisk;
  readonly outputDir: string;
  readonly master: MasterConnection;
  readonly failAfter: number | undefined;
  readonly onEnd: (args: EndArgs) => void;
  readonly onLine: (line: string) => void;
}

export class JoinedService extends Worker {
  /** Tasks that were completed here. */
  completed = 0;
  readonly #options: JoinedServiceOptions;
  /** Files that may be asked for. */
  readonly #outputs = new Set<string>();

  constructor(options: JoinedServiceOptions) {
    super(options.runner, options.disk);
    this.#options = options;
  }

  /** The attempt stands still: its end has come, or the master decides what that means. */
  reachFailpoint(attempt: number): void {
    const { failAfter, master } = this.#options;
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

  async #run(args: RunTaskArgs): Promise<RunTaskReply> {
    if (args.kind === 'map') return this.#runMap(args);
    const reply = await super.RunTask(args);
    if (reply.outcome !== 'completed' || reply.output.kind !== 'reduce') return reply;
    const { file } = reply.output;
    const { crc32 } = await describeFile(join(this.#options.outputDir, file));
    this.#outputs.add(file);
    return { ...reply, output: { ...reply.output, crc32 } };
  }

  async #runMap(args: MapTaskArgs): Promise<RunTaskReply> {
    const { master, outputDir } = this.#options;
    const task = await localiseTask(args, master, outputDir);
    try {
      return await super.RunTask(task.args);
    } finally {
      await task.release();
    }
  }

  /** A map task stands still half-way through its split; a reduce task has just begun. */
  async #runToDeath(args: RunTaskArgs): Promise<RunTaskReply> {
    if (args.kind === 'reduce') {
      void this.#run(args);
      return killSelf();
    }
    const { start, end } = args.split;
    return this.#run({ ...args, failpointOffset: Math.floor((start + end) / 2) });
  }
}

function killSelf(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('a process survived SIGKILL');
}
