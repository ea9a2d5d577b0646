/**
 * Reflection: which methods of an object may be called from the wire. What Go reads from
 * types, we read from the object once, at registration, into a Map; after that no name from
 * the wire is ever looked up on an object.
 *
 * Source: Go net/rpc, Register: "exported method of exported type".
 */
import { RegistrationError } from './errors.ts';
import { isExported } from './go-types.ts';

export type Method = (args: unknown) => unknown;

export interface Service {
  readonly name: string;
  /** Exported methods by name, bound to the object that was registered. */
  readonly methods: ReadonlyMap<string, Method>;
}

/**
 * Snapshots the exported methods of `receiver`: own and inherited functions whose name starts
 * with an upper-case letter and that take at most one argument. Getters are never run.
 * The service is named after the class, or `name` where that is given.
 *
 * Throws a RegistrationError, with Go's text and a hint, when there is nothing to call.
 * Ours, not Go's: a method returns its reply, or a promise of it, and throws its error.
 */
export function reflectService(receiver: object, name?: string): Service {
  const typeName = nameType(receiver);
  const serviceName = name ?? typeName;
  if (serviceName === '') {
    throw new RegistrationError(
      'rpc.Register: no service name for an object without a class (hint: use registerName)',
    );
  }
  if (name === undefined && !isExported(typeName)) {
    throw new RegistrationError(`rpc.Register: type ${typeName} is not exported`);
  }
  const { methods, skipped } = collectMethods(receiver);
  if (methods.size === 0) {
    const hint = explainNoMethods(receiver, typeName, skipped);
    throw new RegistrationError(
      `rpc.Register: type ${typeName || serviceName} has no exported methods of suitable type${hint}`,
    );
  }
  return { name: serviceName, methods };
}

/** The class name; '' for object literals and anonymous classes. */
function nameType(receiver: object): string {
  if (typeof receiver === 'function') return receiver.name;
  if (typeof receiver !== 'object' || receiver === null) {
    throw new RegistrationError(`rpc.Register: ${receiver} is not an object`);
  }
  const prototype = Object.getPrototypeOf(receiver);
  if (prototype === null || prototype === Object.prototype) return '';
  const type = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  return typeof type === 'function' ? type.name : '';
}

function collectMethods(receiver: object) {
  const methods = new Map<string, Method>();
  const skipped: string[] = [];
  const seen = new Set<string>();
  for (const [name, fn] of listProperties(receiver)) {
    // What a subclass hides stays hidden, by whatever it is hidden.
    if (!isExported(name) || seen.has(name)) continue;
    seen.add(name);
    if (typeof fn !== 'function' || isClass(fn)) continue;
    if (fn.length > 1) skipped.push(`method ${name} takes ${fn.length} arguments`);
    else methods.set(name, (args) => fn.call(receiver, args));
  }
  return { methods, skipped };
}

function isClass(fn: Method): boolean {
  return /^class\b/.test(Function.prototype.toString.call(fn));
}

/** Own properties first, then those of each class upward, without Object's own. */
function* listProperties(receiver: object): Generator<[string, Method | undefined]> {
  let owner: object | null = receiver;
  while (owner && owner !== Object.prototype && owner !== Function.prototype) {
    const descriptors = Object.getOwnPropertyDescriptors(owner);
    for (const [name, descriptor] of Object.entries(descriptors)) {
      yield [name, descriptor.value];
    }
    owner = Object.getPrototypeOf(owner);
  }
}

function explainNoMethods(receiver: object, typeName: string, skipped: string[]): string {
  const isItAClass = typeof receiver === 'function' && receiver.prototype;
  if (isItAClass && collectMethods(receiver.prototype).methods.size > 0) {
    return ` (hint: pass an instance, new ${typeName}(), not the class)`;
  }
  if (skipped.length > 0) return ` (hint: ${skipped[0]}; it may take one, its args)`;
  return ' (hint: a method is exported when its name starts with an upper-case letter)';
}
