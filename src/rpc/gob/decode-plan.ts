/**
 * How values of one wire type become values of one Go type: worked out once per pair, then
 * followed for each value. Fields meet by name; what has no counterpart is skipped, or stays
 * zero.
 *
 * Source: Go encoding/gob, decode.go; the errors' texts are Go's.
 */
import { type BasicType, type GoType, type StructType, zeroOf } from '../go-types.ts';
import { planBasicDecoding } from './decode-basic.ts';
import { GobError, outOfRange } from './gob-error.ts';
import type { Reader } from './reader.ts';
import { basicIdOf, flatten, isBytes } from './type-definitions.ts';
import { printType } from './type-names.ts';
import { fieldOutOfBounds, lengthMismatch, undefinedType } from './walk.ts';
import type { WireField, WireType, WireTypes } from './wire-types.ts';

/** Reads one value; the reader stands right behind it afterwards. */
export type Decode = (reader: Reader) => unknown;

/** What plans need from the stream they belong to. */
export interface Source {
  readonly types: WireTypes;
  skipField(id: number): void;
  /** A value with the name and the id of its type in front; null for none. */
  readAny(): unknown;
}

interface Step {
  readonly name: string;
  readonly decode: Decode;
}

/** The plans of one stream. */
export class DecodePlans {
  readonly #source: Source;
  readonly #structs = new WeakMap<StructType, Map<number, Decode>>();

  constructor(source: Source) {
    this.#source = source;
  }

  /** Throws a GobError where no value of the wire type could be one of `type`. */
  plan(id: number, type: GoType): Decode {
    const base = flatten(type);
    if (base.kind === 'struct') {
      const struct = this.#wireStruct(id, base);
      if (!hasCommonField(struct.fields, base)) {
        throw new GobError(
          `gob: type mismatch: no fields matched compiling decoder for ${base.typeName}`,
        );
      }
      return this.#planStruct(id, base);
    }
    // Go decodes into what a pointer points to, and says so.
    const name = type.kind === 'pointer' ? printType(type) : `*${printType(type)}`;
    this.#checkWhole(id, type, name);
    return this.#plan(id, base, name);
  }

  #checkWhole(id: number, type: GoType, local: string): void {
    if (this.#isCompatible(id, type)) return;
    const remote = this.#source.types.nameOf(id);
    throw new GobError(
      `gob: decoding into local type ${local}, received remote type ${remote}`,
    );
  }

  #wireStruct(id: number, type: StructType): WireType & { kind: 'struct' } {
    const wire = this.#source.types.get(id);
    if (wire?.kind === 'struct') return wire;
    if (!this.#source.types.has(id)) throw undefinedType();
    throw new GobError(
      `gob: type mismatch in decoder: want struct type ${printType(type)}; got non-struct`,
    );
  }

  /** Structs always may fit: their fields are looked at when one comes. */
  #isCompatible(id: number, type: GoType): boolean {
    const base = flatten(type);
    if (base.kind === 'struct') return true;
    const basicId = basicIdOf(base);
    if (basicId !== undefined) return basicId === id;
    const wire = this.#source.types.get(id);
    switch (base.kind) {
      case 'time':
        return wire?.kind === 'opaque' && wire.isGobEncoder;
      case 'slice':
        return wire?.kind === 'slice' && this.#isCompatible(wire.element, base.element);
      case 'array':
        if (wire?.kind !== 'array' || wire.length !== base.length) return false;
        return this.#isCompatible(wire.element, base.element);
      case 'map':
        if (wire?.kind !== 'map' || !this.#isCompatible(wire.key, base.key)) return false;
        return this.#isCompatible(wire.element, base.element);
      default:
        return false;
    }
  }

