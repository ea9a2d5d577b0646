/**
 * Plain sockets for the peers that bring none of their own: Nagle off at both ends, and lines
 * joined once, because `buffer += chunk` is quadratic.
 */
import { once } from 'node:events';
import * as net from 'node:net';
import { loopback } from './peer.ts';

/** Resolves with the port that connections are accepted at. */
export async function listen(accept: (socket: net.Socket) => void): Promise<number> {
  const server = net.createServer({ noDelay: true }, accept);
  server.listen(0, loopback);
  await once(server, 'listening');
  return (server.address() as net.AddressInfo).port;
}

export async function connect(port: number): Promise<net.Socket> {
  const socket = net.connect({ host: loopback, port, noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** Calls `take` with each line, without its newline. No limit: nobody here is hostile. */
export function readLines(socket: net.Socket, take: (line: string) => void): void {
  let parts: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => {
    const end = chunk.lastIndexOf(newline);
    if (end === -1) {
      parts.push(chunk);
      return;
    }
    parts.push(chunk.subarray(0, end));
    const whole = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
    parts = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : [];
    for (const line of whole.toString().split('\n')) take(line);
  });
}

const newline = 0x0a;
