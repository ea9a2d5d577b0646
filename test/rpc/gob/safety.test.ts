/** Bytes that no encoder writes: each is refused at once, by name, and costs next to nothing. */
import { describe, expect, test } from 'vitest';
import { LimitError, ProtocolError } from '../../../src/rpc/errors.ts';
import { type GoType, int as goInt, slice, struct } from '../../../src/rpc/go-types.ts';
import { GobDecoder } from '../../../src/rpc/gob/decoder.ts';
import { chooseLimits, type LimitChoice, type Limits } from '../../../src/rpc/limits.ts';
import {
  defineArray,
  defineMap,
  defineOpaque,
  defineSlice,
  defineStruct,
  int,
  message,
  single,
  text,
  uint,
} from './forge.ts';

/** Ids that need no definition. */
const [boolId, intId, uintId, bytesId, stringId, anyId] = [1, 2, 3, 5, 6, 8] as const;

function read(
  bytes: readonly Buffer[],
  choice: LimitChoice = {},
  type?: GoType,
): unknown[] {
  const decoder = new GobDecoder(chooseLimits(choice));
  decoder.push(Buffer.concat(bytes));
  const values: unknown[] = [];
  while (decoder.advance()) values.push(decoder.decode(type));
  return values;
}

function failure(bytes: readonly Buffer[], choice?: LimitChoice, type?: GoType): Error {
  try {
    return new Error(`no failure: ${JSON.stringify(read(bytes, choice, type))}`);
  } catch (error) {
    return error as Error;
  }
}

const emptyStructs = [defineStruct(65, 'E', []), defineSlice(66, 65)];
const far = 2n ** 60n;

describe('a count is not believed', () => {
  const bombs: [string, Buffer[]][] = [
    ['a slice of empty structs', [...emptyStructs, single(66, uint(far))]],
    ['a slice of numbers', [defineSlice(65, intId), single(65, uint(far), [0])]],
    ['a slice of anything', [defineSlice(65, anyId), single(65, uint(far), [0])]],
    ['an array', [defineArray(65, intId, 2n ** 50n), single(65, uint(2n ** 50n), [0])]],
    ['a map', [defineMap(65, intId, intId), single(65, uint(far), [0, 0])]],
    ['a text', [single(stringId, uint(far))]],
    ['a []byte', [single(bytesId, uint(2n ** 64n - 1n))]],
    ['a time', [defineOpaque(65, 'Time'), single(65, uint(far))]],
    [
      'an interface name',
      [defineStruct(65, 'S', [['V', anyId]]), message(int(65), [1], uint(far))],
    ],
    ['a list of fields', [message(int(-65), [3, 2], uint(far))]],
  ];

  test.each(bombs)('%s', (_name, bytes) => {
    for (const choice of [{}, false] as const) {
      expect(failure(bytes, choice)).toBeInstanceOf(ProtocolError);
    }
  });

  test('not in a field that is skipped either', () => {
    const outer = defineStruct(67, 'S', [['L', 66]]);
    const value = message(int(67), [1], uint(far), [0]);
    const Nothing = struct('Nothing', {});
    expect(failure([...emptyStructs, outer, value], {}, Nothing)).toBeInstanceOf(
      ProtocolError,
    );
  });

  test('where each element is there, values are counted', () => {
    const bytes = [...emptyStructs, single(66, uint(5000), new Array(5000).fill(0))];
    expect(read(bytes)[0]).toHaveLength(5000);
    expect(failure(bytes, { maxValues: 4999 })).toMatchObject({ limit: 'maxValues' });
  });
});

