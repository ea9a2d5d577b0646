/**
 * JSON values into the variables of a Go program: by a Go type, with Go's leniency (unknown
 * fields ignored, names in any case, null changes nothing) and Go's words where a value does
 * not fit. The result holds the declared fields and no others.
 *
 * Source: Go encoding/json, Unmarshal.
 */
import {
  type Field,
  float64,
  type GoType,
  type MapType,
  type StructType,
  uint8,
  zeroOf,
} from '../go-types.ts';
import { decodeBase64 } from './base64.ts';
import { JsonNumber } from './json-scan.ts';
import { parseTime } from './json-time.ts';
import { fitsInteger } from './json-writer.ts';

/**
 * The value of `type` that JSON holds, read by JSON.parse or exactly; without a type as
 * JavaScript has it, but large integers as bigints. Throws an Error with Go's text.
 */
export function readJson(value: unknown, type: GoType | undefined): unknown {
  const place = { typeName: '', path: '' };
  return type ? readAs(value, type, place) : toPlain(value, place);
}

/** Where a value stands, as Go says it: `Go struct field Args.A`. */
interface Place {
  readonly typeName: string;
  readonly path: string;
}

function readAs(value: unknown, type: GoType, place: Place): unknown {
  if (value === null) return zeroOf(type);
  switch (type.kind) {
    case 'bool':
      return typeof value === 'boolean' ? value : refuse(value, type, place);
    case 'int':
    case 'uint':
      return readInteger(value, type, place);
    case 'float':
      return readFloat(value, type, place);
    case 'string':
      return typeof value === 'string' ? value : refuse(value, type, place);
    case 'bytes':
      return readBytes(value, type, place);
    case 'time':
      return readTime(value);
    case 'slice':
    case 'array':
      if (!Array.isArray(value)) return refuse(value, type, place);
      return readElements(value, type, place);
    case 'map':
      return readMap(value, type, place);
    case 'struct':
      return readStruct(value, type, place);
    case 'pointer':
      return readAs(value, type.element, place);
    case 'any':
      return toPlain(value, place);
    default:
      return refuse(value, type, place);
  }
}

function readStruct(value: unknown, type: StructType, place: Place): unknown {
  if (!isObject(value)) return refuse(value, type, place);
  const struct = zeroOf(type) as Record<string, unknown>;
  for (const [key, member] of Object.entries(value)) {
    const field = findField(type, key);
    if (!field) continue;
    const typeName = type.typeName;
    const path = place.path === '' ? field.name : `${place.path}.${field.name}`;
    if (member !== null) {
      struct[field.name] = readAs(member, field.type, {
        typeName: place.path === '' ? typeName : place.typeName,
        path,
      });
    }
  }
  return struct;
}

/** Fields by their names, and by those in lower case; a peer may send a million names. */
interface Names {
  readonly exact: ReadonlyMap<string, Field>;
  readonly folded: ReadonlyMap<string, Field>;
}

const namesOf = new WeakMap<StructType, Names>();

/** The field of that very name, or the first of that name in another case. */
function findField(type: StructType, key: string): Field | undefined {
  let names = namesOf.get(type);
  if (!names) {
    const fields = type.fields.toReversed();
    names = {
      exact: new Map(fields.map((field) => [field.name, field])),
      folded: new Map(fields.map((field) => [field.name.toLowerCase(), field])),
    };
    namesOf.set(type, names);
  }
  return names.exact.get(key) ?? names.folded.get(key.toLowerCase());
}

function readMap(value: unknown, type: MapType, place: Place): unknown {
  if (!isObject(value)) return refuse(value, type, place);
  const entries = Object.entries(value).map(
    ([key, member]) =>
      [readKey(key, type.key, place), readAs(member, type.element, place)] as const,
  );
  if (!type.isRecord) return new Map(entries);
  const record = Object.create(null);
  for (const [key, member] of entries) record[key as string] = member;
  return record;
}

function readKey(key: string, type: GoType, place: Place): unknown {
  if (type.kind !== 'int' && type.kind !== 'uint') return key;
  if (/^-?\d+$/.test(key)) {
    const number = toInteger(key);
    if (fitsInteger(number, type)) return number;
  }
  throw new Error(
    `json: cannot unmarshal number ${key} into Go ${describePlace(place)} of type ${type.name}`,
  );
}

function readElements(
  values: readonly unknown[],
  type: GoType & { kind: 'slice' | 'array'; element: GoType },
  place: Place,
): unknown[] {
  const read = values.map((value) => readAs(value, type.element, place));
  if (type.kind === 'slice') return read;
  const { length } = type;
  return Array.from({ length }, (_, i) =>
    i < read.length ? read[i] : zeroOf(type.element),
  );
}

function readInteger(value: unknown, type: GoType & { bits: number }, place: Place) {
  const text = numberText(value);
  if (text === undefined) return refuse(value, type, place);
  const digits = type.kind === 'uint' ? /^\d{1,20}$/ : /^-?\d{1,20}$/;
  const number = digits.test(text) ? toInteger(text) : undefined;
  if (number !== undefined && fitsInteger(number, type)) return number;
  return refuse(value, type, place, ` ${text}`);
}

function readFloat(value: unknown, type: GoType & { bits: number }, place: Place) {
  const text = numberText(value);
  if (text === undefined) return refuse(value, type, place);
  const number = type.bits === 32 ? Math.fround(Number(text)) : Number(text);
  if (!Number.isFinite(number)) return refuse(value, type, place, ` ${text}`);
  return number;
}

/** Base64, or numbers: to Go, []byte is a slice like any other. */
function readBytes(value: unknown, type: GoType, place: Place): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string') return decodeBase64(value);
  if (!Array.isArray(value)) return refuse(value, type, place);
  return Uint8Array.from(value, (item) => readAs(item, uint8, place) as number);
}

function readTime(value: unknown): unknown {
  if (typeof value !== 'string')
    throw new Error('Time.UnmarshalJSON: input is not a JSON string');
  const time = parseTime(value);
  if (!time)
    throw new Error(`parsing time ${JSON.stringify(value.slice(0, 40))}: not RFC 3339`);
  return time;
}

/** A number when it is safe, else a bigint. */
function toInteger(text: string): number | bigint {
  // An integer has no -0.
  const number = Number(text) + 0;
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

function numberText(value: unknown): string | undefined {
  if (value instanceof JsonNumber) return value.text;
  if (typeof value !== 'number') return undefined;
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Without a type: large integers are bigints, all other numbers what JavaScript makes of them. */
function toPlain(value: unknown, place: Place): unknown {
  if (value instanceof JsonNumber) {
    if (/^-?\d{1,400}$/.test(value.text)) return BigInt(value.text);
    return readFloat(value, float64, place);
  }
  if (Array.isArray(value)) return value.map((item) => toPlain(item, place));
  if (!isObject(value) || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, toPlain(item, place)]),
  );
}

function refuse(value: unknown, type: GoType, place: Place, literal = ''): never {
  throw new Error(
    `json: cannot unmarshal ${describeJson(value)}${literal} into Go ${describePlace(place)} of type ${type.name}`,
  );
}

function describePlace({ typeName, path }: Place): string {
  return path === '' ? 'value' : `struct field ${typeName}.${path}`;
}

/** What Go calls the kinds of JSON. */
export function describeJson(value: unknown): string {
  if (value instanceof JsonNumber || typeof value === 'number') return 'number';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? 'array' : 'object';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof JsonNumber)
  );
}
