/**
 * The types that the peer has defined on one stream. Ids may come in any order, may speak of
 * ids that are defined later or never, and may go in circles.
 *
 * Source: Go encoding/gob, decoder.go and type.go.
 */
import { LimitError, ProtocolError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import {
  basicIds,
  basicNames,
  firstDefinedId,
  WireType as WireStruct,
  type WireType as WireTypeValue,
  wireTypeId,
} from './type-definitions.ts';
import { TypeTable } from './type-table.ts';

/** One definition, as it is needed for reading values. */
export type WireType =
  | {
      readonly kind: 'struct';
      readonly name: string;
      readonly fields: readonly WireField[];
    }
  | { readonly kind: 'slice'; readonly name: string; readonly element: number }
  | {
      readonly kind: 'array';
      readonly name: string;
      readonly element: number;
      readonly length: number;
    }
  | {
      readonly kind: 'map';
      readonly name: string;
      readonly key: number;
      readonly element: number;
    }
  | { readonly kind: 'opaque'; readonly name: string; readonly isGobEncoder: boolean };

export interface WireField {
  readonly name: string;
  readonly id: number;
}

/** Steps after which a search gives up and takes the careful way. */
const maxSearch = 1000;

/** Made for the first stream: who speaks no gob does without. */
let protocolTypes: ReadonlyMap<number, WireType> | undefined;

/** Grows by `define` only. */
export class WireTypes {
  readonly #limits: Limits;
  readonly #types: Map<number, WireType>;
  /** How many there are that nobody has to define. */
  readonly #protocolTypes: number;
  readonly #mayHoldAny = new Map<number, boolean>();

  constructor(limits: Limits) {
    this.#limits = limits;
    protocolTypes ??= listProtocolTypes();
    this.#types = new Map(protocolTypes);
    this.#protocolTypes = protocolTypes.size;
  }

  get(id: number): WireType | undefined {
    return this.#types.get(id);
  }

  has(id: number): boolean {
    return basicNames.has(id) || this.#types.has(id);
  }

  /** As Go's errors call it. */
  nameOf(id: number): string {
    return basicNames.get(id) ?? this.#types.get(id)?.name ?? 'unknown type';
  }

  define(id: number, definition: WireTypeValue): void {
    if (id < firstDefinedId || this.#types.has(id)) {
      throw new ProtocolError('gob: duplicate type received');
    }
    const { maxTypes, maxFields } = this.#limits;
    if (this.#types.size - this.#protocolTypes >= maxTypes) {
      throw new LimitError('maxTypes', `gob: more than ${maxTypes} type definitions`);
    }
    if ((definition.StructT?.Field.length ?? 0) > maxFields) {
      throw new LimitError('maxFields', `gob: struct of more than ${maxFields} fields`);
    }
    this.#types.set(id, readDefinition(definition));
  }

  /**
   * False: no value of this type can hold an interface value. True where it can, and where the
   * answer would take long: whoever asks is careful then.
   */
  mayHoldAny(id: number): boolean {
    const known = this.#mayHoldAny.get(id);
    if (known !== undefined) return known;
    // What is not defined yet may be, and is not worth remembering.
    if (!this.has(id)) return true;
    const may = this.#searchAny(id);
    this.#mayHoldAny.set(id, may);
    return may;
  }

  #searchAny(root: number): boolean {
    const found = new Set([root]);
    let steps = 0;
    for (const id of found) {
      if (id === basicIds.any) return true;
      if (basicNames.has(id)) continue;
      const type = this.#types.get(id);
      if (type === undefined) return true;
      for (const inner of listInner(type)) {
        if (++steps > maxSearch) return true;
        found.add(inner);
      }
    }
    return false;
  }
}

function listInner(type: WireType): readonly number[] {
  switch (type.kind) {
    case 'struct':
      return type.fields.map(({ id }) => id);
    case 'map':
      return [type.key, type.element];
    case 'opaque':
      return [];
    default:
      return [type.element];
  }
}

function readDefinition(wire: WireTypeValue): WireType {
  const { ArrayT, SliceT, StructT, MapT } = wire;
  if (StructT !== null) {
    const fields = StructT.Field.map(({ Name, Id }) => ({ name: Name, id: Id }));
    if (fields.some(({ name }) => name === '')) {
      throw new ProtocolError(
        `gob: empty name for remote field of type ${StructT.CommonType.Name}`,
      );
    }
    return { kind: 'struct', name: StructT.CommonType.Name, fields };
  }
  if (SliceT !== null) {
    return { kind: 'slice', name: SliceT.CommonType.Name, element: SliceT.Elem };
  }
  if (ArrayT !== null) {
    if (!(ArrayT.Len >= 0)) throw new ProtocolError('gob: array of negative length');
    const { CommonType, Elem, Len } = ArrayT;
    return { kind: 'array', name: CommonType.Name, element: Elem, length: Len };
  }
  if (MapT !== null) {
    const { CommonType, Key, Elem } = MapT;
    return { kind: 'map', name: CommonType.Name, key: Key, element: Elem };
  }
  const opaque = wire.GobEncoderT ?? wire.BinaryMarshalerT ?? wire.TextMarshalerT;
  if (opaque === null) throw new ProtocolError('gob: type definition of no kind');
  return {
    kind: 'opaque',
    name: opaque.CommonType.Name,
    isGobEncoder: wire.GobEncoderT !== null,
  };
}

/** The protocol's own types, numbered as any stream would number them. */
function listProtocolTypes(): Map<number, WireType> {
  const table = new TypeTable(Infinity, wireTypeId);
  table.idOf(WireStruct);
  const definitions = table.takeDefinitions();
  return new Map(definitions.map(({ id, wire }) => [id, readDefinition(wire)]));
}
