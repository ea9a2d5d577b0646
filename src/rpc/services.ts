/**
 * All that a server has registered, and what to say where a name leads nowhere. Knows nothing
 * of connections or wire formats.
 *
 * Source: Go net/rpc, server.go, readRequestHeader.
 */
import { methodNotFound, RegistrationError } from './errors.ts';
import type { Method, Service } from './service.ts';

/** A call that will not be made: unknown, or not a name at all. */
export class Refusal {
  readonly message: string;
  /** JSON-RPC 2.0 error code. */
  readonly code: number;

  constructor(message: string, code: number) {
    this.message = message;
    this.code = code;
  }
}

export class Services {
  readonly #services = new Map<string, Service>();
  /** By full name, `Arith.Add`: one look-up a call. */
  readonly #methods = new Map<string, Method>();

  add(service: Service): void {
    if (this.#services.has(service.name)) {
      throw new RegistrationError(`rpc: service already defined: ${service.name}`);
    }
    this.#services.set(service.name, service);
    for (const method of service.methods.values())
      this.#methods.set(method.serviceMethod, method);
  }

  /** In the order of their names. */
  list(): Service[] {
    return [...this.#services.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(serviceMethod: string): Method | Refusal {
    return this.#methods.get(serviceMethod) ?? this.#refuse(serviceMethod);
  }

  /** The service is all before the last dot. */
  #refuse(name: string): Refusal {
    const dot = name.lastIndexOf('.');
    if (dot < 0) {
      const text = `rpc: service/method request ill-formed: ${name}`;
      return new Refusal(text, methodNotFound);
    }
    const isKnownService = this.#services.has(name.slice(0, dot));
    const what = isKnownService ? 'method' : 'service';
    return new Refusal(`rpc: can't find ${what} ${name}`, methodNotFound);
  }
}
