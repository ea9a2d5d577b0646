/** Go's own bytes: ours are the same where the ids are in our hands, and all of them are read. */
import { describe, expect, test } from 'vitest';
import {
  any,
  array,
  bytes,
  Complex,
  complex128,
  float64,
  GoTime,
  type GoType,
  int,
  int64,
  map,
  slice,
  string,
  struct,
  time,
  uint64,
} from '../../../src/rpc/go-types.ts';
import {
  createGobClientCodec,
  createGobServerCodec,
} from '../../../src/rpc/gob/codec.ts';
import { GobDecoder } from '../../../src/rpc/gob/decoder.ts';
import { GobEncoder } from '../../../src/rpc/gob/encoder.ts';
import { defaultLimits } from '../../../src/rpc/limits.ts';
import { session, values } from './golden.ts';

const Request = struct('rpc.Request', { ServiceMethod: string, Seq: uint64 });
const Response = struct('rpc.Response', {
  ServiceMethod: string,
  Seq: uint64,
  Error: string,
});
const WCReply = struct('WCReply', { Counts: map(string, int) });
const T = struct('T', { T: time });
const I = struct('I', { V: any });
const Args = struct('Args', { A: int, B: int });
const Reply = struct('Reply', { C: int });

/** [name, values sent, their type, the bytes, what Go's count had come to] */
const table: [string, unknown[], GoType | undefined, string, number?][] = [
  [
    'two requests',
    [
      { ServiceMethod: 'Arith.Add', Seq: 0 },
      { ServiceMethod: 'Arith.Add', Seq: 1 },
    ],
    Request,
    values.requests,
  ],
  [
    'a response',
    [{ ServiceMethod: 'Arith.Add', Seq: 1, Error: 'boom' }],
    Response,
    values.response,
    67,
  ],
  ['an empty struct', [{}], undefined, values.emptyStruct, 69],
  ['int 3', [3], int, values.int3],
  ['int -129', [-129], undefined, values.intMinus129],
  ['the largest uint64', [2n ** 64n - 1n], uint64, values.uint64Max],
  ['the smallest int64', [-(2n ** 63n)], int64, values.int64Min],
  ['float64 17', [17], float64, values.float17],
  ['true', [true], undefined, values.true],
  ['text', ['hé'], undefined, values.text],
  ['bytes', [new Uint8Array([1, 2])], bytes, values.bytes],
  ['a slice', [[1, 2]], undefined, values.intSlice, 71],
  ['an array', [[1, 2]], array(2, int), values.intArray, 72],
  ['a map', [new Map([['a', 1]])], undefined, values.map, 70],
  ['a complex number', [new Complex(1, 2)], complex128, values.complex],
  ['a struct with a time', [{ T: new GoTime(1000, 5) }], T, values.structWithTime, 74],
  ['an interface with an int', [{ V: 7 }], I, values.interfaceInt, 76],
  ['an interface with nil', [{ V: null }], I, values.interfaceNil, 76],
];

describe.each(table)('%s', (_name, sent, type, hex, firstId) => {
  test('is written as Go writes it', () => {
    const encoder = new GobEncoder(defaultLimits, firstId);
    const written = sent.map((value) => encoder.encode(value, type));
    expect(Buffer.concat(written).toString('hex')).toBe(hex);
  });

  test.each([
    ['by its type', type],
    ['by what the stream says', undefined],
  ])('is read %s, byte by byte', (_how, by) => {
    expect(readAll(hex, by)).toEqual(sent);
  });
});

function readAll(hex: string, type?: GoType): unknown[] {
  const decoder = new GobDecoder(defaultLimits);
  const read: unknown[] = [];
  for (const byte of Buffer.from(hex, 'hex')) {
    decoder.push(Buffer.of(byte));
    if (decoder.advance()) read.push(decoder.decode(type));
  }
  expect(decoder.hasPartialValue).toBe(false);
  return read;
}

test('a struct with a map is read, though the id of the map is the lower one', () => {
  expect(readAll(values.structWithMap, WCReply)).toEqual([
    { Counts: new Map([['a', 1]]) },
  ]);
  expect(readAll(values.structWithMap)).toEqual([{ Counts: new Map([['a', 1]]) }]);
});

