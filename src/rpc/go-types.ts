/**
 * Go's types as values. JavaScript forgets at run time whether 2 was an int or a float64 and
 * whether an object was a struct or a map; where a Go program is the peer, a description says.
 *
 *     const Args = struct('Args', { A: int, B: int });
 *     type Args = Infer<typeof Args>;                 // { A: number; B: number }
 *     server.register(new Arith(), { types: { Add: { args: Args, reply: Reply } } });
 *
 * Without a description a value maps by what it is:
 *
 *     JavaScript                          Go
 *     true, false                         bool
 *     an integer up to 2^53, a bigint     int (uint64 where an int64 cannot hold it)
 *     any other number                    float64
 *     text                                string
 *     Uint8Array, Buffer                  []byte
 *     an array                            slice; of float64 where its elements are numbers
 *                                         of both kinds, of interface{} where they differ
 *                                         otherwise or there are none
 *     Map                                 map; keys and values as elements of an array
 *     Date, GoTime                        time.Time
 *     Complex                             complex128
 *     any other object                    struct, its fields those with an upper-case name
 *     null                                a nil interface{}
 *     undefined                           no field at all; elsewhere as null
 *     a function                          no field at all; refused elsewhere
 *
 * Source: Go net/rpc and encoding/gob; the Go specification, "Types".
 */

/** What a type is made of. `name` is as Go prints it: `int`, `[]string`, `main.Args`. */
export type GoType =
  | BasicType
  | SliceType
  | ArrayType
  | MapType
  | PointerType
  | StructType;

export interface BasicType {
  readonly kind:
    | 'bool'
    | 'int'
    | 'uint'
    | 'float'
    | 'complex'
    | 'string'
    | 'bytes'
    | 'time'
    | 'any';
  readonly name: string;
  /** Size of an int, uint or float; 64 for the others. */
  readonly bits: number;
}

export interface SliceType {
  readonly kind: 'slice';
  readonly name: string;
  readonly element: GoType;
}

export interface ArrayType {
  readonly kind: 'array';
  readonly name: string;
  readonly element: GoType;
  readonly length: number;
}

export interface MapType {
  readonly kind: 'map';
  readonly name: string;
  readonly key: GoType;
  readonly element: GoType;
  /** True: JavaScript sees a plain object, not a Map. */
  readonly isRecord: boolean;
}

export interface PointerType {
  readonly kind: 'pointer';
  readonly name: string;
  readonly element: GoType;
}

export interface StructType {
  readonly kind: 'struct';
  /** With its package, `main.Args`. */
  readonly name: string;
  /** Without its package, `Args`. */
  readonly typeName: string;
  readonly fields: readonly Field[];
}

export interface Field {
  readonly name: string;
  readonly type: GoType;
}

declare const javascript: unique symbol;

/** A type whose values are `Value` in JavaScript. */
export type Described<Value> = GoType & { readonly [javascript]?: Value };

/** The JavaScript type of a described value. */
export type Infer<Type> = Type extends { readonly [javascript]?: infer Value }
  ? Value
  : never;

function basic<Value>(
  kind: BasicType['kind'],
  name: string,
  bits = 64,
): Described<Value> & BasicType {
  return { kind, name, bits };
}

export const bool = basic<boolean>('bool', 'bool');
/** Go's int has 64 bits; beyond 2^53 it is a bigint here, as all 64-bit integers are. */
export const int = basic<number>('int', 'int');
export const int8 = basic<number>('int', 'int8', 8);
export const int16 = basic<number>('int', 'int16', 16);
export const int32 = basic<number>('int', 'int32', 32);
export const int64 = basic<number | bigint>('int', 'int64');
export const uint = basic<number>('uint', 'uint');
export const uint8 = basic<number>('uint', 'uint8', 8);
export const uint16 = basic<number>('uint', 'uint16', 16);
export const uint32 = basic<number>('uint', 'uint32', 32);
export const uint64 = basic<number | bigint>('uint', 'uint64');
export const float32 = basic<number>('float', 'float32', 32);
export const float64 = basic<number>('float', 'float64');
export const complex128 = basic<Complex>('complex', 'complex128');
export const string = basic<string>('string', 'string');
/** []byte: bytes as they are in gob, base64 in JSON. */
export const bytes = basic<Uint8Array>('bytes', '[]uint8');
export const time = basic<Date>('time', 'time.Time');
/** interface{}: any value, mapped as one without a description. */
export const any = basic<unknown>('any', 'interface {}');

