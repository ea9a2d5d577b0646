/**
 * The server: registered objects, and the connections that call their methods.
 *
 *     const server = new Server();
 *     server.register(new Arith());             // its class names the service
 *     await server.listen('localhost:8888');    // 'localhost:0' for any free port
 *
 * One port speaks every wire format; a connection's first bytes tell which. One server may
 * listen at several addresses and serve single transports beside them. A method that throws
 * fails its own call; it never ends the connection, nor the process (ours, not Go's: a panic
 * in a Go method ends the server).
 */
import { type CodecName, codecNames } from './codecs.ts';
import { Connection, type Host } from './connection.ts';
import { FairShare } from './fair-share.ts';
import { type HttpOptions, HttpPages } from './http/pages.ts';
import { chooseLimits, type LimitChoice, type Limits } from './limits.ts';
import { Load } from './load.ts';
import { RateLimitedLog } from './log.ts';
import { type Listener, listenAt } from './network.ts';
import { type RequestEvent, watchOpening } from './observer.ts';
import { createOpening } from './opening.ts';
import { type RegisterOptions, reflectService } from './service.ts';
import { Services } from './services.ts';
import type { Transport } from './transport.ts';

export interface ServerOptions {
  /** Other limits than the default ones; `false`: none, as in Go. */
  readonly limits?: LimitChoice;
  /** What it speaks; by default everything. With one alone nothing has to be told apart. */
  readonly codecs?: readonly CodecName[];
  /** Its HTTP paths, and who may see /debug/rpc; `false`: no HTTP. */
  readonly http?: HttpOptions | false;
  /** Gets a line for each connection that had to be ended. By default nobody does. */
  readonly log?: (line: string) => void;
  /** Sees each request that comes and each answer that leaves. Must be quick, and not throw. */
  readonly observe?: ((event: RequestEvent) => void) | undefined;
}

export class Server {
  readonly #services = new Services();
  readonly #limits: Limits;
  readonly #codecs: readonly CodecName[];
  readonly #pages: HttpPages | undefined;
  readonly #host: Host;
  readonly #listeners = new Set<Listener>();
  readonly #connections = new Set<Connection>();
  readonly #observe: ServerOptions['observe'];
  /** Connections so far: an observer tells them apart by their number. */
  #lastConnection = 0;

  constructor(options: ServerOptions = {}) {
    const { limits, codecs = codecNames, http = {}, log, observe } = options;
    this.#observe = observe;
    this.#limits = chooseLimits(limits);
    this.#codecs = codecs;
    this.#pages = http ? new HttpPages(this.#services, this.#limits, http) : undefined;
    const lines = new RateLimitedLog(log ?? (() => {}), this.#limits.maxLogLines);
    this.#host = {
      services: this.#services,
      limits: this.#limits,
      load: new Load(this.#limits),
      fairShare: new FairShare(),
      log: (line) => lines.add(line),
    };
  }

  /** Publishes the exported methods of `receiver` under its class name. Throws a RegistrationError. */
  register(receiver: object, options?: RegisterOptions): void {
    this.#services.add(reflectService(receiver, undefined, options));
  }

  /** Publishes the exported methods of `receiver` as `name`. Throws a RegistrationError. */
  registerName(name: string, receiver: object, options?: RegisterOptions): void {
    this.#services.add(reflectService(receiver, name, options));
  }

  /**
   * Listens and serves every connection that comes; resolves with the bound address, whose
   * port is never 0. Rejects with a NetworkError (`code` EADDRINUSE: the port is taken).
   */
  async listen(address: string): Promise<string> {
    const accept = (transport: Transport) => void this.serveConn(transport);
    const listener = await listenAt(address, accept, this.#limits.maxUnwrittenBytes);
    this.#listeners.add(listener);
    return listener.address;
  }

  /** Serves one connection; resolves when it has closed. Never rejects. */
  async serveConn(transport: Transport): Promise<void> {
    const { load, log } = this.#host;
    if (load.connections >= this.#limits.maxConnections) {
      log(`rpc: more than ${this.#limits.maxConnections} connections (maxConnections)`);
      transport.abort();
      return;
    }
    const send = (text: string) => void transport.send(text);
    const opening = createOpening(this.#codecs, this.#limits, this.#pages, send);
    load.connections++;
    const observe = this.#observe;
    const number = ++this.#lastConnection;
    const watched = observe ? watchOpening(opening, number, observe) : opening;
    const connection = new Connection(transport, watched, this.#host);
    this.#connections.add(connection);
    await connection.served;
    observe?.({ type: 'connection-closed', connection: number });
    this.#connections.delete(connection);
    load.connections--;
  }

  /** Stops listening and cuts every connection; resolves when all are closed. Idempotent. */
  async close(): Promise<void> {
    const closing = [...this.#listeners].map((listener) => listener.close());
    for (const connection of this.#connections) connection.abort();
    await Promise.all([...closing, ...[...this.#connections].map((c) => c.served)]);
    this.#listeners.clear();
  }
}
