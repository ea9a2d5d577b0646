/**
 * How values of one type are written: worked out once per type, then followed for each value.
 * A plan knows nothing of streams; the `Output` it writes to does.
 *
 * Source: Go encoding/gob, encode.go.
 */
import {
  type ArrayType,
  type BasicType,
  Complex,
  type GoType,
  type MapType,
  type SliceType,
  type StructType,
  Typed,
} from '../go-types.ts';
import { GobError, outOfRange } from './gob-error.ts';
import { tooDeep } from './nesting.ts';
import { encodeTime, isZeroTime } from './time.ts';
import { flatten, isBytes } from './type-definitions.ts';
import { printType } from './type-names.ts';
import type { Writer } from './writer.ts';

/** Where a plan writes: one stream, which knows the types its peer has heard of. */
export interface Output {
  readonly writer: Writer;
  readonly maxDepth: number;
  /** Writes a value with the name and the id of its type in front. */
  encodeAny(value: unknown, depth: number): void;
}

export interface EncodePlan {
  readonly isStruct: boolean;
  /** True: a Typed value is for the plan to look at, not to be unwrapped before. */
  readonly isAny?: boolean;
  /** True: a struct leaves this value out. Null and undefined are never asked about. */
  isZero(value: unknown): boolean;
  /** Throws a GobError where the value does not fit the type. */
  encode(value: unknown, output: Output, depth: number): void;
}

const structPlans = new WeakMap<StructType, EncodePlan>();

/** `name` is what an error calls the value: a field's name, or the type's. */
export function planEncoding(type: GoType, name = printType(type)): EncodePlan {
  const base = flatten(type);
  if (isBytes(base)) return planBytes(name);
  switch (base.kind) {
    case 'struct': {
      let plan = structPlans.get(base);
      if (plan === undefined) {
        plan = planStruct(base);
        structPlans.set(base, plan);
      }
      return plan;
    }
    case 'slice':
    case 'array':
      return planElements(base, name);
    case 'map':
      return planMap(base, name);
    default:
      return planBasic(base as BasicType, name);
  }
}

function misfit(value: unknown, name: string): GobError {
  const what = value === null || typeof value !== 'object' ? value : 'an object';
  return new GobError(`gob: cannot encode ${String(what)} as ${name}`);
}

/** Values that came with a type of their own, deep inside a described one. */
function unwrap(value: unknown): unknown {
  return typeof value === 'object' && value instanceof Typed ? value.value : value;
}

function planStruct(type: StructType): EncodePlan {
  // Planned at the first value, not now: a recursive type holds itself.
  let fields: { name: string; plan: EncodePlan }[] | undefined;
  const planFields = () =>
    type.fields.map((field) => ({
      name: field.name,
      plan: planEncoding(field.type, field.name),
    }));
  return {
    isStruct: true,
    isZero: () => false,
    encode(value, output, depth) {
      if (typeof value !== 'object' || value === null) throw misfit(value, type.name);
      if (depth >= output.maxDepth) throw tooDeep(output.maxDepth);
      fields ??= planFields();
      const { writer } = output;
      const struct = unwrap(value) as Record<string, unknown>;
      let delta = 1;
      for (let i = 0; i < fields.length; i++) {
        const { name, plan } = fields[i] as { name: string; plan: EncodePlan };
        const field = plan.isAny ? struct[name] : unwrap(struct[name]);
        if (field === undefined || field === null || plan.isZero(field)) {
          delta++;
          continue;
        }
        writer.uint(delta);
        plan.encode(field, output, depth + 1);
        delta = 1;
      }
      writer.uint(0);
    },
  };
}

function planElements(type: SliceType | ArrayType, name: string): EncodePlan {
  const element = planEncoding(type.element, `element of ${name}`);
  const isSlice = type.kind === 'slice';
  return {
    isStruct: false,
    isZero: (value) => isSlice && (value as { length?: unknown }).length === 0,
    encode(value, output, depth) {
      const values = unwrap(value);
      if (!Array.isArray(values) && !ArrayBuffer.isView(values))
        throw misfit(value, name);
      if (depth >= output.maxDepth) throw tooDeep(output.maxDepth);
      const { length } = values as unknown[];
      if (type.kind === 'array' && length !== type.length) {
        throw new GobError(`gob: ${length} elements for ${name}, a ${printType(type)}`);
      }
      output.writer.uint(length);
      for (let i = 0; i < length; i++) {
        encodeElement(element, (values as unknown[])[i], type.element, output, depth);
      }
    },
  };
}

/** Elements have no place in which to be left out. */
function encodeElement(
  plan: EncodePlan,
  value: unknown,
  type: GoType,
  output: Output,
  depth: number,
): void {
  if ((value === null || value === undefined) && type.kind !== 'any') {
    throw new GobError('gob: encodeArray: nil element');
  }
  plan.encode(value, output, depth + 1);
}