/** Source: what a Go 1.26 server sends for a `**Reply` that was left nil. */
test('a nil pointer at the top is a struct without even an end', () => {
  const hex = '19ff87030101055265706c7901ff88000101010143010400000002ff88';
  expect(readAll(hex, Reply)).toEqual([{ C: 0 }]);
  expect(readAll(hex)).toEqual([{ C: 0 }]);
});

describe('a whole session of a Go client and a Go server', () => {
  const wanted = [
    [Args, { A: 7, B: 8 }, { C: 15 }],
    [Args, { A: 7, B: 8 }, { C: 15 }],
    [Args, { A: 7, B: 0 }, 'divide by zero'],
    [Args, { A: 7, B: 8 }, "rpc: can't find method Arith.Nope"],
    [Args, { A: 7, B: 8 }, "rpc: can't find service Nope.Nope"],
    [Args, { A: 7, B: 8 }, 'rpc: service/method request ill-formed: nodot'],
    [Args, undefined, 'gob: type mismatch: no fields matched compiling decoder for Args'],
    [int, 5, new Map([['x', 5]])],
    [string, 'hé', 'hé'],
    [Args, { A: 1, B: 2 }, { C: 0 }],
  ] as const;

  test('is read by our server: an args mismatch is an error, and the stream goes on', () => {
    const codec = createGobServerCodec(defaultLimits);
    session.forEach(({ method, request: hex }, seq) => {
      const [type, args, reply] = wanted[seq] as (typeof wanted)[number];
      codec.push(Buffer.from(hex, 'hex'));
      const request = codec.readRequest();
      if (request === undefined || 'answer' in request) throw new Error('no request');
      expect(request).toEqual({ serviceMethod: method, seq });
      const read = () => codec.readArgs(request, type);
      if (args === undefined) expect(read).toThrow(reply as string);
      else expect(read()).toEqual(args);
      expect(codec.hasPartialFrame).toBe(false);
    });
  });

  test('is read by our client', () => {
    const codec = createGobClientCodec(defaultLimits);
    session.forEach(({ response: hex, method }, seq) => {
      const reply = wanted[seq]?.[2];
      const failed = typeof reply === 'string' && method !== 'Arith.Echo';
      codec.push(Buffer.from(hex, 'hex'));
      const response = codec.readResponse();
      expect(response?.seq).toBe(seq);
      expect(response?.error?.message).toBe(failed ? reply : undefined);
      if (response && !failed)
        expect(codec.readReply(response, undefined)).toEqual(reply);
    });
  });

  test('is what our client writes, as long as the ids are the same', () => {
    const codec = createGobClientCodec(defaultLimits);
    const write = (seq: number, args: object, type: GoType = Args) =>
      toHex(codec.encodeRequest(seq, session[seq]?.method ?? '', args, type));
    for (const seq of [0, 1, 2, 3, 4, 5]) {
      expect(write(seq, wanted[seq]?.[1] as object)).toBe(session[seq]?.request);
    }
    const shifted = session[6]?.request
      .replace('ff87', 'ff85')
      .replaceAll('ff88', 'ff86');
    expect(write(6, { C: 1 }, Reply)).toBe(shifted);
  });
});

test('a reply and an error are what a Go server writes, but for the ids', () => {
  const codec = createGobServerCodec(defaultLimits);
  const request = { serviceMethod: 'Arith.Add', seq: 0 };
  const lower = (hex = '') =>
    ['85', '86', '87', '88', '89', '8a'].reduce(
      (text, id) =>
        text.replaceAll(`ff${id}`, `ff${(Number(`0x${id}`) - 4).toString(16)}`),
      hex,
    );
  expect(toHex(codec.encodeReply(request, { C: 15 }, Reply))).toBe(
    lower(session[0]?.response),
  );
  const divide = { serviceMethod: 'Arith.Div', seq: 2 };
  expect(toHex(codec.encodeError(divide, 'divide by zero', 0))).toBe(
    lower(session[2]?.response),
  );
});

function toHex(frame: string | Uint8Array | readonly (string | Uint8Array)[]): string {
  if (!(frame instanceof Uint8Array)) throw new Error('one piece was expected');
  return Buffer.from(frame).toString('hex');
}

test('a slice described twice is one type', () => {
  const encoder = new GobEncoder(defaultLimits);
  encoder.encode([1], slice(int));
  expect(encoder.encode([1], slice(int))).toHaveLength(6);
});
