/**
 * A remote object as a local one: `stub<Arith>(client, 'Arith').Add({ A: 1, B: 2 })`. The types
 * are the service's own; on the wire nothing changes.
 */
import type { CallOptions, Client } from './client.ts';
import { isExported } from './go-types.ts';

/** The exported methods of a service, each taking its args and giving a promise of its reply. */
export type Stub<Service> = {
  readonly [Name in keyof Service as Name extends Capitalize<Name & string>
    ? Service[Name] extends (args: never) => unknown
      ? Name
      : never
    : never]: Service[Name] extends (args: infer Args) => infer Reply
    ? (args: Args, options?: CallOptions) => Promise<Awaited<Reply>>
    : never;
};

/**
 * Calls go through `client.call` and fail as it does. Only names that a service may export are
 * methods; everything else, `then` above all, is undefined: awaiting a stub must not call it.
 */
export function stub<Service>(client: Client, service: string): Stub<Service> {
  const target: Record<string, unknown> = Object.create(null);
  return new Proxy(target, {
    get: (_target, name) => {
      if (typeof name !== 'string' || !isExported(name)) return undefined;
      return (args: unknown, options?: CallOptions) =>
        client.call(`${service}.${name}`, args, options);
    },
  }) as Stub<Service>;
}
