/** What is written, what is refused, and that a refusal leaves no trace. */
import { describe, expect, test } from 'vitest';
import {
  any,
  array,
  bool,
  bytes,
  Complex,
  float32,
  GoTime,
  type GoType,
  int,
  int8,
  int64,
  map,
  pointer,
  record,
  slice,
  string,
  struct,
  Typed,
  time,
  uint8,
  uint64,
} from '../../../src/rpc/go-types.ts';
import { GobDecoder } from '../../../src/rpc/gob/decoder.ts';
import { GobEncoder } from '../../../src/rpc/gob/encoder.ts';
import { chooseLimits } from '../../../src/rpc/limits.ts';

const limits = chooseLimits();
const Point = struct('Point', { X: int, Y: int });

function roundTrip(
  value: unknown,
  type?: GoType,
  readAs: GoType | undefined = type,
): unknown {
  const decoder = new GobDecoder(limits);
  decoder.push(Buffer.from(new GobEncoder(limits).encode(value, type)));
  expect(decoder.advance()).toBe(true);
  return decoder.decode(readAs);
}

interface Loop {
  Next: Loop | null;
}
const Loop: GoType = struct('Loop', () => ({ Next: pointer(Loop) }));
const loop: Loop = { Next: null };
loop.Next = loop;
const ring: unknown[] = [];
ring.push(ring);
const looped = new Map<string, unknown>();
looped.set('self', looped);

describe('refused', () => {
  const refused: [string, unknown, GoType | undefined, string][] = [
    ['a cyclic struct', loop, Loop, 'deeper than 500'],
    ['a cyclic object', loop, undefined, 'deeper than 500'],
    ['a cyclic array', ring, undefined, 'deeper than 500'],
    ['a cyclic array of anything', ring, slice(any), 'deeper than 500'],
    ['a cyclic Map', looped, undefined, 'deeper than 500'],
    [
      'a number beyond its type',
      { A: 128 },
      struct('T', { A: int8 }),
      'value for "A" out of range',
    ],
    ['a negative uint', -1, uint64, 'value for "uint64" out of range'],
    ['a bigint beyond 64 bits', 2n ** 63n, int64, 'value for "int64" out of range'],
    ['a number beyond 64 bits', 2 ** 63, int64, 'value for "int64" out of range'],
    ['a float beyond 32 bits', 1e300, float32, 'value for "float32" out of range'],
    ['a byte that is none', [256], slice(uint8), 'out of range'],
    [
      'a fraction for an int',
      { A: 1.5 },
      struct('T', { A: int }),
      'cannot encode 1.5 as A',
    ],
    ['a text for a bool', 'x', bool, 'cannot encode x as bool'],
    ['a number for a struct', 1, Point, 'cannot encode 1 as main.Point'],
    ['an object for a slice', {}, slice(int), 'cannot encode an object as []int'],
    ['nil among elements', [null], slice(pointer(Point)), 'nil element'],
    ['an array of another length', [1], array(2, int), '1 elements for [2]int'],
    ['nil', null, undefined, 'cannot encode nil value'],
    ['a nil pointer', null, pointer(Point), 'cannot encode nil value'],
    ['a function', () => 1, undefined, 'cannot encode a function'],
    ['a symbol inside', { A: Symbol('x') }, undefined, 'cannot encode a symbol'],
    ['a Set', { A: new Set() }, undefined, 'cannot encode a Set'],
    [
      'fields of lower case only',
      { a: 1 },
      undefined,
      'no field whose name begins upper-case',
    ],
    ['an invalid Date', new Date(Number.NaN), undefined, 'invalid Date'],
    ['a zone of one minute west', new GoTime(0, 0, -1), time, 'unexpected zone offset'],
  ];

  test.each(refused)(
    '%s, and the stream is as if never asked',
    (_name, value, type, text) => {
      const encoder = new GobEncoder(limits);
      const other = new GobEncoder(limits);
      const before = { A: 'x', B: [1.5] };
      expect(encoder.encode(before)).toEqual(other.encode(before));
      // New types come before the mistake, which is found late.
      const Outer = struct('Outer', { P: Point, V: type ?? any, Q: slice(Point) });
      const wrong = { P: { X: 1, Y: 2 }, V: value, Q: [{ X: 1, Y: 2 }] };
      expect(() => encoder.encode(value, type)).toThrow(text);
      if (value !== null) {
        expect(() => encoder.encode(wrong, Outer)).toThrow(/gob: |value for|Time/);
      }
      const after = { C: [{ D: 1 }, { D: 'x' }] };
      expect(encoder.encode(after)).toEqual(other.encode(after));
      expect(encoder.encode(before)).toEqual(other.encode(before));
    },
  );

  test('without limits a cycle still ends', () => {
    for (const [value, type] of [[loop, Loop], [ring], [looped]] as [
      unknown,
      GoType?,
    ][]) {
      const encoder = new GobEncoder(chooseLimits(false));
      expect(() => encoder.encode(value, type)).toThrow('deeper than 1000');
    }
  });

  test('more types than the limit, though not those that are known', () => {
    const encoder = new GobEncoder(chooseLimits({ maxTypes: 3 }));
    const shapes = [{ A: 1 }, { B: 1 }, { C: 1 }];
    for (const shape of shapes) encoder.encode(shape);
    expect(() => encoder.encode({ D: 1 })).toThrow('more than 3 types');
    for (const shape of shapes) expect(encoder.encode(shape)).toHaveLength(6);
  });

  test('a message beyond the limit', () => {
    const encoder = new GobEncoder(chooseLimits({ maxFrameBytes: 1000 }));
    expect(() => encoder.encode('x'.repeat(1000))).toThrow('more than 1000 bytes');
    expect(() => encoder.encode(new Uint8Array(10_000_000))).toThrow(
      'more than 1000 bytes',
    );
    expect(encoder.encode('x'.repeat(990))).toHaveLength(998);
  });

  test('a value that encodes another one while it is encoded', () => {
    const encoder = new GobEncoder(limits);
    const nosy = {
      get A() {
        return encoder.encode(1);
      },
    };
    expect(() => encoder.encode(nosy)).toThrow('while it is encoded');
    expect(Buffer.from(encoder.encode(3)).toString('hex')).toBe('03040006');
  });
});

