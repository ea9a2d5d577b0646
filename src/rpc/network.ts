/**
 * Turns addresses into transports. `host:port` is TCP, `unix:/path` a unix socket; another
 * network (the simulated one) joins under a scheme of its own, so that the same program runs
 * over all of them by its address alone.
 */
import { once } from 'node:events';
import * as net from 'node:net';
import { NetworkError } from './errors.ts';
import { highWaterMark, streamTransport, type Transport } from './transport.ts';

export interface Network {
  /** Rejects with a NetworkError when nobody listens there. */
  dial(address: string): Promise<Transport>;
  /**
   * Resolves when the address is bound. Port 0 means: any free port. A transport whose peer
   * leaves `maxUnwrittenBytes` unread says that it is full, where this network can tell.
   */
  listen(
    address: string,
    accept: (transport: Transport) => void,
    maxUnwrittenBytes?: number,
  ): Promise<Listener>;
}

export interface Listener {
  /** Where it really listens; the port is never 0 here. */
  readonly address: string;
  /** Stops listening; connections that were accepted live on. Idempotent. */
  close(): Promise<void>;
}

const networks = new Map<string, Network>();

/** Makes `scheme:anything` an address of `network`, in this process. */
export function addNetwork(scheme: string, network: Network): void {
  networks.set(scheme, network);
}

export function dialAddress(address: string): Promise<Transport> {
  return findNetwork(address).dial(address);
}

export function listenAt(
  address: string,
  accept: (transport: Transport) => void,
  maxUnwrittenBytes?: number,
): Promise<Listener> {
  return findNetwork(address).listen(address, accept, maxUnwrittenBytes);
}

function findNetwork(address: string): Network {
  return networks.get(address.slice(0, address.indexOf(':'))) ?? sockets;
}

/** What Node takes at most, in bytes. */
const maxHighWaterMark = 2 ** 30;

/** TCP and unix sockets of this machine. */
const sockets: Network = {
  async dial(address) {
    const options = { ...parseAddress(address), noDelay: true, highWaterMark };
    const socket = net.connect(options);
    await once(socket, 'connect').catch((error) => {
      throw networkError(`dial ${address}`, error);
    });
    return streamTransport(socket);
  },

  async listen(address, accept, maxUnwrittenBytes = highWaterMark) {
    const options = {
      allowHalfOpen: true,
      noDelay: true,
      highWaterMark: Math.min(maxUnwrittenBytes, maxHighWaterMark),
    };
    const server = net.createServer(options, (socket) => accept(streamTransport(socket)));
    server.listen(parseAddress(address));
    await once(server, 'listening').catch((error) => {
      throw networkError(`listen ${address}`, error);
    });
    return {
      address: boundAddress(address, server),
      close: () => new Promise((resolve) => server.close(() => resolve())),
    };
  },
};

/** `localhost:8888`, `:8888` (every interface), `[::1]:8888` or `unix:/path`. */
function parseAddress(address: string): net.NetConnectOpts & net.ListenOptions {
  if (address.startsWith('unix:')) return { path: address.slice('unix:'.length) };
  const colon = address.lastIndexOf(':');
  const port = Number(address.slice(colon + 1));
  const isPort = /:\d+$/.test(address) && port <= 65_535;
  if (!isPort) {
    throw new NetworkError(`address ${address}: must look like host:port or unix:/path`);
  }
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  return host === '' ? { port } : { host, port };
}

function boundAddress(asked: string, server: net.Server): string {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') return asked;
  return `${asked.slice(0, asked.lastIndexOf(':'))}:${bound.port}`;
}

const reasons: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  EADDRINUSE: 'address already in use',
  EACCES: 'permission denied',
  ENOTFOUND: 'no such host',
  ENOENT: 'no such file or directory',
};

/** Node's own texts differ by version, and for `localhost` the message may even be empty. */
function networkError(what: string, error: NodeJS.ErrnoException): NetworkError {
  const reason = reasons[error.code ?? ''] ?? error.message;
  return new NetworkError(`${what}: ${reason}`, error.code);
}