describe('a message that is too long is refused by its length alone', () => {
  test.each([4097n, 2n ** 31n, 2n ** 53n + 1n, 2n ** 64n - 1n])('%s bytes', (length) => {
    const decoder = new GobDecoder(chooseLimits({ maxFrameBytes: 4096 }));
    decoder.push(Buffer.from(uint(length)));
    expect(() => decoder.advance()).toThrow(LimitError);
  });

  test('even where there are no limits: Go reads less than 1 GiB', () => {
    expect(failure([Buffer.from(uint(2 ** 30))], false)).toBeInstanceOf(LimitError);
  });

  test('a length of nine bytes is none', () => {
    expect(failure([Buffer.from([0xf7, 0])])).toBeInstanceOf(ProtocolError);
  });

  test('the pieces of one value count together', () => {
    const piece = (id: number) => [
      ...text('x'),
      ...int(-id),
      2,
      1,
      2,
      ...int(id),
      0,
      1,
      4,
      0,
      0,
    ];
    const cut = [
      defineStruct(65, 'S', [
        ['A', bytesId],
        ['V', anyId],
      ]),
      message(int(65), [1], uint(90), new Array(90).fill(1), [1], piece(70)),
      message(int(70), [2, 0, 0], [0]),
    ];
    expect(read(cut)).toEqual([{ A: new Uint8Array(90).fill(1), V: [] }]);
    expect(failure(cut, { maxFrameBytes: 115 })).toMatchObject({
      limit: 'maxFrameBytes',
    });
  });
});

describe('type definitions', () => {
  test('so many and no more', () => {
    const bytes = Array.from({ length: 11 }, (_, i) => defineSlice(65 + i, intId));
    expect(read(bytes, { maxTypes: 11 })).toEqual([]);
    expect(failure(bytes, { maxTypes: 10 })).toMatchObject({ limit: 'maxTypes' });
  });

  test('their bytes have a bound of their own', () => {
    const bytes = [defineStruct(65, 'x'.repeat(2500), [])];
    expect(failure(bytes, { maxTypes: 2 })).toMatchObject({ limit: 'maxTypes' });
  });

  test('so many fields and no more', () => {
    const fields = Array.from({ length: 8 }, (_, i) => [`F${i}`, intId] as const);
    expect(read([defineStruct(65, 'S', fields)], { maxFields: 8 })).toEqual([]);
    for (const count of [9, 100]) {
      const more = Array.from({ length: count }, (_, i) => [`F${i}`, intId] as const);
      const error = failure([defineStruct(65, 'S', more)], { maxFields: 8 });
      expect(error).toMatchObject({ limit: 'maxFields' });
    }
  });

  test.each([
    ['an id defined twice', [defineSlice(65, intId), defineSlice(65, intId)]],
    ['an id of the protocol', [defineSlice(16, intId)]],
    ['an id of a basic type', [defineSlice(2, intId)]],
    ['no kind at all', [message(int(-65), [0])]],
    ['no end', [message(int(-65), [2, 1])]],
    ['something after its end', [message(int(-65), [2, 0, 0, 7])]],
    ['a field without a name', [message(int(-65), [3, 2, 1, 2, 4, 0, 0, 0])]],
    ['an array of negative length', [defineArray(65, intId, -1)]],
    ['an unknown field', [message(int(-65), [8, 0, 0])]],
    ['an id beyond 32 bits', [message(int(-(2n ** 40n)), [2, 0, 0])]],
  ])('%s is an error', (_name, bytes) => {
    const error = failure(bytes);
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error).not.toBeInstanceOf(LimitError);
  });

  test.each([
    ['never defined', [single(99, [0])]],
    ['never defined, inside', [defineSlice(65, 99), single(65, [1, 0])]],
    ['zero', [single(0, [0])]],
    ['reserved', [single(12, [0])]],
    ['beyond 32 bits', [single(2 ** 40, [0])]],
  ])('a value whose type is %s is an error', (_name, bytes) => {
    for (const type of [undefined, goInt, slice(goInt), struct('S', { A: goInt })]) {
      const error = failure(bytes, {}, type);
      expect(error.message).toMatch(/gob: (unknown type|decoding into|type mismatch)/);
    }
  });

  test('any order will do, and ids far apart', () => {
    const bytes = [
      defineSlice(2_000_000_000, 77),
      defineStruct(77, 'S', [['A', intId]]),
      single(2_000_000_000, [1, 1], int(5), [0]),
    ];
    expect(read(bytes)).toEqual([[{ A: 5 }]]);
  });
});

