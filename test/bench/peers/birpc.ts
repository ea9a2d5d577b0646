/** birpc: symmetric function calls over any channel; here newline-delimited JSON on a socket. */
import type { Socket } from 'node:net';
import { arith, decodeBase64, encodeBase64, importPeer, type Peer } from './peer.ts';
import { connect, listen, readLines } from './sockets.ts';

interface Channel {
  post(text: string): void;
  on(take: (text: string) => void): void;
  serialize(value: unknown): string;
  deserialize(text: string): unknown;
}

interface Package {
  createBirpc<Remote>(functions: object, channel: Channel): Remote;
}

interface Remote {
  add(a: number, b: number): Promise<number>;
  echo(text: string): Promise<string>;
  echoBase64(base64: string): Promise<string>;
}

export const birpc: Peer = {
  async serve() {
    const { createBirpc } = await importPeer<Package>('birpc');
    return listen((socket) => void createBirpc(arith, openChannel(socket)));
  },

  async connect(port) {
    const { createBirpc } = await importPeer<Package>('birpc');
    const remote = createBirpc<Remote>({}, openChannel(await connect(port)));
    return {
      add: (a, b) => remote.add(a, b),
      echo: (text) => remote.echo(text),
      echoBytes: async (bytes) =>
        decodeBase64(await remote.echoBase64(encodeBase64(bytes))),
    };
  },
};

function openChannel(socket: Socket): Channel {
  return {
    post: (text) => void socket.write(`${text}\n`),
    on: (take) => readLines(socket, take),
    serialize: JSON.stringify,
    deserialize: JSON.parse,
  };
}
