/**
 * One worker's part in one run, from joining to the end: everything that it needs comes over
 * its connection to the master, everything that it makes goes over the network, and nothing
 * is left of it. It ends with the job, with the master, or when its user wants it back.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findHostTowards, isEverywhere, joinAddress, splitAddress } from './addresses.ts';
import { startCompiled } from './bundle.ts';
import type { HeldInput } from './held-input.ts';
import { JoinedService } from './joined-service.ts';
import { dialMaster, type MasterConnection } from './master-connection.ts';
import { copyRemoteFile, fingerprint } from './remote-file.ts';
import { LocalDisk } from './stores/local-disk.ts';
import { TaskRunner } from './task-runner.ts';
import {
  type CodeFacts,
  type CodeName,
  type EndArgs,
  type FileChunk,
  type JoinArgs,
  type JoinReply,
  joinTimeoutMs,
  type LeaveArgs,
  type ReadCodeArgs,
  type RefuseJobArgs,
  type RegisterArgs,
  type StageWork,
  type WorkerConfig,
} from './wire.ts';
import { serveWorker } from './worker.ts';

export interface MembershipOptions {
  readonly master: string;
  readonly token: string;
  readonly name: string;
  /** `host:port`; undefined: any port of the interface that leads to the master. */
  readonly listen: string | undefined;
  /** Input on this worker's own disk. */
  readonly held: HeldInput;
  /** True: no other file of this machine is read as input, as if it were another machine. */
  readonly isApart: boolean;
  /** SIGKILL to oneself in the middle of the task after so many completed ones. */
  readonly failAfter: number | undefined;
  /** Empty, and nobody else's; whoever made it removes it. */
  readonly folder: string;
  /** Aborts when the worker is to leave. */
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

export interface Ending {
  /** `lost`: the run may go on without us. `crashed`: the job ended our thread. */
  readonly how: EndArgs['outcome'] | 'left' | 'lost' | 'refused' | 'crashed';
  readonly why: string;
  readonly tasks: number;
}

const compareTimeoutMs = 600_000;

/** Joins, works, and resolves with how it ended. Rejects when it could not join at all. */
export async function runMembership(options: MembershipOptions): Promise<Ending> {
  const { listen, folder, held, signal, onLine } = options;
  const master = await dialMaster(options.master, options.token);
  try {
    // The master reads what may be the same.
    const limits = {
      deadlineMs: held.files.length > 0 ? compareTimeoutMs : joinTimeoutMs,
    };
    const args: JoinArgs = { name: options.name, holds: held.describe() };
    const joined = await master.call<JoinReply>('Master.Join', args, limits);
    onLine(`joined ${options.master} as worker ${joined.worker}, ${joined.name}`);
    const host = await findHostTowards(options.master);
    const address = listen ?? joinAddress(host, 0);
    const { code, name, lostAfterMs, ...work } = joined;
    const fetch = (module: CodeName) =>
      fetchCode(master, { stage: work.stage, code: module }, code[module], folder);
    const config: WorkerConfig = {
      ...work,
      master: options.master,
      masterPid: 0,
      canBeResumed: false,
      listen: address,
      reachableAs: isEverywhere(splitAddress(address).host)
        ? host
        : splitAddress(address).host,
      token: options.token,
      runDir: folder,
      outputDir: join(folder, 'output'),
      jobModule: await fetch('job'),
      taskThread: await fetch('taskThread'),
      startCompiled,
    };
    mkdirSync(config.outputDir);
    return await new Membership(config, joined, master, options).run(signal);
  } finally {
    await master.close();
  }
}

/** Resolves with the path of a module that is, byte for byte, the master's. */
async function fetchCode(
  master: MasterConnection,
  { stage, code }: Pick<ReadCodeArgs, 'stage' | 'code'>,
  facts: CodeFacts,
  folder: string,
): Promise<string> {
  const extension = facts.extension === '.cjs' ? '.cjs' : '.mjs';
  const path = join(folder, `${code}-${stage}${extension}`);
  const options = { deadlineMs: joinTimeoutMs };
  const read = (offset: number) => {
    const args: ReadCodeArgs = { stage, code, offset };
    return master.call<FileChunk>('Master.ReadCode', args, options);
  };
  await copyRemoteFile(read, path, facts);
  if (fingerprint(readFileSync(path)) !== facts.fingerprint) {
    throw new Error(`the ${code} module came damaged: it is not executed`);
  }
  return path;
}

