/**
 * The services of `mapreduce.proto`, and calls by method name. Only what is asked to speak gRPC
 * loads this file: the packages behind it take longer to start than a worker.
 */
import {
  type ChannelCredentials,
  Client,
  credentials,
  type handleUnaryCall,
  loadPackageDefinition,
  type ServiceDefinition,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ConnectionLostError, ServerError } from '../../rpc/index.ts';

/** A reduce task names each map task's output. */
export const messageLimits = { 'grpc.max_receive_message_length': 64 * 1024 * 1024 };

export type ServiceName = 'Master' | 'State';

/** Throws where there is no such file. */
export function loadService(proto: string, name: ServiceName): ServiceDefinition {
  const definition = loadPackageDefinition(
    loadSync(proto, { longs: Number, oneofs: true, arrays: true, defaults: true }),
  );
  const services = definition.mapreduce as unknown as Record<
    ServiceName,
    { service: ServiceDefinition }
  >;
  return services[name].service;
}

type Method = (args: never, signal: AbortSignal) => unknown;

/**
 * Turns ordinary methods into gRPC's: what they throw is the call's error. The signal aborts
 * when whoever called is gone, or does not want the reply any more.
 */
export function createHandlers(
  methods: Readonly<Record<string, Method>>,
): Record<string, handleUnaryCall<object, object>> {
  const handle =
    (method: Method): handleUnaryCall<object, object> =>
    async (call, callback) => {
      const gone = new AbortController();
      let isAnswered = false;
      // It comes after an answer, too.
      call.on('cancelled', () => isAnswered || gone.abort());
      try {
        const reply = await method(call.request as never, gone.signal);
        isAnswered = true;
        callback(null, (reply ?? {}) as object);
      } catch (error) {
        isAnswered = true;
        callback({ code: status.ABORTED, details: (error as Error).message });
      }
    };
  return Object.fromEntries(Object.entries(methods).map(([n, m]) => [n, handle(m)]));
}

/** A client of one service. */
export class GrpcClient {
  readonly #client: Client;
  readonly #service: ServiceDefinition;

  constructor(address: string, proto: string, name: ServiceName) {
    const insecure: ChannelCredentials = credentials.createInsecure();
    this.#client = new Client(address, insecure, messageLimits);
    this.#service = loadService(proto, name);
  }

  /** Rejects with a ServerError where the method failed, else with a ConnectionLostError. */
  call<Reply>(method: string, args: object, deadlineMs?: number): Promise<Reply> {
    const definition = this.#service[method];
    if (!definition) throw new Error(`mapreduce.proto has no method ${method}`);
    const { path, requestSerialize, responseDeserialize } = definition;
    const options = deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs };
    return new Promise((resolve, reject) => {
      const answer = (error: ServiceError | null, reply?: unknown) =>
        error ? reject(toError(error)) : resolve(reply as Reply);
      this.#client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        args,
        options,
        answer,
      );
    });
  }

  close(): void {
    this.#client.close();
  }
}

function toError({ code, details }: ServiceError): Error {
  return code === status.ABORTED
    ? new ServerError(details)
    : new ConnectionLostError(`gRPC: ${details}`);
}