function planMap(type: MapType, name: string): EncodePlan {
  const key = planEncoding(type.key, `key of ${name}`);
  const element = planEncoding(type.element, `element of ${name}`);
  return {
    isStruct: false,
    // An empty map is sent: whoever gets it may want to add to it.
    isZero: () => false,
    encode(value, output, depth) {
      const entries = listEntries(unwrap(value), type, name);
      if (depth >= output.maxDepth) throw tooDeep(output.maxDepth);
      output.writer.uint(Array.isArray(entries) ? entries.length : entries.size);
      for (const [k, v] of entries) {
        encodeElement(key, k, type.key, output, depth);
        encodeElement(element, v, type.element, output, depth);
      }
    },
  };
}

function listEntries(
  value: unknown,
  type: MapType,
  name: string,
): Map<unknown, unknown> | [string, unknown][] {
  if (value instanceof Map) return value;
  const isRecord = type.key.kind === 'string' && typeof value === 'object';
  if (!isRecord || value === null) throw misfit(value, name);
  return Object.entries(value);
}

function planBytes(name: string): EncodePlan {
  return {
    isStruct: false,
    isZero: (value) => (value as { length?: unknown }).length === 0,
    encode(value, { writer }) {
      const data = unwrap(value);
      if (data instanceof Uint8Array) writer.bytes(data);
      else if (Array.isArray(data)) writer.bytes(toBytes(data, name));
      else throw misfit(value, name);
    },
  };
}

function toBytes(values: readonly unknown[], name: string): Uint8Array {
  const isByte = (value: unknown) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) < 256;
  if (!values.every(isByte)) throw outOfRange(`element of ${name}`);
  return Uint8Array.from(values as number[]);
}

function planBasic(type: BasicType, name: string): EncodePlan {
  const write = planWrite(type, name);
  const isAny = type.kind === 'any';
  return {
    isStruct: false,
    isAny,
    isZero: findIsZero(type),
    encode: isAny ? write : (value, output, depth) => write(unwrap(value), output, depth),
  };
}

function findIsZero({ kind }: BasicType): (value: unknown) => boolean {
  switch (kind) {
    case 'bool':
      return (value) => value === false;
    case 'string':
      return (value) => value === '';
    case 'complex':
      return (value) => value instanceof Complex && value.re === 0 && value.im === 0;
    case 'time':
      return (value) => value instanceof Date && isZeroTime(value);
    case 'any':
      return () => false;
    default:
      return (value) => value === 0 || value === 0n;
  }
}

function planWrite(type: BasicType, name: string): EncodePlan['encode'] {
  switch (type.kind) {
    case 'bool':
      return (value, { writer }) => {
        if (typeof value !== 'boolean') throw misfit(value, name);
        writer.uint(value ? 1 : 0);
      };
    case 'string':
      return (value, { writer }) => {
        if (typeof value !== 'string') throw misfit(value, name);
        writer.text(value);
      };
    case 'int':
    case 'uint':
      return planInteger(type, name);
    case 'float':
      return (value, { writer }) => {
        if (typeof value !== 'number') throw misfit(value, name);
        writer.float(type.bits === 32 ? roundToFloat32(value, name) : value);
      };
    case 'complex':
      return (value, { writer }) => {
        if (!(value instanceof Complex)) throw misfit(value, name);
        writer.float(value.re);
        writer.float(value.im);
      };
    case 'time':
      return (value, { writer }) => {
        if (!(value instanceof Date)) throw misfit(value, name);
        writer.bytes(encodeTime(value));
      };
    default:
      return (value, output, depth) => output.encodeAny(value, depth);
  }
}

function roundToFloat32(value: number, name: string): number {
  const rounded = Math.fround(value);
  if (Number.isFinite(value) && !Number.isFinite(rounded)) throw outOfRange(name);
  return rounded;
}

function planInteger(type: BasicType, name: string): EncodePlan['encode'] {
  const isSigned = type.kind === 'int';
  const bits = isSigned ? type.bits - 1 : type.bits;
  const max = bits > 53 ? Number.MAX_SAFE_INTEGER : 2 ** bits - 1;
  const min = isSigned ? -max - (bits > 53 ? 0 : 1) : 0;
  const writeLarge = (value: bigint, writer: Writer) => {
    const fits = isSigned
      ? BigInt.asIntN(type.bits, value) === value
      : BigInt.asUintN(type.bits, value) === value;
    if (!fits) throw outOfRange(name);
    if (isSigned) writer.int64(value);
    else writer.uint64(value);
  };
  return (value, { writer }) => {
    if (typeof value === 'bigint') writeLarge(value, writer);
    else if (typeof value !== 'number' || !Number.isInteger(value)) {
      throw misfit(value, name);
    } else if (value < min || value > max) writeLarge(BigInt(value), writer);
    else if (isSigned) writer.int(value);
    else writer.uint(value);
  };
}
