/**
 * Numbers, texts, times: the values without parts, read into variables of a given size. A
 * number too large for its variable is refused, as in Go.
 *
 * Source: Go encoding/gob, decode.go.
 */
import { type BasicType, Complex } from '../go-types.ts';
import type { Reader } from './reader.ts';
import { decodeTime } from './time.ts';

/** `fail` creates the error of a value that does not fit. */
export function planBasicDecoding(
  type: BasicType,
  fail: () => Error,
): (reader: Reader) => unknown {
  switch (type.kind) {
    case 'bool':
      return (reader) => reader.uint() !== 0;
    case 'int':
    case 'uint':
      return planInteger(type, fail);
    case 'float':
      return type.bits === 32
        ? (reader) => toFloat32(reader.float(), fail)
        : (reader) => reader.float();
    case 'complex':
      return (reader) => {
        const re = reader.float();
        return new Complex(re, reader.float());
      };
    case 'time':
      return (reader) => decodeTime(reader.bytes());
    default:
      return (reader) => reader.text();
  }
}

function planInteger(
  { kind, bits }: BasicType,
  fail: () => Error,
): (reader: Reader) => number | bigint {
  if (bits === 64) {
    return kind === 'int' ? (reader) => reader.int() : (reader) => reader.uint();
  }
  if (kind === 'uint') {
    const max = 2 ** bits - 1;
    return (reader) => {
      const value = reader.uint();
      if (value > max) throw fail();
      return value;
    };
  }
  const max = 2 ** (bits - 1) - 1;
  return (reader) => {
    const value = reader.int();
    if (value > max || value < -max - 1) throw fail();
    return value;
  };
}

/** Infinity fits; what is finite must stay so. */
function toFloat32(value: number, fail: () => Error): number {
  if (Number.isFinite(value) && Math.abs(value) > maxFloat32) throw fail();
  return Math.fround(value);
}

const maxFloat32 = (2 - 2 ** -23) * 2 ** 127;