describe('types that go in circles', () => {
  const nest = (depth: number) => [...new Array(depth).fill(1), 0];
  const circles: [string, Buffer, (depth: number) => Buffer][] = [
    ['type T []T', defineSlice(65, 65), (depth) => single(65, nest(depth))],
    ['type T [1]T', defineArray(65, 65, 1), (depth) => single(65, nest(depth))],
    [
      'type T map[int]T',
      defineMap(65, intId, 65),
      (depth) => single(65, new Array(depth).fill([1, 2]).flat(), [0]),
    ],
    [
      'type T struct { T *T }',
      defineStruct(65, 'T', [['T', 65]]),
      (depth) => message(int(65), new Array(depth).fill(1), new Array(depth + 1).fill(0)),
    ],
  ];

  test.each(circles)(
    '%s: read as far as the limit, no further',
    (_name, definition, value) => {
      const bytes = (depth: number) => [definition, value(depth)];
      if (!_name.includes('[1]'))
        expect(read(bytes(9), { maxDepth: 10 })).toHaveLength(1);
      for (const choice of [{ maxDepth: 10 }, {}, false] as const) {
        expect(failure(bytes(20_000), choice)).toMatchObject({ limit: 'maxDepth' });
      }
    },
  );

  test('what is skipped is no deeper', () => {
    const outer = defineStruct(66, 'O', [['L', 65]]);
    const bytes = [defineSlice(65, 65), outer, message(int(66), [1], nest(20_000), [0])];
    const Nothing = struct('Nothing', {});
    expect(failure(bytes, false, Nothing)).toMatchObject({ limit: 'maxDepth' });
    expect(failure(bytes, {}, Nothing)).toMatchObject({ limit: 'maxDepth' });
  });

  test('a chain of two thousand types is no deeper than its value', () => {
    const chain = Array.from({ length: 2000 }, (_, i) => defineSlice(65 + i, 66 + i));
    expect(read([...chain, single(65, [0])], { maxTypes: 2000 })).toEqual([[]]);
    const deep = [...chain, single(65, new Array(1999).fill(1), [0])];
    expect(failure(deep, false)).toMatchObject({ limit: 'maxDepth' });
  });

  test('interfaces inside interfaces', () => {
    const outer = defineStruct(65, 'O', [['V', anyId]]);
    const layer = [...text('x'), ...int(anyId), 0, 0];
    const nested = message(int(65), [1], new Array(10_000).fill(layer).flat(), [0, 0]);
    for (const choice of [{}, false] as const) {
      expect(failure([outer, nested], choice)).toMatchObject({ limit: 'maxDepth' });
    }
  });

  test('a search for interfaces ends, however the types are tangled', () => {
    const fields = Array.from({ length: 60 }, (_, i) => [`F${i}`, 65 + i] as const);
    const tangle = fields.map(([, id]) => defineStruct(id, 'T', fields));
    const value = message(int(65), [1, 0, 0]);
    const limits = { maxTypes: 100_000 };
    expect(read([...tangle, value], limits)).toHaveLength(1);
  });
});

