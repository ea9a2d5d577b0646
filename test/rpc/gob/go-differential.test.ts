/** What we write a real Go program reads, and what it writes we read. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  array,
  float32,
  float64,
  type GoType,
  int,
  int8,
  map,
  pointer,
  slice,
  string,
  struct,
  time,
  uint16,
} from '../../../src/rpc/go-types.ts';
import { GobDecoder } from '../../../src/rpc/gob/decoder.ts';
import { GobEncoder } from '../../../src/rpc/gob/encoder.ts';
import { chooseLimits, defaultLimits } from '../../../src/rpc/limits.ts';
import { describeWithGo } from '../go/go.ts';
import { askGo } from './go-peer.ts';
import { kinds, Point, stripTypes } from './go-values.ts';

const valuesOfKind = 1500;
const seed = 1;
const limits = chooseLimits({ maxFrameBytes: 2 ** 24 });

describeWithGo('against Go itself', () => {
  test('10,500 values go there and come back the same', () => {
    const encoder = new GobEncoder(limits);
    const sent = kinds.flatMap((kind) =>
      fc
        .sample(kind.values, { numRuns: valuesOfKind, seed })
        .map((value) => ({ kind, value })),
    );
    const input = sent.flatMap(({ kind, value }) => [
      encoder.encode(kind.name),
      encoder.encode(value, kind.type),
    ]);
    const output = askGo(Buffer.concat(input));
    const decoder = createDecoder(output);
    sent.forEach(({ kind, value }, i) => {
      expect(decoder.advance()).toBe(true);
      const back = decoder.decode(i % 3 === 0 ? undefined : kind.type);
      const wanted = stripTypes(value);
      if (i % 3 !== 0) expectSame(back, wanted, `${kind.name} ${i}`);
      else expectSame(fillIn(back), fillIn(wanted), `${kind.name} ${i}`);
      if (kind.name === 'Scalars')
        expectSame(readNext(decoder), format(wanted as object), `${i}`);
    });
    expect(decoder.advance()).toBe(false);
    expect(decoder.hasPartialValue).toBe(false);
  });

  const Big = struct('Big', { A: int });
  const BigList = struct('BigList', { A: slice(int) });
  const BigMap = struct('BigMap', { A: map(string, int) });
  const Text = struct('Text', { A: string });
  const Other = struct('Other', { Z: int });
  const anonymous = (type: GoType) => struct('', { A: type });
  /** [what Go decodes into, the same type in our words, what is sent] */
  const misfits: [string, GoType, unknown, GoType][] = [
    ['into A int8', anonymous(int8), { A: 128 }, Big],
    ['into A int8', anonymous(int8), { A: -129 }, Big],
    ['into A int8', anonymous(int8), { A: 'x' }, Text],
    ['into A uint16', anonymous(uint16), { A: 'x' }, Text],
    ['into A uint16', anonymous(uint16), { A: 1 }, Big],
    ['into A float32', anonymous(float32), { A: 1e300 }, struct('F', { A: float64 })],
    ['into A []int8', anonymous(slice(int8)), { A: [1, 300] }, BigList],
    ['into A []int8', anonymous(slice(int8)), { A: 1 }, Big],
    [
      'into A map[string]int8',
      anonymous(map(string, int8)),
      { A: new Map([['a', 300]]) },
      BigMap,
    ],
    ['into A *Point', anonymous(pointer(Point)), { A: 1 }, Big],
    ['into int8', int8, 300, int],
    ['into []uint8s', slice(uint16), [1], slice(int)],
    ['into int', int, 'x', string],
    ['into int', int, 1.5, float64],
    ['into int', int, { A: 1 }, Big],
    ['into []string', slice(string), { A: 1 }, Big],
    ['into [3]int', array(3, int), [1, 2], array(2, int)],
    ['into map[string]int', map(string, int), new Map([['a', 'b']]), map(string, string)],
    ['into Point', Point, { Z: 1 }, Other],
    ['into Point', Point, 1, int],
    ['into Point', Point, { X: 1 }, struct('P', { X: int })],
    ['into Point', Point, {}, struct('P', {})],
    ['into time', time, 1, int],
  ];

  test('what does not fit is refused in the same words, and the stream goes on', () => {
    // Go looks a foreign id up among its own types: far away from those it finds nothing.
    const encoder = new GobEncoder(defaultLimits, 10_000);
    const frames = misfits.map(([what, , value, type]) => ({
      what: encoder.encode(what),
      value: encoder.encode(value, type),
    }));
    const output = askGo(
      Buffer.concat(frames.flatMap(({ what, value }) => [what, value])),
    );
    const answers = createDecoder(output);
    const ours = new GobDecoder(defaultLimits);
    misfits.forEach(([what, type], i) => {
      ours.push(Buffer.from(frames[i]?.value as Uint8Array));
      expect(ours.advance()).toBe(true);
      expect(
        explain(() => ours.decode(type)),
        `${what} ${i}`,
      ).toBe(readNext(answers));
    });
  });
});