describe('without a description', () => {
  test.each([
    ['integers', [1, -1, 2 ** 53 - 1]],
    ['integers and fractions, all as float64', [1, 2.5, -3]],
    ['large integers', [2n ** 60n, -(2n ** 60n)]],
    ['an int64 and a uint64', [1, 2n ** 64n - 1n]],
    ['elements of different kinds', [1, 'x', true, null, [2], { A: 3 }]],
    ['nothing in it', []],
    ['objects in Maps in arrays', [new Map([['a', { B: [{ C: 1 }] }]])]],
    [
      'a Map of different kinds',
      new Map<unknown, unknown>([
        [1, 'x'],
        ['y', [2]],
      ]),
    ],
    ['null fields', { A: null, B: [null, null] }],
    ['a complex number and a time', { C: new Complex(1, -2), T: new GoTime(5, 7, 60) }],
    ['bytes', { D: new Uint8Array([1, 2, 3]) }],
    ['an empty object', {}],
    ['text in any script', 'aé漢🚀'.repeat(30)],
  ])('%s', (_name, value) => {
    expect(roundTrip(value)).toEqual(value);
  });

  test('undefined fields, methods and lower-case fields stay at home', () => {
    const value = { A: 1, B: undefined, C: () => 1, d: 4 };
    expect(roundTrip(value)).toEqual({ A: 1 });
    expect(roundTrip({ A: undefined })).toEqual({});
  });

  test('a type may come with any value, also deep inside', () => {
    const value = { A: [new Typed(Point, { X: 1, Y: 0 })], B: new Typed(float32, 1) };
    expect(roundTrip(value)).toEqual({ A: [{ X: 1, Y: 0 }], B: 1 });
    expect(roundTrip(new Typed(Point, { X: 1, Y: 0 }))).toEqual({ X: 1, Y: 0 });
    expect(roundTrip({ X: new Typed(int, 5), Y: 1 }, Point)).toEqual({ X: 5, Y: 1 });
  });

  test('an interface value carries the registered name of its type', () => {
    const T = struct('T', { V: any });
    const encode = (V: unknown) => Buffer.from(new GobEncoder(limits).encode({ V }, T));
    expect(encode(new Typed(Point, { X: 1, Y: 2 })).includes('main.Point')).toBe(true);
    expect(encode([1, 2]).includes('[]int')).toBe(true);
    expect(encode({ A: 1 }).includes('struct { A int }')).toBe(true);
    expect(encode([1, 'x']).includes('[]interface {}')).toBe(true);
  });
});

describe('by a description', () => {
  test('a record is a plain object, whatever its keys', () => {
    const value = JSON.parse('{"__proto__": 1, "constructor": 2}');
    const back = roundTrip(value, record(int)) as Record<string, number>;
    expect(Object.entries(back)).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
    expect(Object.getPrototypeOf(back)).toBeNull();
    expect(roundTrip(value, record(int), map(string, int))).toEqual(
      new Map(Object.entries(value)),
    );
  });

  test('absent fields are zero, each value with zeros of its own', () => {
    const T = struct('T', {
      S: slice(int),
      M: map(string, int),
      D: bytes,
      P: pointer(Point),
    });
    const Less = struct('T', { P: pointer(Point) });
    const zero = { S: [], M: new Map(), D: new Uint8Array(0), P: null };
    const [one, two] = [1, 2].map(() => roundTrip({}, Less, T) as typeof zero);
    expect(one).toEqual(zero);
    expect(one?.M).not.toBe(two?.M);
  });

  test('pointers are flattened, however many', () => {
    expect(roundTrip({ X: 1, Y: 2 }, pointer(pointer(Point)))).toEqual({ X: 1, Y: 2 });
    expect(roundTrip([5], slice(pointer(int)))).toEqual([5]);
  });

  test('decoding a type that holds itself needs no end', () => {
    const list = { Next: { Next: { Next: null } } };
    expect(roundTrip(list, Loop)).toEqual(list);
    expect(roundTrip(list, Loop, struct('Empty', {}))).toEqual({});
  });

  test('a large []byte takes its size and a few bytes', () => {
    const data = new Uint8Array(3_000_000).fill(7);
    const encoder = new GobEncoder(limits);
    encoder.encode({ A: new Uint8Array(1) });
    const frame = encoder.encode({ A: data });
    expect(frame.length).toBeLessThan(data.length + 20);
    expect(frame.buffer.byteLength).toBeLessThan(data.length + 4096);
    const back = roundTrip({ A: data }) as { A: Uint8Array };
    expect(Buffer.compare(back.A, data)).toBe(0);
  });

  test('frames handed out earlier stay as they were', () => {
    const encoder = new GobEncoder(limits);
    const sizes = [1, 100, 200, 1000, 70, 5000, 30, 100_000, 300];
    const texts = sizes
      .flatMap((size) => [size, size + 1])
      .map((size) => 'y'.repeat(size));
    const frames = texts.map((text) => encoder.encode([text, text, 'end']));
    const decoder = new GobDecoder(limits);
    for (const [i, frame] of frames.entries()) {
      decoder.push(Buffer.from(frame));
      expect(decoder.advance()).toBe(true);
      expect(decoder.decode()).toEqual([texts[i], texts[i], 'end']);
    }
  });
});