class Membership {
  readonly #config: WorkerConfig;
  readonly #joined: JoinReply;
  readonly #master: MasterConnection;
  readonly #options: MembershipOptions;
  readonly #ended: Promise<Omit<Ending, 'tasks'>>;
  /** By stage: where its job's module is. */
  readonly #jobs = new Map<number, Promise<string>>();
  #end: (how: Ending['how'], why: string) => void = () => {};

  constructor(
    config: WorkerConfig,
    joined: JoinReply,
    master: MasterConnection,
    options: MembershipOptions,
  ) {
    this.#config = config;
    this.#joined = joined;
    this.#master = master;
    this.#options = options;
    this.#ended = new Promise((resolve) => {
      this.#end = (how, why) => resolve({ how, why });
    });
  }

  async run(signal: AbortSignal): Promise<Ending> {
    const { worker } = this.#config;
    const leave = () => {
      const args: LeaveArgs = { worker };
      const leaving = this.#master.go('Master.Leave', args, { deadlineMs: 1000 });
      void leaving.done.then(() => this.#end('left', 'as its user wished'));
    };
    void this.#master.closed.then(() => this.#end('lost', 'the connection has ended'));
    signal.addEventListener('abort', leave);
    if (signal.aborted) leave();
    const runner = this.#createRunner();
    try {
      const service = await Promise.race([this.#register(runner), this.#ended]);
      if (!(service instanceof JoinedService)) return { ...service, tasks: 0 };
      const ending = await this.#ended;
      return { ...ending, tasks: service.completed };
    } finally {
      signal.removeEventListener('abort', leave);
      await this.#stop();
      await runner.stop();
    }
  }

  #stop: () => Promise<void> = async () => {};

  #createRunner(): TaskRunner {
    return new TaskRunner(this.#config, {
      onFailpoint: (attempt) => this.#reachFailpoint(attempt),
      onEnd: (why) => this.#end('crashed', why),
    });
  }

  #reachFailpoint: (attempt: number) => void = () => {};

  async #register(runner: TaskRunner): Promise<JoinedService | Omit<Ending, 'tasks'>> {
    const { worker } = this.#config;
    const refused = await runner.start();
    if (refused !== undefined) {
      const args: RefuseJobArgs = { worker, why: refused };
      await this.#master.go('Master.RefuseJob', args).done;
      return { how: 'refused', why: refused };
    }
    const service = new JoinedService({
      runner,
      disk: new LocalDisk(this.#config.runDir, worker),
      outputDir: this.#config.outputDir,
      master: this.#master,
      failAfter: this.#options.failAfter,
      held: this.#options.held,
      isApart: this.#options.isApart,
      bringWork: (work) => this.#bringWork(work),
      onEnd: ({ outcome }) => this.#end(outcome, `the job is ${outcome}`),
      onLine: this.#options.onLine,
    });
    this.#reachFailpoint = (attempt) => service.reachFailpoint(attempt);
    const { address, server } = await serveWorker(service, this.#config);
    const heartbeat = this.#startHeartbeat();
    this.#stop = async () => {
      clearInterval(heartbeat);
      await server.close();
    };
    const args: RegisterArgs = { worker, pid: process.pid, address };
    await this.#master.call('Master.Register', args);
    this.#options.onLine(
      `process ${process.pid} is ready, others reach it at ${address}`,
    );
    return service;
  }

  /** Of each stage once; the folder for output is this worker's own. */
  async #bringWork(work: StageWork): Promise<StageWork> {
    const { outputDir, stage, jobModule } = this.#config;
    if (!this.#jobs.has(stage)) this.#jobs.set(stage, Promise.resolve(jobModule));
    const job = { stage: work.stage, code: 'job' } as const;
    const fetching =
      this.#jobs.get(work.stage) ??
      fetchCode(this.#master, job, work.code, this.#options.folder);
    this.#jobs.set(work.stage, fetching);
    // What did not come may come the next time.
    fetching.catch(() => this.#jobs.delete(work.stage));
    return { ...work, outputDir, jobModule: await fetching };
  }

  /** Two silences as long as the master would bear: then it is gone, or we are cut off. */
  #startHeartbeat(): NodeJS.Timeout {
    const { worker } = this.#config;
    const { heartbeatMs, lostAfterMs } = this.#joined;
    const options = { deadlineMs: 2 * lostAfterMs };
    return setInterval(async () => {
      const { error } = await this.#master.go('Master.Heartbeat', { worker }, options)
        .done;
      if (error) this.#end('lost', error.message);
    }, heartbeatMs);
  }
}
