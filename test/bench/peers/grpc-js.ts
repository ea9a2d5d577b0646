/** @grpc/grpc-js with @grpc/proto-loader: HTTP/2 and protocol buffers, all in JavaScript. */
import { arith, importPeer, loopback, type Peer, peersFolder } from './peer.ts';

type Answer = (error: Error | null, reply?: object) => void;
type Handler = (call: { request: never }, answer: Answer) => void;
type Method = (
  request: object,
  answer: (error: Error | null, reply: never) => void,
) => void;

interface Grpc {
  loadPackageDefinition(definition: object): { Arith: ArithConstructor };
  credentials: { createInsecure(): object };
  ServerCredentials: { createInsecure(): object };
  Server: new () => {
    addService(service: object, handlers: Record<string, Handler>): void;
    bindAsync(
      address: string,
      credentials: object,
      bound: (error: Error | null, port: number) => void,
    ): void;
  };
}

interface ArithConstructor {
  new (
    address: string,
    credentials: object,
  ): Record<'Add' | 'Echo' | 'EchoBytes', Method>;
  readonly service: object;
}

interface ProtoLoader {
  loadSync(file: string): object;
}

export const grpcJs: Peer = {
  async serve() {
    const { grpc, Arith } = await load();
    const server = new grpc.Server();
    server.addService(Arith.service, {
      Add({ request }: { request: { a: number; b: number } }, answer) {
        answer(null, { sum: arith.add(request.a, request.b) });
      },
      Echo: ({ request }, answer) => answer(null, request),
      EchoBytes: ({ request }, answer) => answer(null, request),
    });
    return new Promise<number>((resolve, reject) => {
      const credentials = grpc.ServerCredentials.createInsecure();
      server.bindAsync(`${loopback}:0`, credentials, (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
  },

  async connect(port) {
    const { grpc, Arith } = await load();
    const client = new Arith(`${loopback}:${port}`, grpc.credentials.createInsecure());
    const call = <Reply>(method: 'Add' | 'Echo' | 'EchoBytes', request: object) =>
      new Promise<Reply>((resolve, reject) => {
        client[method](request, (error, reply) =>
          error ? reject(error) : resolve(reply),
        );
      });
    return {
      add: async (a, b) => (await call<{ sum: number }>('Add', { a, b })).sum,
      echo: async (text) => (await call<{ text: string }>('Echo', { text })).text,
      echoBytes: async (data) =>
        (await call<{ data: Uint8Array }>('EchoBytes', { data })).data,
    };
  },
};

async function load() {
  const grpc = await importPeer<Grpc>('@grpc/grpc-js');
  const { loadSync } = await importPeer<ProtoLoader>('@grpc/proto-loader');
  const { Arith } = grpc.loadPackageDefinition(
    loadSync(`${peersFolder}/peers/arith.proto`),
  );
  return { grpc, Arith };
}
