/** The types of `go/main.go`, once more in our words, and values for them. */
import fc from 'fast-check';
import {
  any,
  array,
  bool,
  bytes,
  Complex,
  complex128,
  type Described,
  float32,
  float64,
  GoTime,
  type GoType,
  int,
  int8,
  int16,
  int32,
  int64,
  map,
  pointer,
  slice,
  string,
  struct,
  Typed,
  time,
  uint,
  uint8,
  uint16,
  uint32,
  uint64,
} from '../../../src/rpc/go-types.ts';

export const Scalars = struct('Scalars', {
  B: bool,
  I: int,
  I8: int8,
  I16: int16,
  I32: int32,
  I64: int64,
  U: uint,
  U8: uint8,
  U16: uint16,
  U32: uint32,
  U64: uint64,
  F32: float32,
  F64: float64,
  C: complex128,
  S: string,
  D: bytes,
});
export const Point = struct('Point', { X: int, Y: int });
const Containers = struct('Containers', {
  Ints: slice(int),
  Texts: slice(string),
  Floats: slice(float32),
  Grid: array(2, array(3, int16)),
  Octets: array(4, uint8),
  Counts: map(string, int),
  Lists: map(int, slice(string)),
  Place: pointer(Point),
  Places: slice(Point),
  Named: map(string, Point),
  Far: pointer(pointer(int)),
  Flags: array(2, bool),
});
const Node: Described<unknown> = struct('Node', () => ({
  Value: int,
  Next: pointer(Node),
  Kids: slice(Node),
  Named: map(string, pointer(Node)),
}));
const Anys = struct('Anys', { V: any, L: slice(any), M: map(string, any) });
const Times = struct('Times', {
  T: time,
  L: slice(time),
  P: pointer(time),
  M: map(string, time),
});
const Nothings = struct('Nothings', {
  E: struct('', {}),
  L: slice(struct('', {})),
  A: struct('', { X: int }),
});
const Lists = slice(map(string, slice(int)));

/** 64 bits, as they come back: a number where that is exact. */
const integer = (min: bigint, max: bigint) =>
  fc
    .oneof(
      fc.bigInt({ min, max }),
      fc.bigInt({ min: min < -300n ? -300n : min, max: 300n }),
      fc.constantFrom(min, max, 0n, 2n ** 53n - 1n, 2n ** 53n),
    )
    .map((n) => (n <= 2n ** 53n - 1n && n > -(2n ** 53n) ? Number(n) : n));
const signed64 = integer(-(2n ** 63n), 2n ** 63n - 1n);
const unsigned64 = integer(0n, 2n ** 64n - 1n);
const small = fc.integer({ min: -1000, max: 1000 });
/** A field leaves -0 out, as any zero. */
const float = fc.double({ noNaN: false }).map((x) => (x === 0 ? 0 : x));
const float4 = fc.float().map((x) => (x === 0 ? 0 : x));
const text = fc.string({ unit: fc.constantFrom('a', 'Z', 'é', '漢', '🚀', '\0', '"') });
const data = fc.uint8Array({ maxLength: 200 });
const names = fc.constantFrom('', 'a', 'b', '__proto__', 'constructor', 'é');
const mapOf = <V>(value: fc.Arbitrary<V>) =>
  fc.array(fc.tuple(names, value), { maxLength: 4 }).map((pairs) => new Map(pairs));
const list = <V>(value: fc.Arbitrary<V>) => fc.array(value, { maxLength: 5 });
const tuple = <V>(length: number, value: fc.Arbitrary<V>) =>
  fc.array(value, { minLength: length, maxLength: length });
const moment = fc
  .tuple(
    fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }),
    fc.nat(999_999),
    fc.option(
      fc.integer({ min: -720, max: 840 }).filter((minutes) => minutes !== -1),
      { nil: undefined },
    ),
  )
  .map(([ms, ns, zone]) => new GoTime(ms, ns, zone));
const point = fc.record({ X: small, Y: signed64 });

