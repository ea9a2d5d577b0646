/**
 * The loop one would write by hand: JSON lines, one write a tick, no checks at all. Not a peer
 * to beat but the bound to stay near: what it does not pay for is what an RPC layer is for.
 */
import type { Socket } from 'node:net';
import { arith, decodeBase64, encodeBase64, type Peer } from './peer.ts';
import { connect, listen, readLines } from './sockets.ts';

interface Request {
  readonly id: number;
  readonly method: keyof typeof methods;
  readonly params: never;
}

const methods = {
  add: ({ a, b }: { a: number; b: number }) => arith.add(a, b),
  echo: arith.echo,
  echoBase64: arith.echoBase64,
};

export const handRolled: Peer = {
  serve: () =>
    listen((socket) => {
      const send = createOutbox(socket);
      readLines(socket, (line) => {
        const { id, method, params }: Request = JSON.parse(line);
        send(JSON.stringify({ id, result: methods[method](params) }));
      });
    }),

  async connect(port) {
    const socket = await connect(port);
    const send = createOutbox(socket);
    const waiting = new Map<number, (result: never) => void>();
    let nextId = 0;
    readLines(socket, (line) => {
      const { id, result } = JSON.parse(line);
      const settle = waiting.get(id) as (result: never) => void;
      waiting.delete(id);
      settle(result as never);
    });
    const call = <Result>(method: string, params: unknown) =>
      new Promise<Result>((resolve) => {
        const id = nextId++;
        waiting.set(id, resolve);
        send(JSON.stringify({ id, method, params }));
      });
    return {
      add: (a, b) => call('add', { a, b }),
      echo: (text) => call('echo', text),
      echoBytes: async (bytes) =>
        decodeBase64(await call('echoBase64', encodeBase64(bytes))),
    };
  },
};

/** Lines that are sent in one tick leave in one write. */
function createOutbox(socket: Socket): (line: string) => void {
  let outbox = '';
  const flush = () => {
    socket.write(outbox);
    outbox = '';
  };
  return (line) => {
    if (outbox === '') process.nextTick(flush);
    outbox += `${line}\n`;
  };
}
