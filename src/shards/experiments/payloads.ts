/**
 * What experiment 3 serialises: something simple, something nested, and many numbers, once as
 * an array of JavaScript and once as bytes in a row. Field names are ones that gob sends.
 */
import {
  bool,
  bytes,
  float64,
  type GoType,
  int,
  slice,
  string,
  struct,
} from '../../rpc/go-types.ts';

export const payloadNames = ['simple', 'nested', 'numbers', 'typed numbers'] as const;

export type PayloadName = (typeof payloadNames)[number];

const tags = ['warm', 'dry', 'calibrated', 'indoors'];
const numberCount = 10_000;

/** The same for the same random numbers. */
export function createPayload(name: PayloadName, random: () => number): object {
  switch (name) {
    case 'simple':
      return createReading(random, 17);
    case 'nested':
      return {
        Hall: 'main',
        Sensors: Array.from({ length: 40 }, (_, i) => ({
          Reading: createReading(random, i),
          Place: { Floor: i % 4, Wall: { X: random() * 30, Y: random() * 12 } },
          Tags: tags.slice(i % 3),
        })),
      };
    case 'numbers':
      return { Values: Array.from({ length: numberCount }, () => random() * 1000) };
    case 'typed numbers':
      return {
        Values: Float64Array.from({ length: numberCount }, () => random() * 1000),
      };
  }
}

function createReading(random: () => number, id: number) {
  return {
    Id: `sensor-${id}`,
    Seq: Math.floor(random() * 1_000_000),
    Celsius: 15 + random() * 10,
    Valid: random() < 0.9,
    Note: 'Temperature in the lecture hall, beside the projector',
  };
}

const Reading = struct('Reading', {
  Id: string,
  Seq: int,
  Celsius: float64,
  Valid: bool,
  Note: string,
});
const Wall = struct('Wall', { X: float64, Y: float64 });
const Place = struct('Place', { Floor: int, Wall });
const Sensor = struct('Sensor', { Reading, Place, Tags: slice(string) });

/** Of formats with a schema, gob's. */
export const goTypes: Record<PayloadName, GoType> = {
  simple: Reading,
  nested: struct('Nested', { Hall: string, Sensors: slice(Sensor) }),
  numbers: struct('Numbers', { Values: slice(float64) }),
  'typed numbers': struct('Bytes', { Values: bytes }),
};

/** Of formats with a schema, that of protobuf; its messages by payload are below. */
export const protoSource = `
  syntax = "proto3";
  message Reading { string Id = 1; int32 Seq = 2; double Celsius = 3; bool Valid = 4; string Note = 5; }
  message Wall { double X = 1; double Y = 2; }
  message Place { int32 Floor = 1; Wall Wall = 2; }
  message Sensor { Reading Reading = 1; Place Place = 2; repeated string Tags = 3; }
  message Nested { string Hall = 1; repeated Sensor Sensors = 2; }
  message Numbers { repeated double Values = 1; }
  message Bytes { bytes Values = 1; }
`;

export const protoMessages: Record<PayloadName, string> = {
  simple: 'Reading',
  nested: 'Nested',
  numbers: 'Numbers',
  'typed numbers': 'Bytes',
};
