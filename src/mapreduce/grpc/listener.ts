/**
 * Where a master that was asked for it speaks gRPC. The packages behind it are loaded here and
 * nowhere else in the master, so that a run without it starts as soon as before.
 */
import type { MasterOptions } from '../master-options.ts';
import type { GrpcPlace } from '../wire.ts';
import type { WorkerConnection } from '../worker-connection.ts';
import { grpcProto } from './proto-file.ts';
import { PulledWorker } from './pulled-worker.ts';

export interface GrpcListener {
  readonly place: GrpcPlace;
  /** Ends all connections. */
  close(): void;
}

/** Undefined: the run's transport is another. `service` is what workers may call over any. */
export async function listenForPulls(
  { transport, listen, token }: MasterOptions,
  service: object,
  workers: ReadonlyMap<number, WorkerConnection>,
): Promise<GrpcListener | undefined> {
  if (transport !== 'grpc') return undefined;
  const { serveMaster } = await import('./master-service.ts');
  const findWorker = (id: number) => {
    const worker = workers.get(id);
    if (worker instanceof PulledWorker) return worker;
    throw new Error(`worker ${id} is not one that pulls`);
  };
  const server = await serveMaster(grpcProto, listen, token, service, findWorker);
  return {
    place: { address: server.address, proto: grpcProto },
    close: () => server.close(),
  };
}
