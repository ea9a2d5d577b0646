/** A link between two ends that can be cut: a TCP relay with a port of its own. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Link {
  /** Dial this instead of the target. */
  readonly address: string;
  /** Ends all connections, and every new one as it comes. */
  cut(): void;
  /** Nothing gets through any more, and nobody is told. */
  freeze(): void;
  /** What was held back while it was frozen arrives after all. */
  restore(): void;
  /** Ends it for good. */
  close(): void;
}

/** `findTarget` is asked for each connection: who is meant may move. */
export async function openLink(findTarget: () => string): Promise<Link> {
  const sockets = new Set<Socket>();
  let state: 'open' | 'cut' | 'frozen' = 'open';
  const add = (socket: Socket) => {
    sockets.add(socket.setNoDelay(true));
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    if (state === 'frozen') socket.pause();
  };
  const server = createServer((near) => {
    if (state === 'cut') return near.destroy();
    const [host, port] = findTarget().split(':');
    const far = connect(Number(port), host);
    near.on('data', (data) => far.write(data)).on('close', () => far.destroy());
    far.on('data', (data) => near.write(data)).on('close', () => near.destroy());
    for (const socket of [near, far]) add(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    state = 'cut';
    for (const socket of sockets) socket.destroy();
  };
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    freeze: () => {
      state = 'frozen';
      for (const socket of sockets) socket.pause();
    },
    restore: () => {
      state = 'open';
      for (const socket of sockets) socket.resume();
    },
    close: () => {
      cut();
      server.close();
    },
  };
}
