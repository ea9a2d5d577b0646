/**
 * The types that one stream has told its peer: which id each has, and which definitions are
 * still to be sent. Ids and definitions come in the order of Go's, names and all.
 *
 * Source: Go encoding/gob, type.go and encoder.go.
 */
import { LimitError } from '../errors.ts';
import type { Field, GoType } from '../go-types.ts';
import { basicIdOf, firstUserId, flatten, type WireType } from './type-definitions.ts';
import { printType } from './type-names.ts';

export interface Definition {
  readonly id: number;
  readonly wire: WireType;
}

interface Entry {
  /** 0 while the types inside are looked at: all but structs get theirs after those. */
  id: number;
  readonly name: string;
  readonly type: GoType;
  /** The types inside, in order. */
  ids: readonly number[];
}

/** Answers `idOf`; `takeDefinitions` is what the peer must hear before it can follow. */
export class TypeTable {
  readonly #maxTypes: number;
  readonly #entries = new Map<string, Entry>();
  /** A shortcut for `idOf`; the entries are what counts. */
  #ids = new WeakMap<GoType, number>();
  #nextId: number;
  #undefined: Entry[] = [];

  constructor(maxTypes: number, firstId = firstUserId) {
    this.#maxTypes = maxTypes;
    this.#nextId = firstId;
  }

  /** The id of `type`, which is allotted at first sight, as those of all types inside. */
  idOf(type: GoType): number {
    let id = this.#ids.get(type);
    if (id === undefined) {
      const base = flatten(type);
      id = this.#allot(base, base.kind === 'struct' ? base.typeName : nameOfTime(base));
      this.#ids.set(type, id);
    }
    return id;
  }

  /** Definitions of all ids allotted since the last time, each before those inside it. */
  takeDefinitions(): readonly Definition[] {
    const entries = this.#undefined;
    if (entries.length === 0) return [];
    this.#undefined = [];
    return entries.map((entry) => ({ id: entry.id, wire: describe(entry) }));
  }

  get hasDefinitions(): boolean {
    return this.#undefined.length > 0;
  }

  get nextId(): number {
    return this.#nextId;
  }

  /** Takes back every id from `nextId` on: the peer has not heard of them. */
  rollBack(nextId: number): void {
    this.#undefined = [];
    if (nextId === this.#nextId) return;
    this.#nextId = nextId;
    for (const [key, entry] of this.#entries) {
      if (entry.id === 0 || entry.id >= nextId) this.#entries.delete(key);
    }
    this.#ids = new WeakMap();
  }

  #allot(type: GoType, name: string): number {
    const base = flatten(type);
    const basicId = basicIdOf(base);
    if (basicId !== undefined) return basicId;
    const key = keyOf(base);
    const known = this.#entries.get(key);
    if (known !== undefined) return this.#number(known);
    if (this.#entries.size >= this.#maxTypes) {
      throw new LimitError(
        'maxTypes',
        `gob: more than ${this.#maxTypes} types to define`,
      );
    }
    const entry: Entry = { id: 0, name, type: base, ids: [] };
    this.#entries.set(key, entry);
    if (base.kind === 'struct') this.#number(entry);
    // Outer definitions travel before inner ones, although inner ids may be lower.
    this.#undefined.push(entry);
    entry.ids = this.#allotInner(base);
    return this.#number(entry);
  }

  #allotInner(type: GoType): readonly number[] {
    switch (type.kind) {
      case 'struct':
        return type.fields.map(({ type: field }) => this.#allot(field, nameField(field)));
      case 'map':
        return [this.#allot(type.key, ''), this.#allot(type.element, '')];
      case 'array':
        return [this.#allot(type.element, '')];
      case 'slice':
        return [this.#allot(type.element, nameElement(type.element))];
      default:
        return [];
    }
  }

  #number(entry: Entry): number {
    if (entry.id === 0) entry.id = this.#nextId++;
    return entry.id;
  }
}

/** A field's type is named even where it has no name of its own. */
function nameField(type: GoType): string {
  const base = flatten(type);
  if (base.kind === 'struct' && base.typeName !== '') return base.typeName;
  return nameOfTime(base) || printType(base);
}

/** Where a pointer or an array stands between, Go leaves even a struct's name out. */
function nameElement(type: GoType): string {
  return type.kind === 'struct' ? type.typeName : nameOfTime(type);
}

function nameOfTime(type: GoType): string {
  return type.kind === 'time' ? 'Time' : '';
}

const keys = new WeakMap<GoType, string>();
let structsSeen = 0;

/** Equal for types that are identical in Go: structs by identity, all others by their parts. */
function keyOf(type: GoType): string {
  let key = keys.get(type);
  if (key === undefined) {
    key = buildKey(type);
    keys.set(type, key);
  }
  return key;
}

function buildKey(type: GoType): string {
  switch (type.kind) {
    case 'struct':
      return `#${++structsSeen}`;
    case 'map':
      return `map[${keyOf(type.key)}]${keyOf(type.element)}`;
    case 'array':
      return `[${type.length}]${keyOf(type.element)}`;
    case 'slice':
      return `[]${keyOf(type.element)}`;
    case 'pointer':
      return `*${keyOf(type.element)}`;
    default:
      return type.name;
  }
}

const none: WireType = {
  ArrayT: null,
  SliceT: null,
  StructT: null,
  MapT: null,
  GobEncoderT: null,
  BinaryMarshalerT: null,
  TextMarshalerT: null,
};

function describe({ id, name, type, ids }: Entry): WireType {
  const CommonType = { Name: name, Id: id };
  const first = ids[0] as number;
  switch (type.kind) {
    case 'struct': {
      const Field = type.fields.map((field: Field, i) => ({
        Name: field.name,
        Id: ids[i] as number,
      }));
      return { ...none, StructT: { CommonType, Field } };
    }
    case 'map':
      return { ...none, MapT: { CommonType, Key: first, Elem: ids[1] as number } };
    case 'array':
      return { ...none, ArrayT: { CommonType, Elem: first, Len: type.length } };
    case 'slice':
      return { ...none, SliceT: { CommonType, Elem: first } };
    default:
      return { ...none, GobEncoderT: { CommonType } };
  }
}
