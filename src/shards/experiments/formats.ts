/**
 * Ways to turn a payload into bytes and back. Each is used as its users would: those with a
 * schema know it on both sides, gob's stream has sent its types before. A Float64Array goes as
 * its bytes where a format can carry bytes; JSON cannot.
 */
import { deserialize, serialize } from 'node:v8';
import { encode as pack, decode as unpack } from '@msgpack/msgpack';
import protobuf from 'protobufjs';
import { GobDecoder } from '../../rpc/gob/decoder.ts';
import { GobEncoder } from '../../rpc/gob/encoder.ts';
import { defaultLimits } from '../../rpc/index.ts';
import { goTypes, type PayloadName, protoMessages, protoSource } from './payloads.ts';

export const formatNames = [
  'JSON',
  'structured clone',
  'MessagePack',
  'gob',
  'protobuf',
] as const;

export type FormatName = (typeof formatNames)[number];

/** Both ends of one stream: what is encoded is decoded in the same order. */
export interface Format {
  encode(payload: object): Uint8Array;
  decode(bytes: Uint8Array): object;
}

/** A stream for payloads of one kind. */
export function createFormat(name: FormatName, payload: PayloadName): Format {
  switch (name) {
    case 'JSON':
      return payload === 'typed numbers' ? typedJson : json;
    case 'structured clone':
      return { encode: serialize, decode: deserialize };
    case 'MessagePack':
      return carryBytes(payload, { encode: pack, decode: unpack as Format['decode'] });
    case 'gob':
      return carryBytes(payload, createGob(payload));
    case 'protobuf':
      return carryBytes(payload, createProtobuf(payload));
  }
}

const json: Format = {
  encode: (payload) => Buffer.from(JSON.stringify(payload)),
  decode: (bytes) => JSON.parse(asBuffer(bytes).toString()),
};

interface TypedNumbers {
  readonly Values: Float64Array;
}

const typedJson: Format = {
  encode: (payload) =>
    json.encode({ Values: Array.from((payload as TypedNumbers).Values) }),
  decode: (bytes) => ({
    Values: Float64Array.from((json.decode(bytes) as { Values: number[] }).Values),
  }),
};

function createGob(payload: PayloadName): Format {
  const encoder = new GobEncoder(defaultLimits);
  const decoder = new GobDecoder(defaultLimits);
  const type = goTypes[payload];
  return {
    encode: (value) => encoder.encode(value, type),
    decode(bytes) {
      decoder.push(asBuffer(bytes));
      if (!decoder.advance()) throw new Error('gob: half a message');
      return decoder.decode(type) as object;
    },
  };
}

const schema = protobuf.parse(protoSource, { keepCase: true }).root;

function createProtobuf(payload: PayloadName): Format {
  const type = schema.lookupType(protoMessages[payload]);
  return {
    encode: (value) => type.encode(value).finish(),
    decode: (bytes) => type.decode(bytes),
  };
}

/** Numbers in a row become bytes in a row, and the other way round. */
function carryBytes(payload: PayloadName, format: Format): Format {
  if (payload !== 'typed numbers') return format;
  return {
    encode(value) {
      const { buffer, byteOffset, byteLength } = (value as TypedNumbers).Values;
      return format.encode({ Values: new Uint8Array(buffer, byteOffset, byteLength) });
    },
    decode(bytes) {
      const { Values } = format.decode(bytes) as { Values: Uint8Array };
      // Copied, since numbers must begin at a multiple of eight.
      return { Values: new Float64Array(Uint8Array.from(Values).buffer) };
    },
  };
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