  /** `holder` is what an error calls a number: elements of a map go by the map's name. */
  #plan(id: number, type: GoType, name: string, holder = name): Decode {
    const base = flatten(type);
    if (isBytes(base)) return base.kind === 'slice' ? readByteArray : readBytes;
    const wire = this.#source.types.get(id);
    switch (base.kind) {
      case 'struct': {
        // Planned when a value comes, not now: a recursive type holds itself.
        let decode: Decode | undefined;
        return (reader) => {
          decode ??= this.#planStruct(id, base);
          return decode(reader);
        };
      }
      case 'slice':
      case 'array': {
        const { element } = wire as WireType & { kind: 'slice' };
        return this.#planElements(element, base, `element of ${name}`);
      }
      case 'map':
        return this.#planMap(wire as WireType & { kind: 'map' }, base, name);
      case 'any':
        return () => this.#source.readAny();
      default:
        return planBasicDecoding(base as BasicType, () => outOfRange(holder));
    }
  }

  #planStruct(id: number, type: StructType): Decode {
    let plans = this.#structs.get(type);
    if (plans === undefined) {
      plans = new Map();
      this.#structs.set(type, plans);
    }
    let plan = plans.get(id);
    if (plan === undefined) {
      const { name, fields } = this.#wireStruct(id, type);
      const steps = fields.map((field) => this.#planField(field, type, name));
      plan = createStructDecoder(steps, type);
      plans.set(id, plan);
    }
    return plan;
  }

  #planField({ name, id }: WireField, type: StructType, wireName: string): Step | Decode {
    const field = type.fields.find((one) => one.name === name);
    if (field === undefined) return () => this.#source.skipField(id);
    if (!this.#isCompatible(id, field.type)) {
      const local = printType(field.type);
      throw new GobError(
        `gob: wrong type (${local}) for received field ${wireName}.${name}`,
      );
    }
    const base = flatten(field.type);
    if (base.kind === 'struct') this.#wireStruct(id, base);
    return { name, decode: this.#plan(id, field.type, name) };
  }

  #planElements(
    id: number,
    type: GoType & { kind: 'slice' | 'array' },
    name: string,
  ): Decode {
    const decode = this.#plan(id, type.element, name);
    const minBytes = this.#source.types.mayHoldAny(id) ? 0 : 1;
    return (reader) => {
      const count = reader.count(minBytes);
      if (type.kind === 'array' && count !== type.length) throw lengthMismatch();
      reader.enter();
      const values: unknown[] = [];
      for (let i = 0; i < count; i++) {
        reader.countValue();
        values.push(decode(reader));
      }
      reader.leave();
      return values;
    };
  }

  #planMap(
    wire: WireType & { kind: 'map' },
    type: GoType & { kind: 'map' },
    name: string,
  ) {
    const { types } = this.#source;
    const key = this.#plan(wire.key, type.key, `key of ${name}`, name);
    const element = this.#plan(wire.element, type.element, `element of ${name}`, name);
    const isSplit = types.mayHoldAny(wire.key) || types.mayHoldAny(wire.element);
    return createMapDecoder(key, element, isSplit ? 0 : 2, type.isRecord);
  }
}

/** Go accepts a struct with no field in common only where one of the two has no fields. */
function hasCommonField(fields: readonly WireField[], type: StructType): boolean {
  if (fields.length === 0 || type.fields.length === 0) return true;
  return fields.some(({ name }) => type.fields.some((field) => field.name === name));
}

const readBytes: Decode = (reader) => reader.bytes();
const readByteArray: Decode = (reader) => Array.from(reader.bytes());

export function createMapDecoder(
  key: Decode,
  element: Decode,
  minBytes: number,
  isRecord: boolean,
): Decode {
  return (reader) => {
    const count = reader.count(minBytes);
    reader.enter();
    const map = new Map<unknown, unknown>();
    for (let i = 0; i < count; i++) {
      reader.countValue();
      const k = key(reader);
      reader.countValue();
      map.set(k, element(reader));
    }
    reader.leave();
    return isRecord ? toRecord(map as Map<string, unknown>) : map;
  };
}

/** Without a prototype `__proto__` is a name like any other. */
function toRecord(map: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const record: Record<string, unknown> = Object.create(null);
  for (const [name, value] of map) record[name] = value;
  return record;
}

function createStructDecoder(
  steps: readonly (Step | Decode)[],
  type: StructType,
): Decode {
  const zeros = type.fields.map((field) => ({
    name: field.name,
    create: () => zeroOf(field.type),
  }));
  return createFieldDecoder(steps, zeros);
}

/** Absent fields are zero, and each zero that can change is a new one. */
export function createFieldDecoder(
  steps: readonly (Step | Decode)[],
  zeros: readonly { readonly name: string; readonly create: () => unknown }[],
): Decode {
  const template: Record<string, unknown> = {};
  for (const { name, create } of zeros) {
    const zero = create();
    const value = typeof zero === 'object' && zero !== null ? undefined : zero;
    const isData = { value, writable: true, enumerable: true, configurable: true };
    Object.defineProperty(template, name, isData);
  }
  const fresh = zeros.filter(({ name }) => template[name] === undefined);
  return (reader) => {
    reader.enter();
    // Copied with all its names, so that assigning to one never meets a setter.
    const struct = { ...template };
    let at = -1;
    for (;;) {
      const delta = reader.fieldDelta(at);
      if (delta === 0) break;
      at += delta;
      const step = steps[at];
      if (step === undefined) throw fieldOutOfBounds();
      reader.countValue();
      if (typeof step === 'function') step(reader);
      else struct[step.name] = step.decode(reader);
    }
    for (let i = 0; i < fresh.length; i++) {
      const { name, create } = fresh[i] as (typeof zeros)[number];
      if (struct[name] === undefined) struct[name] = create();
    }
    reader.leave();
    return struct;
  };
}