const scalars = fc.record({
  B: fc.boolean(),
  I: signed64,
  I8: fc.integer({ min: -128, max: 127 }),
  I16: fc.integer({ min: -32_768, max: 32_767 }),
  I32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  I64: signed64,
  U: unsigned64,
  U8: fc.nat(255),
  U16: fc.nat(65_535),
  U32: fc.nat(2 ** 32 - 1),
  U64: unsigned64,
  F32: float4,
  F64: float,
  C: fc.tuple(float, float).map(([re, im]) => new Complex(re, im)),
  S: text,
  D: data,
});
const containers = fc.record({
  Ints: list(signed64),
  Texts: list(text),
  Floats: list(float4),
  Grid: tuple(2, tuple(3, fc.integer({ min: -32_768, max: 32_767 }))),
  Octets: tuple(4, fc.nat(255)),
  Counts: mapOf(small),
  Lists: fc.array(fc.tuple(small, list(text)), { maxLength: 3 }).map((p) => new Map(p)),
  Place: fc.option(point),
  Places: list(point),
  Named: mapOf(point),
  // A pointer to zero is a zero, which is left out: it comes back as nil.
  Far: fc.option(fc.integer({ min: 1, max: 1000 })),
  Flags: tuple(2, fc.boolean()),
});
const nodes = (depth: number): fc.Arbitrary<unknown> =>
  fc.record({
    Value: small,
    Next: depth === 0 ? fc.constant(null) : fc.option(nodes(depth - 1)),
    Kids: depth === 0 ? fc.constant([]) : fc.array(nodes(depth - 1), { maxLength: 2 }),
    Named: depth === 0 ? fc.constant(new Map()) : mapOf(nodes(depth - 1)),
  });
const leaf = fc.oneof(
  fc.boolean(),
  signed64,
  fc.integer({ min: -1000, max: 1000 }).map((x) => x + 0.5),
  text,
  data,
  fc.constant(null),
  point.map((value) => new Typed(Point, value)),
  moment,
  fc.constant(2n ** 63n + 1n),
  fc.array(small, { minLength: 1, maxLength: 3 }),
  mapOf(text),
);
const anything = (depth: number): fc.Arbitrary<unknown> => {
  if (depth === 0) return leaf;
  const inner = anything(depth - 1);
  return fc.oneof(
    leaf,
    fc.array(inner, { maxLength: 3 }).map((values) => new Typed(slice(any), values)),
    mapOf(inner).map((values) => new Typed(map(string, any), values)),
    nodes(1).map((value) => new Typed(Node, value)),
  );
};
const anys = fc.record({ V: anything(2), L: list(anything(2)), M: mapOf(anything(2)) });
const times = fc.record({
  T: moment,
  L: list(moment),
  P: fc.option(moment),
  M: mapOf(moment),
});
const nothings = fc.record({
  E: fc.constant({}),
  L: list(fc.constant({})),
  A: fc.record({ X: small }),
});

export interface Kind {
  readonly name: string;
  readonly type: GoType;
  readonly values: fc.Arbitrary<unknown>;
}

export const kinds: readonly Kind[] = [
  { name: 'Scalars', type: Scalars, values: scalars },
  { name: 'Containers', type: Containers, values: containers },
  { name: 'Node', type: Node, values: nodes(3) },
  { name: 'Anys', type: Anys, values: anys },
  { name: 'Times', type: Times, values: times },
  { name: 'Nothings', type: Nothings, values: nothings },
  { name: 'Lists', type: Lists, values: list(mapOf(list(small))) },
];

/** As a decoder gives it back: types are gone. */
export function stripTypes(value: unknown): unknown {
  if (value instanceof Typed) return stripTypes(value.value);
  if (Array.isArray(value)) return value.map(stripTypes);
  if (value instanceof Map) {
    return new Map([...value].map(([key, one]) => [key, stripTypes(one)]));
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value)) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, stripTypes(v)]));
}
