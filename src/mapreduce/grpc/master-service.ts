/**
 * The master's gRPC service: the calls of workers become what the master does for any worker,
 * and `GetTask` waits at the worker's own orders.
 */
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { joinAddress, splitAddress } from '../addresses.ts';
import { guard } from '../token.ts';
import { createHandlers, loadService, messageLimits } from './definition.ts';
import type { PulledWorker } from './pulled-worker.ts';

export interface GrpcMaster {
  readonly address: string;
  /** Ends all connections. */
  close(): void;
}

/** `service` holds what workers may call over any transport. */
export async function serveMaster(
  proto: string,
  listen: string,
  token: string,
  service: object,
  findWorker: (id: number) => PulledWorker,
): Promise<GrpcMaster> {
  const guarded = guard(service, token) as Record<string, (args: never) => unknown>;
  const own = guard(createPullService(findWorker), token) as typeof guarded;
  const names = ['Register', 'RefuseJob', 'Heartbeat', 'FailpointReached'] as const;
  const methods = Object.fromEntries(
    names.map((name) => [name, guarded[name] as (args: never) => unknown]),
  );
  const server = new Server(messageLimits);
  server.addService(
    loadService(proto, 'Master'),
    createHandlers({
      ...methods,
      ReportCompletion: own.ReportCompletion as (args: never) => unknown,
      GetTask: (args: object, gone) => own.GetTask?.({ ...args, gone } as never),
    }),
  );
  const { host } = splitAddress(listen);
  const port = await bind(server, joinAddress(host, 0));
  return { address: joinAddress(host, port), close: () => server.forceShutdown() };
}

function createPullService(findWorker: (id: number) => PulledWorker) {
  return {
    GetTask: ({ worker, gone }: { worker: number; gone: AbortSignal }) =>
      findWorker(worker).nextOrder(gone),
    ReportCompletion: (done: { worker: number; attempt: number; replyJson: string }) =>
      findWorker(done.worker).complete(done.attempt, JSON.parse(done.replyJson)),
  };
}

/** Resolves with the port. */
export function bind(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}