describe('a value that makes no sense', () => {
  const point = defineStruct(65, 'Point', [
    ['X', intId],
    ['Y', intId],
  ]);
  const nonsense: [string, Buffer[]][] = [
    ['an empty message', [message([])]],
    ['a struct without an end', [point, message(int(65), [1, 2])]],
    ['a field that is not there', [point, message(int(65), [3, 2, 0])]],
    [
      'a field number that overflows',
      [point, message(int(65), uint(2n ** 64n - 1n), [0])],
    ],
    [
      'a field number of 2^53',
      [point, message(int(65), [1, 2], uint(2n ** 53n - 1n), [0])],
    ],
    ['a number that is cut', [single(intId, [0xfc, 1, 2])]],
    ['a number of nine bytes', [single(uintId, [0xf7, 1, 2, 3, 4, 5, 6, 7, 8, 9])]],
    ['a float of nine bytes', [single(4, [0xf7, 1, 2, 3, 4, 5, 6, 7, 8, 9])]],
    ['an array of another length', [defineArray(65, intId, 2), single(65, [1, 2])]],
    ['a single value with a field number', [message(int(intId), [1, 2])]],
  ];

  test.each(nonsense)('%s', (_name, bytes) => {
    expect(failure(bytes)).toBeInstanceOf(ProtocolError);
    expect(failure(bytes)).not.toBeInstanceOf(LimitError);
  });

  test('does not end the stream where its message is well framed', () => {
    const decoder = new GobDecoder(chooseLimits());
    for (const [, bytes] of nonsense.slice(1, 5)) decoder.push(bytes.at(-1) as Buffer);
    decoder.push(single(intId, int(7)));
    for (let i = 0; i < 4; i++) {
      expect(decoder.advance()).toBe(true);
      expect(() => decoder.decode()).toThrow(ProtocolError);
    }
    expect(decoder.advance() && decoder.decode()).toBe(7);
  });

  test('texts and bytes are as long as the limit', () => {
    for (const id of [stringId, bytesId]) {
      const choice = { maxStringBytes: 10 };
      expect(read([single(id, text('x'.repeat(10)))], choice)).toHaveLength(1);
      const error = failure([single(id, text('x'.repeat(11)))], choice);
      expect(error).toMatchObject({ limit: 'maxStringBytes' satisfies keyof Limits });
    }
  });

  test('a time that a Date cannot hold', () => {
    const bytes = [1, 0x7f, ...new Array(11).fill(0xff), 0, 0];
    const value = [defineOpaque(65, 'Time'), single(65, uint(bytes.length), bytes)];
    expect(read(value)).toEqual([Uint8Array.from(bytes)]);
  });
});

describe('names are data', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
  const fields = names.map((name) => [name, anyId] as const);
  const one = [...text('int'), ...int(intId), 2, 0, 2];

  test('as fields', () => {
    const [value] = read([
      defineStruct(65, 'S', fields),
      message(int(65), ...fields.map(() => [1, ...one]), [0]),
    ]) as [Record<string, unknown>];
    expect(Object.keys(value)).toEqual(names);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.hasOwn(value, '__proto__')).toBe(true);
    expect(Object.getOwnPropertyDescriptor(value, '__proto__')?.value).toBe(1);
  });

  test('as fields that are absent', () => {
    const [value] = read([defineStruct(65, 'S', fields), message(int(65), [0])]) as [
      object,
    ];
    expect(Object.getOwnPropertyDescriptor(value, '__proto__')?.value).toBeNull();
  });
});

test('a bool is true for any number but zero', () => {
  expect(read([single(boolId, [0]), single(boolId, uint(300))])).toEqual([false, true]);
});

test('one message in 200,000 chunks of one byte is put together', () => {
  const decoder = new GobDecoder(chooseLimits());
  const size = 200_000;
  const bytes = Buffer.concat([
    Buffer.from([...uint(size + 6), ...int(bytesId), 0, ...uint(size)]),
    Buffer.alloc(size, 7),
  ]);
  for (let at = 0; at < bytes.length - 1; at++) {
    decoder.push(bytes.subarray(at, at + 1));
    if (at % 1000 === 0) expect(decoder.advance()).toBe(false);
  }
  expect(decoder.hasPartialValue).toBe(true);
  decoder.push(bytes.subarray(-1));
  expect(decoder.advance()).toBe(true);
  const whole = decoder.decode() as Uint8Array;
  expect(Buffer.compare(whole, new Uint8Array(size).fill(7))).toBe(0);
});
