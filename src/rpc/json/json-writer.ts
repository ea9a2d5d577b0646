/**
 * JavaScript values as the JSON that Go's encoding/json would write, by a Go type or by the
 * table of `go-types.ts`: 64-bit integers with all their digits, a Map as an object, bytes as
 * base64. What Go refuses to write is refused here too.
 *
 * Source: Go encoding/json, Marshal.
 */
import { type GoType, type StructType, Typed, zeroOf } from '../go-types.ts';
import { writeString } from './json-string.ts';
import { formatTime } from './json-time.ts';

/** Throws an Error that says which value is at fault, `Args.A: "x" is no int`. */
export function writeJson(value: unknown, type?: GoType, where = 'value'): string {
  if (value instanceof Typed) return writeJson(value.value, value.type, where);
  if (type === undefined || type.kind === 'any') return writeUntyped(value, where);
  switch (type.kind) {
    case 'bool':
      return typeof value === 'boolean' ? String(value) : refuse(value, type, where);
    case 'int':
    case 'uint':
      return String(checkInteger(value, type, where));
    case 'float':
      if (typeof value !== 'number') return refuse(value, type, where);
      return writeFloat(type.bits === 32 ? shorten(value) : value);
    case 'string':
      if (typeof value !== 'string') return refuse(value, type, where);
      return writeString(value);
    case 'bytes':
      if (value == null) return 'null';
      return value instanceof Uint8Array ? writeBytes(value) : refuse(value, type, where);
    case 'time':
      return value instanceof Date ? formatTime(value) : refuse(value, type, where);
    case 'slice':
    case 'array':
      if (value == null && type.kind === 'slice') return 'null';
      if (!Array.isArray(value)) return refuse(value, type, where);
      if (type.kind === 'array' && value.length !== type.length)
        return refuse(value, type, where);
      return `[${value.map((item, i) => writeJson(item, type.element, `${where}[${i}]`)).join(',')}]`;
    case 'map':
      return value == null ? 'null' : writeMap(value, type.element, where);
    case 'pointer':
      return value == null ? 'null' : writeJson(value, type.element, where);
    case 'struct':
      return writeStruct(value, type, where);
    default:
      throw new Error(`json: unsupported type: ${type.name}`);
  }
}

function writeStruct(value: unknown, type: StructType, where: string): string {
  if (typeof value !== 'object') return refuse(value, type, where);
  const values = (value ?? {}) as Record<string, unknown>;
  const name = where === 'value' ? type.typeName : where;
  const members = type.fields.map((field) => {
    const own = values[field.name];
    const present = own === undefined ? zeroOf(field.type) : own;
    return `"${field.name}":${writeJson(present, field.type, `${name}.${field.name}`)}`;
  });
  return `{${members.join(',')}}`;
}

function writeMap(value: unknown, element: GoType | undefined, where: string): string {
  if (typeof value !== 'object' || value === null) throw new Error(`${where} is no map`);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  const members = entries.map(([key, item]) => {
    const name = JSON.stringify(String(key));
    return `${name}:${writeJson(item, element, `${where}[${name}]`)}`;
  });
  return `{${members.join(',')}}`;
}

function writeUntyped(value: unknown, where: string): string {
  switch (typeof value) {
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'number':
      return writeFloat(value);
    case 'string':
      return writeString(value);
    case 'undefined':
      return 'null';
    case 'object':
      return value === null ? 'null' : writeObject(value, where);
    default:
      throw new Error(`${where}: a ${typeof value} is no JSON value`);
  }
}

function writeObject(value: object, where: string): string {
  if (value instanceof Uint8Array) return writeBytes(value);
  if (value instanceof Map) return writeMap(value, undefined, where);
  if (value instanceof Date) return formatTime(value);
  if (Array.isArray(value)) {
    return `[${value.map((item, i) => writeJson(item, undefined, `${where}[${i}]`)).join(',')}]`;
  }
  const own = value as { toJSON?: unknown };
  if (typeof own.toJSON === 'function') return writeJson(own.toJSON(), undefined, where);
  const members: string[] = [];
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined || typeof item === 'function') continue;
    members.push(
      `${JSON.stringify(key)}:${writeJson(item, undefined, `${where}.${key}`)}`,
    );
  }
  return `{${members.join(',')}}`;
}

/** Go refuses what is no number; JavaScript would write null, and nobody would know. */
function writeFloat(value: number): string {
  if (Object.is(value, -0)) return '-0';
  if (Number.isFinite(value)) return String(value);
  throw new Error(`json: unsupported value: ${value}`);
}

/** The fewest digits that still name the same float32; of two equally near, not always Go's. */
function shorten(value: number): number {
  const single = Math.fround(value);
  if (single === 0) return single;
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return short;
  }
  return single;
}

function writeBytes(bytes: Uint8Array): string {
  const { buffer, byteOffset, byteLength } = bytes;
  return `"${Buffer.from(buffer, byteOffset, byteLength).toString('base64')}"`;
}

/** An integer that fits `type`, or an Error. */
export function checkInteger(
  value: unknown,
  type: GoType & { bits: number },
  where: string,
): number | bigint {
  const isInteger = typeof value === 'bigint' || Number.isSafeInteger(value);
  if (!isInteger || !fitsInteger(value as number | bigint, type)) {
    return refuse(value, type, where);
  }
  return value as number | bigint;
}

export function fitsInteger(
  value: number | bigint,
  { kind, bits }: { kind: string; bits: number },
): boolean {
  if (bits === 64 && typeof value === 'number') return kind === 'int' || value >= 0;
  const low = kind === 'uint' ? 0n : -(1n << BigInt(bits - 1));
  const high =
    kind === 'uint' ? (1n << BigInt(bits)) - 1n : (1n << BigInt(bits - 1)) - 1n;
  return value >= low && value <= high;
}

function refuse(value: unknown, type: GoType, where: string): never {
  throw new Error(`${where}: ${show(value)} is no ${type.name}`);
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? `an array of ${value.length}` : 'an object';
  }
  return String(value);
}
