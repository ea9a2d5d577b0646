/**
 * The server: registered objects, and the connections that call their methods.
 *
 *     const server = new Server();
 *     server.register(new Arith());             // its class names the service
 *     await server.listen('localhost:8888');    // 'localhost:0' for any free port
 *
 * One server may listen at several addresses and serve single transports beside them.
 * A method that throws fails its own call; it never ends the connection, nor the process
 * (ours, not Go's: a panic in a Go method ends the server).
 */
import { Connection } from './connection.ts';
import { RegistrationError } from './errors.ts';
import { JsonRpcDispatcher } from './json-rpc.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { type Listener, listenAt } from './network.ts';
import { reflectService, type Service } from './service.ts';
import type { Transport } from './transport.ts';

export class Server {
  readonly #services = new Map<string, Service>();
  readonly #limits: Limits;
  readonly #dispatcher: JsonRpcDispatcher;
  readonly #listeners = new Set<Listener>();
  readonly #connections = new Set<Connection>();

  constructor(limits: Partial<Limits> = {}) {
    this.#limits = { ...defaultLimits, ...limits };
    this.#dispatcher = new JsonRpcDispatcher(this.#services, this.#limits);
  }

  /** Publishes the exported methods of `receiver` under its class name. Throws a RegistrationError. */
  register(receiver: object): void {
    this.#add(reflectService(receiver));
  }

  /** Publishes the exported methods of `receiver` as `name`. Throws a RegistrationError. */
  registerName(name: string, receiver: object): void {
    this.#add(reflectService(receiver, name));
  }

  #add(service: Service): void {
    if (this.#services.has(service.name)) {
      throw new RegistrationError(`rpc: service already defined: ${service.name}`);
    }
    this.#services.set(service.name, service);
    this.#dispatcher.add(service);
  }

  /**
   * Listens and serves every connection that comes; resolves with the bound address, whose
   * port is never 0. Rejects with a NetworkError (`code` EADDRINUSE: the port is taken).
   */
  async listen(address: string): Promise<string> {
    const listener = await listenAt(address, (transport) => {
      void this.serveConn(transport);
    });
    this.#listeners.add(listener);
    return listener.address;
  }

  /** Serves one connection; resolves when it has closed. Never rejects. */
  async serveConn(transport: Transport): Promise<void> {
    const connection = new Connection(transport, this.#dispatcher, this.#limits);
    this.#connections.add(connection);
    await connection.served;
    this.#connections.delete(connection);
  }

  /** Stops listening and cuts every connection; resolves when all are closed. Idempotent. */
  async close(): Promise<void> {
    const closing = [...this.#listeners].map((listener) => listener.close());
    for (const connection of this.#connections) connection.abort();
    await Promise.all([...closing, ...[...this.#connections].map((c) => c.served)]);
    this.#listeners.clear();
  }
}
