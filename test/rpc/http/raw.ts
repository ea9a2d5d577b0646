/** A raw socket for tests: writes bytes, reads until something came or the peer is gone. */
import { once } from 'node:events';
import * as net from 'node:net';

export class RawSocket {
  text = '';
  isClosed = false;
  readonly socket: net.Socket;

  constructor(socket: net.Socket) {
    this.socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      this.text += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
      socket.emit('data', '');
    });
  }

  /** All that has come, as soon as it holds `pattern` or the connection has closed. */
  async read(pattern: RegExp | string): Promise<string> {
    const holds = () =>
      typeof pattern === 'string' ? this.text.includes(pattern) : pattern.test(this.text);
    while (!holds() && !this.isClosed) await once(this.socket, 'data');
    return this.text;
  }

  /** All that has come when the connection has closed. */
  readAll(): Promise<string> {
    return this.read(/(?!)/);
  }

  write(bytes: string | Uint8Array): this {
    this.socket.write(bytes);
    return this;
  }
}

export async function connectRaw(address: string): Promise<RawSocket> {
  const [host, port] = address.split(':');
  const socket = net.connect(Number(port), host);
  socket.setNoDelay(true);
  await once(socket, 'connect');
  return new RawSocket(socket);
}
