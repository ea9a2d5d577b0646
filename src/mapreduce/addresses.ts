/**
 * Where a process listens, and by which name others reach it: `0.0.0.0:7070` is a place to
 * listen at, and no place to go to.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { NetworkError } from '../rpc/index.ts';

/** `host:port` apart; the host without its brackets. */
export function splitAddress(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  return { host, port: Number(address.slice(colon + 1)) };
}

/** `host:port`, with brackets where the host is an IPv6 address. */
export function joinAddress(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** True: it listens on every interface, so it says nothing about where to go. */
export function isEverywhere(host: string): boolean {
  return ['', '0.0.0.0', '::'].includes(host);
}

/** Every host by which this machine is reached, its own `localhost` aside. */
export function listOwnHosts(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address));
}

/** A host by which other machines reach this one; `localhost`'s address where there is none. */
export function findOwnHost(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const outward = all.find(({ family, internal }) => family === 'IPv4' && !internal);
  return outward?.address ?? '127.0.0.1';
}

/**
 * The host of this machine as somebody at `address` sees it: that is where a worker listens,
 * if nobody says otherwise. Rejects with a NetworkError when nobody listens there.
 */
export async function findHostTowards(address: string): Promise<string> {
  const socket = connect(splitAddress(address));
  try {
    await once(socket, 'connect');
    return socket.localAddress ?? '127.0.0.1';
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    throw new NetworkError(`dial ${address}: ${message}`, code);
  } finally {
    socket.destroy();
  }
}

/** Where the master's own workers find it, where they listen, and how others reach them. */
export interface Place {
  readonly master: string;
  readonly listen: string;
  readonly reachableAs: string;
}

/** The place of a master that was told to listen at `listen` and does so at `port`. */
export function findPlace(listen: string, port: number): Place {
  const { host } = splitAddress(listen);
  const isOpen = isEverywhere(host);
  return {
    master: joinAddress(isOpen ? '127.0.0.1' : host, port),
    listen: joinAddress(host, 0),
    reachableAs: isOpen ? findOwnHost() : host,
  };
}
