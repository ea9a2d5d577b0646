/** json-rpc-2.0, plain: the package's own client and server over a socket, one line a message. */
import { arith, decodeBase64, encodeBase64, importPeer, type Peer } from './peer.ts';
import { connect, listen, readLines } from './sockets.ts';

interface Package {
  JSONRPCServer: new () => {
    addMethod(name: string, method: (params: never) => unknown): void;
    receive(request: unknown): Promise<unknown>;
  };
  JSONRPCClient: new (
    send: (request: unknown) => void,
  ) => {
    request(name: string, params: unknown): Promise<never>;
    receive(response: unknown): void;
  };
}

export const jsonRpc2: Peer = {
  async serve() {
    const { JSONRPCServer } = await importPeer<Package>('json-rpc-2.0');
    const server = new JSONRPCServer();
    server.addMethod('add', ({ a, b }: { a: number; b: number }) => arith.add(a, b));
    server.addMethod('echo', ([text]: [string]) => arith.echo(text));
    server.addMethod('echoBase64', ([text]: [string]) => arith.echoBase64(text));
    return listen((socket) =>
      readLines(socket, async (line) => {
        const response = await server.receive(JSON.parse(line));
        socket.write(`${JSON.stringify(response)}\n`);
      }),
    );
  },

  async connect(port) {
    const { JSONRPCClient } = await importPeer<Package>('json-rpc-2.0');
    const socket = await connect(port);
    const client = new JSONRPCClient((request) => {
      socket.write(`${JSON.stringify(request)}\n`);
    });
    readLines(socket, (line) => client.receive(JSON.parse(line)));
    return {
      add: (a, b) => client.request('add', { a, b }),
      echo: (text) => client.request('echo', [text]),
      echoBytes: async (bytes) =>
        decodeBase64(await client.request('echoBase64', [encodeBase64(bytes)])),
    };
  },
};