export function slice<V>(element: Described<V>): Described<V[]> & SliceType {
  return { kind: 'slice', name: `[]${element.name}`, element };
}

export function array<V>(
  length: number,
  element: Described<V>,
): Described<V[]> & ArrayType {
  return { kind: 'array', name: `[${length}]${element.name}`, element, length };
}

/** A Go map that JavaScript sees as a Map. */
export function map<K, V>(
  key: Described<K>,
  element: Described<V>,
): Described<Map<K, V>> & MapType {
  const name = `map[${key.name}]${element.name}`;
  return { kind: 'map', name, key, element, isRecord: false };
}

/** A Go map with string keys that JavaScript sees as a plain object without a prototype. */
export function record<V>(element: Described<V>): Described<Record<string, V>> & MapType {
  const name = `map[string]${element.name}`;
  return { kind: 'map', name, key: string, element, isRecord: true };
}

/** A value or nil, which is null here. */
export function pointer<V>(element: Described<V>): Described<V | null> & PointerType {
  return { kind: 'pointer', name: `*${element.name}`, element };
}

type Fields = Record<string, GoType>;
type ValuesOf<F> = { -readonly [Name in keyof F]: Infer<F[Name]> };

/**
 * A struct with exported fields, in this order. A recursive type gives its fields as a
 * function: `struct('Node', () => ({ Value: int, Next: pointer(Node) }))`.
 */
export function struct<const F extends Fields>(
  name: string,
  fields: F | (() => F),
): Described<ValuesOf<F>> & StructType {
  let known: readonly Field[] | undefined;
  const typeName = name.slice(name.lastIndexOf('.') + 1);
  return {
    kind: 'struct',
    name: name === '' || name.includes('.') ? name : `main.${name}`,
    typeName,
    get fields() {
      known ??= listFields(typeName, typeof fields === 'function' ? fields() : fields);
      return known;
    },
  };
}

function listFields(typeName: string, fields: Fields): readonly Field[] {
  return Object.entries(fields).map(([name, type]) => {
    if (!isExported(name)) {
      throw new TypeError(
        `struct ${typeName}: field ${name} must start with an upper-case letter, or Go leaves it out`,
      );
    }
    return { name, type };
  });
}

/** Exported means what Go means: the first letter is upper-case, in Unicode's sense. */
export function isExported(name: string): boolean {
  return /^\p{Lu}/u.test(name);
}

/** Go's complex128. */
export class Complex {
  readonly re: number;
  readonly im: number;

  constructor(re: number, im: number) {
    this.re = re;
    this.im = im;
  }
}

/** A Go time.Time: a Date with what a Date cannot hold. */
export class GoTime extends Date {
  /** Nanoseconds beyond the millisecond, 0 to 999,999. */
  readonly nanoseconds: number;
  /** Offset of its zone from UTC in minutes; undefined: it is in UTC. */
  readonly zoneMinutes: number | undefined;

  constructor(ms: number, nanoseconds = 0, zoneMinutes?: number) {
    super(ms);
    this.nanoseconds = nanoseconds;
    this.zoneMinutes = zoneMinutes;
  }
}

/**
 * A value together with its Go type, for any place where a value may stand: args, a reply, or
 * deep inside one. Encoders use the type; on the wire nothing else changes.
 */
export class Typed<Value = unknown> {
  readonly type: GoType;
  readonly value: Value;

  constructor(type: Described<Value>, value: Value) {
    this.type = type;
    this.value = value;
  }
}

/** What Go's variable holds before anything is assigned to it; nil slices are empty here. */
export function zeroOf(type: GoType): unknown {
  switch (type.kind) {
    case 'bool':
      return false;
    case 'int':
    case 'uint':
    case 'float':
      return 0;
    case 'complex':
      return new Complex(0, 0);
    case 'string':
      return '';
    case 'bytes':
      return new Uint8Array(0);
    case 'time':
      return new GoTime(zeroTimeMs);
    case 'slice':
      return [];
    case 'array':
      return Array.from({ length: type.length }, () => zeroOf(type.element));
    case 'map':
      return type.isRecord ? Object.create(null) : new Map();
    case 'struct':
      return Object.fromEntries(
        type.fields.map((field) => [field.name, zeroOf(field.type)]),
      );
    default:
      return null;
  }
}

/** The first moment of the year 1, UTC: Go's zero time. */
const zeroTimeMs = -62_135_596_800_000;
