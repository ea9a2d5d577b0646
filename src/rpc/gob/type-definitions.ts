/**
 * How a stream says what a type is: as a value of the struct `wireType`, which is itself a gob
 * value like any other. Its field names and their order are the protocol; both ends know the
 * ids of these structs, 16 to 24, without being told.
 *
 * Source: Go encoding/gob, type.go.
 */
import {
  type GoType,
  type Infer,
  int,
  int32,
  pointer,
  slice,
  string,
  struct,
} from '../go-types.ts';

/** Ids of the types that need no definition. */
export const basicIds = {
  bool: 1,
  int: 2,
  uint: 3,
  float: 4,
  bytes: 5,
  string: 6,
  complex: 7,
  any: 8,
} as const;

/** Names of the same, as Go prints them in its errors. */
export const basicNames: ReadonlyMap<number, string> = new Map([
  ...Object.entries(basicIds).map(([name, id]) => [id, name] as const),
  [basicIds.any, 'interface'],
]);

/** Where the structs of this file begin: wireType is 16, arrayType 17 and so on. */
export const wireTypeId = 16;
/** Ids below it are the protocol's. Go's first is 65. */
export const firstDefinedId = 64;
export const firstUserId = 65;

const CommonType = struct('gob.CommonType', { Name: string, Id: int32 });
const ArrayDefinition = struct('gob.arrayType', { CommonType, Elem: int32, Len: int });
const SliceDefinition = struct('gob.sliceType', { CommonType, Elem: int32 });
const FieldDefinition = struct('gob.fieldType', { Name: string, Id: int32 });
const StructDefinition = struct('gob.structType', {
  CommonType,
  Field: slice(FieldDefinition),
});
const MapDefinition = struct('gob.mapType', { CommonType, Key: int32, Elem: int32 });
/** A type that writes its own bytes, as time.Time does; only its name is known. */
const OpaqueDefinition = struct('gob.gobEncoderType', { CommonType });

/** Exactly one field is set: the kind of the type that is defined. */
export const WireType = struct('gob.wireType', {
  ArrayT: pointer(ArrayDefinition),
  SliceT: pointer(SliceDefinition),
  StructT: pointer(StructDefinition),
  MapT: pointer(MapDefinition),
  GobEncoderT: pointer(OpaqueDefinition),
  BinaryMarshalerT: pointer(OpaqueDefinition),
  TextMarshalerT: pointer(OpaqueDefinition),
});
export type WireType = Infer<typeof WireType>;

/** The id of a type that needs no definition; undefined: it needs one. */
export function basicIdOf(type: GoType): number | undefined {
  if (type.kind === 'slice') return isBytes(type) ? basicIds.bytes : undefined;
  return basicIds[type.kind as keyof typeof basicIds];
}

/** []uint8 is []byte on the wire, however it was described. */
export function isBytes(type: GoType): boolean {
  if (type.kind === 'bytes') return true;
  if (type.kind !== 'slice') return false;
  return type.element.kind === 'uint' && type.element.bits === 8;
}

/** Gob sends what a pointer points to, never the pointer. */
export function flatten(type: GoType): GoType {
  let base = type;
  while (base.kind === 'pointer') base = base.element;
  return base;
}