/** Vitest's own comparison is for the few that differ: it takes its time. */
function expectSame(actual: unknown, wanted: unknown, label: string): void {
  if (!isDeepStrictEqual(actual, wanted)) expect(actual, label).toStrictEqual(wanted);
}

function createDecoder(bytes: Buffer): GobDecoder {
  const decoder = new GobDecoder(limits);
  decoder.push(bytes);
  return decoder;
}

function readNext(decoder: GobDecoder): unknown {
  expect(decoder.advance()).toBe(true);
  return decoder.decode();
}

function explain(decode: () => unknown): string {
  try {
    decode();
    return 'no error';
  } catch (error) {
    return (error as Error).message;
  }
}

/** Without a type a nil pointer's zero is that of what it would point to. */
function fillIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fillIn);
  if (value instanceof Map) return new Map([...value].map(([k, v]) => [k, fillIn(v)]));
  if (typeof value !== 'object' || value === null) return value ?? 0;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const pairs = Object.entries(value).map(([name, one]) => [name, fillIn(one)] as const);
  return Object.fromEntries(
    pairs.map(([name, one]) => [name, isZeroTime(one) ? 0 : one] as const),
  );
}

function isZeroTime(value: unknown): boolean {
  return value instanceof Date && value.getTime() === -62_135_596_800_000;
}

/** The scalars as Go's strconv writes them: integers in decimal, floats as their bits. */
function format(scalars: object): string[] {
  return Object.entries(scalars).flatMap(([name, value]) => {
    if (name === 'C') return [hexFloat(value.re), hexFloat(value.im)];
    if (name.startsWith('F')) return [hexFloat(value)];
    if (name === 'D') return [Buffer.from(value).toString('hex')];
    if (name === 'S') return [quote(value)];
    return [String(value)];
  });
}

function quote(text: string): string {
  const body = [...text].map((c) => {
    const code = c.codePointAt(0) as number;
    if (code === 0) return '\\x00';
    if (code > 0xffff) return `\\U${code.toString(16).padStart(8, '0')}`;
    if (code > 127) return `\\u${code.toString(16).padStart(4, '0')}`;
    return c === '"' ? '\\"' : c;
  });
  return `"${body.join('')}"`;
}

/** Go's %x of a float: 0x1.8p+01. */
function hexFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (!Number.isFinite(value)) return `${sign || '+'}Inf`;
  let mantissa = Math.abs(value);
  let exponent = 0;
  while (mantissa !== 0 && mantissa < 1) {
    mantissa *= 2;
    exponent--;
  }
  while (mantissa >= 2) {
    mantissa /= 2;
    exponent++;
  }
  const digits = mantissa.toString(16);
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `${sign}0x${digits}p${exponent < 0 ? '-' : '+'}${power}`;
}
