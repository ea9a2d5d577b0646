/** vscode-jsonrpc: the connection of the language servers, over the two streams of a socket. */
import type { Socket } from 'node:net';
import { arith, decodeBase64, encodeBase64, importPeer, type Peer } from './peer.ts';
import { connect, listen } from './sockets.ts';

interface Connection {
  onRequest(method: string, handler: (params: never) => unknown): void;
  sendRequest(method: string, params: unknown): Promise<never>;
  listen(): void;
}

interface Package {
  createMessageConnection(reader: object, writer: object): Connection;
  StreamMessageReader: new (socket: Socket) => object;
  StreamMessageWriter: new (socket: Socket) => object;
}

export const vscodeJsonrpc: Peer = {
  async serve() {
    const open = await loadConnection();
    return listen((socket) => {
      const connection = open(socket);
      connection.onRequest('add', ({ a, b }: { a: number; b: number }) =>
        arith.add(a, b),
      );
      connection.onRequest('echo', ({ text }: { text: string }) => arith.echo(text));
      connection.onRequest('echoBase64', ({ text }: { text: string }) =>
        arith.echoBase64(text),
      );
      connection.listen();
    });
  },

  async connect(port) {
    const open = await loadConnection();
    const connection = open(await connect(port));
    connection.listen();
    return {
      add: (a, b) => connection.sendRequest('add', { a, b }),
      echo: (text) => connection.sendRequest('echo', { text }),
      echoBytes: async (bytes) =>
        decodeBase64(
          await connection.sendRequest('echoBase64', { text: encodeBase64(bytes) }),
        ),
    };
  },
};

async function loadConnection(): Promise<(socket: Socket) => Connection> {
  const rpc = await importPeer<Package>('vscode-jsonrpc/node');
  return (socket) =>
    rpc.createMessageConnection(
      new rpc.StreamMessageReader(socket),
      new rpc.StreamMessageWriter(socket),
    );
}
