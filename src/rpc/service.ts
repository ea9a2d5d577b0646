/**
 * Reflection: which methods of an object may be called from the wire. What Go reads from
 * types, we read from the object once, at registration, into a Map; after that no name from
 * the wire is ever looked up on an object.
 *
 * Source: Go net/rpc, Register: "exported method of exported type".
 */
import { RegistrationError } from './errors.ts';
import { type GoType, isExported } from './go-types.ts';

/** The Go types of a method, for peers that have such: without them values map by what they are. */
export interface MethodTypes {
  readonly args?: GoType;
  readonly reply?: GoType;
}

/** One method of one registered object. */
export interface Method {
  /** `Arith.Add` */
  readonly serviceMethod: string;
  readonly types: MethodTypes;
  /** Calls that were started, whatever became of them. */
  calls: number;
  /** The reply, or a promise of it; throws its error. */
  run(args: unknown): unknown;
}

export interface Service {
  readonly name: string;
  /** Exported methods by name, bound to the object that was registered. */
  readonly methods: ReadonlyMap<string, Method>;
}

export interface RegisterOptions {
  /** By method name. A type that is not exported makes its method unsuitable, as in Go. */
  readonly types?: Readonly<Record<string, MethodTypes>>;
  /** True: refuses the object if any exported property of it cannot be called, and says why. */
  readonly strict?: boolean;
}

/**
 * Snapshots the exported methods of `receiver`: own and inherited functions whose name starts
 * with an upper-case letter and that take at most one argument. Getters are never run.
 * The service is named after the class, or `name` where that is given.
 *
 * Throws a RegistrationError, with Go's text and a hint, when there is nothing to call; the
 * order of the checks is Go's. As in Go, unsuitable methods are else skipped in silence.
 * Ours, not Go's: a method returns its reply, or a promise of it, and throws its error.
 */
export function reflectService(
  receiver: object,
  name?: string,
  { types = {}, strict = false }: RegisterOptions = {},
): Service {
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
  const { methods, skipped } = collectMethods(receiver, serviceName, types);
  if (methods.size === 0) {
    const hint = explainNoMethods(receiver, typeName, skipped);
    throw new RegistrationError(
      `rpc.Register: type ${typeName || serviceName} has no exported methods of suitable type${hint}`,
    );
  }
  refuseUnknownTypes(types, methods, skipped);
  if (strict && skipped.length > 0) {
    const reasons = skipped.map((reason) => `  rpc.Register: ${reason}`).join('\n');
    throw new RegistrationError(
      `rpc.Register: not all of ${serviceName} can be called from the wire:\n${reasons}`,
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

function collectMethods(
  receiver: object,
  serviceName: string,
  types: Readonly<Record<string, MethodTypes>>,
) {
  const methods = new Map<string, Method>();
  const skipped: string[] = [];
  const seen = new Set<string>();
  for (const [name, property] of listProperties(receiver)) {
    // What a subclass hides stays hidden, by whatever it is hidden.
    if (!isExported(name) || seen.has(name)) continue;
    seen.add(name);
    const own = Object.hasOwn(types, name) ? (types[name] as MethodTypes) : {};
    const reason = explainUnsuitable(name, property, own);
    if (reason !== undefined) {
      skipped.push(reason);
      continue;
    }
    const fn = property.value as (args: unknown) => unknown;
    const serviceMethod = `${serviceName}.${name}`;
    const run = (args: unknown) => fn.call(receiver, args);
    methods.set(name, { serviceMethod, types: own, calls: 0, run });
  }
  return { methods, skipped };
}

/** Own properties first, then those of each class upward, without Object's own. */
function* listProperties(receiver: object): Generator<[string, PropertyDescriptor]> {
  let owner: object | null = receiver;
  while (owner && owner !== Object.prototype && owner !== Function.prototype) {
    yield* Object.entries(Object.getOwnPropertyDescriptors(owner));
    owner = Object.getPrototypeOf(owner);
  }
}

/** Why an exported property cannot be called from the wire; undefined: it can. */
function explainUnsuitable(
  name: string,
  property: PropertyDescriptor,
  types: MethodTypes,
): string | undefined {
  if (property.get || property.set) return `"${name}" is an accessor, and is never run`;
  if (typeof property.value !== 'function') return `"${name}" is not a method`;
  if (isClass(property.value)) return `"${name}" is a class`;
  const inputs = property.value.length;
  if (inputs > 1) {
    return `method "${name}" has ${inputs} input parameters; it may take one, its args`;
  }
  for (const [role, type] of [
    ['argument', types.args],
    ['reply', types.reply],
  ] as const) {
    const hidden = type && findHidden(type);
    if (hidden) return `${role} type of method "${name}" is not exported: "${hidden}"`;
  }
  return undefined;
}

/** Source: Go net/rpc, isExportedOrBuiltinType: pointers are looked through, nothing else is. */
function findHidden(type: GoType): string | undefined {
  if (type.kind === 'pointer') return findHidden(type.element);
  const isHidden =
    type.kind === 'struct' && type.typeName !== '' && !isExported(type.typeName);
  return isHidden ? type.name : undefined;
}

function isClass(fn: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(fn));
}

function explainNoMethods(
  receiver: object,
  typeName: string,
  skipped: readonly string[],
): string {
  const isItAClass = typeof receiver === 'function' && receiver.prototype;
  if (isItAClass && collectMethods(receiver.prototype, typeName, {}).methods.size > 0) {
    return ` (hint: pass an instance, new ${typeName}(), not the class)`;
  }
  if (skipped.length > 0) return ` (hint: ${skipped[0]})`;
  return ' (hint: a method is exported when its name starts with an upper-case letter)';
}

function refuseUnknownTypes(
  types: Readonly<Record<string, MethodTypes>>,
  methods: ReadonlyMap<string, Method>,
  skipped: readonly string[],
): void {
  for (const name of Object.keys(types)) {
    if (methods.has(name) || skipped.some((reason) => reason.includes(`"${name}"`)))
      continue;
    throw new RegistrationError(
      `rpc.Register: there are types for method "${name}", but no such exported method`,
    );
  }
}
