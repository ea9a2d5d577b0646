/**
 * The master as a worker that pulls sees it: the same few calls as over our own RPC, and one
 * question, asked again and again: what is there to do?
 */
import { ConnectionLostError } from '../../rpc/index.ts';
import type { LinkCall, MasterLink } from '../master-connection.ts';
import type { RunTaskArgs, RunTaskReply, WorkerConfig } from '../wire.ts';
import { GrpcClient } from './definition.ts';
import type { Order } from './pulled-worker.ts';

/** What of a worker is needed to pull. */
interface Puller {
  RunTask(args: RunTaskArgs): Promise<RunTaskReply>;
  CancelTask(args: { attempt: number }): void;
}

export class GrpcMasterLink implements MasterLink {
  readonly closed: Promise<void>;
  readonly #client: GrpcClient;
  readonly #config: WorkerConfig;
  #close: () => void = () => {};

  constructor(config: WorkerConfig) {
    const { grpc } = config;
    if (!grpc) throw new Error('this worker was not told where its master speaks gRPC');
    this.#config = config;
    this.#client = new GrpcClient(grpc.address, grpc.proto, 'Master');
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
  }

  /** `Master.Heartbeat` as over our RPC; a lost connection closes the link. */
  go<Reply>(method: string, args: object): LinkCall<Reply> {
    return { done: this.#call<Reply>(method.replace(/^Master\./, ''), args) };
  }

  /** Pulls until the connection is lost. One task runs at a time, but orders come meanwhile. */
  async pull(worker: Puller): Promise<void> {
    for (;;) {
      const { reply } = await this.#call<Order>('GetTask', {
        worker: this.#config.worker,
      });
      if (!reply) return this.#close();
      if ('run' in reply) void this.#run(worker, JSON.parse(reply.run.taskJson));
      else if ('cancel' in reply) worker.CancelTask(reply.cancel);
    }
  }

  async #run(runner: Puller, args: RunTaskArgs): Promise<void> {
    const reply = await runner.RunTask(args);
    const { worker } = this.#config;
    const replyJson = JSON.stringify(reply);
    await this.#call('ReportCompletion', { worker, attempt: args.attempt, replyJson });
  }

  async #call<Reply>(
    method: string,
    args: object,
  ): Promise<{ reply?: Reply; error?: Error }> {
    try {
      const { token } = this.#config;
      return { reply: await this.#client.call<Reply>(method, { ...args, token }) };
    } catch (error) {
      if (error instanceof ConnectionLostError) this.#close();
      return { error: error as Error };
    }
  }
}
