/**
 * A value read for its length only: to skip it, or to see whether all of it has come. A value
 * with an interface inside may be cut in several messages, with definitions in between. The
 * walk keeps a stack of its own, so that it can wait for the next message anywhere, and no
 * nesting exhausts JavaScript's.
 *
 * Source: Go encoding/gob, decode.go, the ignore functions.
 */
import { ProtocolError } from '../errors.ts';
import type { Reader } from './reader.ts';
import { basicIds } from './type-definitions.ts';
import type { WireField, WireTypes } from './wire-types.ts';

/** What is left of one struct, or of the elements of one slice, array or map. */
type Level =
  | { readonly fields: readonly WireField[]; last: number }
  | { readonly ids: readonly number[]; done: number; readonly count: number };

/** One walk through one value. */
export class Walk {
  readonly #reader: Reader;
  readonly #types: WireTypes;
  /** Reads the definition at hand; its id is read already. */
  readonly #define: (id: number) => void;
  readonly #levels: Level[] = [];
  /** True: the name of an interface's type is read, its definitions or its id follow. */
  #isBeforeId = false;

  constructor(reader: Reader, types: WireTypes, define: (id: number) => void) {
    this.#reader = reader;
    this.#types = types;
    this.#define = define;
  }

  /** Enters a value; `isWhole`: it is no field and no element, so most begin with a zero. */
  begin(id: number, isWhole: boolean): void {
    const isStruct = this.#types.get(id)?.kind === 'struct';
    if (isWhole && !isStruct) readSingleton(this.#reader);
    this.#open(id);
  }

  /** True: the value has ended. False: it goes on in a message that is not here yet. */
  run(): boolean {
    for (;;) {
      if (this.#isBeforeId) {
        if (!this.#readAny()) return false;
        continue;
      }
      const level = this.#levels.at(-1);
      if (level === undefined) return true;
      const next = 'fields' in level ? this.#nextField(level) : nextElement(level);
      if (next === undefined) {
        this.#levels.pop();
        this.#reader.leave();
      } else {
        this.#reader.countValue();
        this.#open(next);
      }
    }
  }

  #nextField(level: { readonly fields: readonly WireField[]; last: number }) {
    const delta = this.#reader.fieldDelta(level.last);
    if (delta === 0) return undefined;
    level.last += delta;
    const field = level.fields[level.last];
    if (field === undefined) throw fieldOutOfBounds();
    return field.id;
  }

  #open(id: number): void {
    const reader = this.#reader;
    switch (id) {
      case basicIds.bool:
      case basicIds.int:
      case basicIds.uint:
      case basicIds.float:
        reader.uint();
        return;
      case basicIds.complex:
        reader.uint();
        reader.uint();
        return;
      case basicIds.bytes:
      case basicIds.string:
        reader.skipBytes();
        return;
      case basicIds.any:
        this.#isBeforeId = reader.text() !== '';
        return;
      default:
        this.#openDefined(id);
    }
  }

  #openDefined(id: number): void {
    const type = this.#types.get(id);
    if (type === undefined) throw undefinedType();
    if (type.kind === 'opaque') {
      this.#reader.skipBytes();
      return;
    }
    this.#reader.enter();
    if (type.kind === 'struct') {
      this.#levels.push({ fields: type.fields, last: -1 });
      return;
    }
    const ids = type.kind === 'map' ? [type.key, type.element] : [type.element];
    const isSplit = ids.some((inner) => this.#types.mayHoldAny(inner));
    const count = this.#reader.count(isSplit ? 0 : ids.length);
    if (type.kind === 'array' && count !== type.length) throw lengthMismatch();
    this.#levels.push({ ids, done: 0, count: count * ids.length });
  }

  #readAny(): boolean {
    const id = readConcreteId(this.#reader, this.#define);
    if (id === undefined) return false;
    this.#isBeforeId = false;
    this.#reader.countValue();
    this.begin(id, true);
    return true;
  }
}

function nextElement(level: {
  readonly ids: readonly number[];
  done: number;
  readonly count: number;
}): number | undefined {
  if (level.done === level.count) return undefined;
  return level.ids[level.done++ % level.ids.length];
}

/**
 * The id of the type of an interface's value, after definitions of it and before the value,
 * with the length of what follows. Undefined: it comes in the next message.
 */
export function readConcreteId(
  reader: Reader,
  define: (id: number) => void,
): number | undefined {
  for (;;) {
    if (reader.bytesLeft === 0 && !reader.nextMessage()) return undefined;
    const id = readTypeId(reader);
    if (id >= 0) {
      reader.smallUint();
      return id;
    }
    define(-id);
    // Inside another interface's value the rest has a length of its own, which is no news.
    if (reader.bytesLeft > 0) reader.smallUint();
  }
}

export function readTypeId(reader: Reader): number {
  const id = Number(reader.int());
  if (Math.abs(id) < 2 ** 31) return id;
  throw undefinedType();
}

/** Whatever is no struct has the form of one with a single field, whose number is 0. */
export function readSingleton(reader: Reader): void {
  if (reader.smallUint() === 0) return;
  throw new ProtocolError('gob: decode: corrupted data: non-zero delta for singleton');
}

export function undefinedType(): ProtocolError {
  return new ProtocolError('gob: unknown type id or corrupted data');
}

export function fieldOutOfBounds(): ProtocolError {
  return new ProtocolError('gob: bad data: field numbers out of bounds');
}

export function lengthMismatch(): ProtocolError {
  return new ProtocolError('gob: length mismatch in decodeArray');
}
