/**
 * Values read without a Go type on this side: what the peer has defined says enough. A struct
 * becomes an object with all of its fields, a map a Map; a type that writes its own bytes stays
 * bytes, except for time.Time.
 *
 * Ours, not Go's: Go always decodes into a variable, which has a type.
 */
import {
  type BasicType,
  bool,
  Complex,
  float64,
  int,
  string,
  time,
  uint,
  zeroOf,
} from '../go-types.ts';
import { planBasicDecoding } from './decode-basic.ts';
import {
  createFieldDecoder,
  createMapDecoder,
  type Decode,
  type Source,
} from './decode-plan.ts';
import { outOfRange } from './gob-error.ts';
import type { Reader } from './reader.ts';
import { decodeTime, holdsTime } from './time.ts';
import { basicIds } from './type-definitions.ts';
import { lengthMismatch, undefinedType } from './walk.ts';
import type { WireType } from './wire-types.ts';

/** The plans of one stream. */
export class SelfDescribedPlans {
  readonly #source: Source;
  readonly #plans = new Map<number, Decode>();

  constructor(source: Source) {
    this.#source = source;
    const plan = (type: BasicType) =>
      planBasicDecoding(type, () => outOfRange(type.name));
    this.#plans.set(basicIds.bool, plan(bool));
    this.#plans.set(basicIds.int, plan(int));
    this.#plans.set(basicIds.uint, plan(uint));
    this.#plans.set(basicIds.float, plan(float64));
    this.#plans.set(basicIds.string, plan(string));
    this.#plans.set(basicIds.bytes, (reader) => reader.bytes());
    this.#plans.set(basicIds.complex, readComplex);
    this.#plans.set(basicIds.any, () => source.readAny());
  }

  plan(id: number): Decode {
    let plan = this.#plans.get(id);
    if (plan === undefined) {
      const type = this.#source.types.get(id);
      if (type === undefined) throw undefinedType();
      plan = this.#create(type);
      this.#plans.set(id, plan);
    }
    return plan;
  }

  /** Planned when a value comes, not now: types may go in circles. */
  #planLater(id: number): Decode {
    let plan: Decode | undefined;
    return (reader) => {
      plan ??= this.plan(id);
      return plan(reader);
    };
  }

  #create(type: WireType): Decode {
    switch (type.kind) {
      case 'opaque':
        return createOpaqueDecoder(type);
      case 'map': {
        const { types } = this.#source;
        const isSplit = types.mayHoldAny(type.key) || types.mayHoldAny(type.element);
        const [key, element] = [this.#planLater(type.key), this.#planLater(type.element)];
        return createMapDecoder(key, element, isSplit ? 0 : 2, false);
      }
      case 'struct': {
        const steps = type.fields.map(({ name, id }) => ({
          name,
          decode: this.#planLater(id),
        }));
        const zeros = type.fields.map(({ name, id }) => ({
          name,
          create: () => this.#zeroOf(id),
        }));
        return createFieldDecoder(steps, zeros);
      }
      default:
        return this.#createElements(type);
    }
  }

  #createElements(type: WireType & { kind: 'slice' | 'array' }): Decode {
    const decode = this.#planLater(type.element);
    const minBytes = this.#source.types.mayHoldAny(type.element) ? 0 : 1;
    const length = type.kind === 'array' ? type.length : undefined;
    return (reader) => {
      const count = reader.count(minBytes);
      if (length !== undefined && count !== length) throw lengthMismatch();
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

  /** Gob leaves out zeros; a struct or an array is left out only where a pointer was nil. */
  #zeroOf(id: number): unknown {
    switch (id) {
      case basicIds.bool:
        return false;
      case basicIds.int:
      case basicIds.uint:
      case basicIds.float:
        return 0;
      case basicIds.string:
        return '';
      case basicIds.bytes:
        return new Uint8Array(0);
      case basicIds.complex:
        return new Complex(0, 0);
      default:
        return zeroOfDefined(this.#source.types.get(id));
    }
  }
}

function zeroOfDefined(type: WireType | undefined): unknown {
  switch (type?.kind) {
    case 'slice':
      return [];
    case 'map':
      return new Map();
    case 'opaque':
      return type.name === 'Time' ? zeroOf(time) : new Uint8Array(0);
    default:
      return null;
  }
}

function readComplex(reader: Reader): Complex {
  const re = reader.float();
  return new Complex(re, reader.float());
}

/** Go leaves out the name of a type that stands only inside maps or arrays. */
function createOpaqueDecoder(type: WireType & { kind: 'opaque' }): Decode {
  const mayBeTime = type.isGobEncoder && (type.name === 'Time' || type.name === '');
  return (reader) => {
    const data = reader.bytes();
    return mayBeTime && holdsTime(data) ? decodeTime(data) : data;
  };
}
