/** Whatever the bytes: a value, a ProtocolError, a LimitError or a GobError, and soon. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ProtocolError } from '../../../src/rpc/errors.ts';
import type { GoType } from '../../../src/rpc/go-types.ts';
import { GobDecoder } from '../../../src/rpc/gob/decoder.ts';
import { GobEncoder } from '../../../src/rpc/gob/encoder.ts';
import { GobError } from '../../../src/rpc/gob/gob-error.ts';
import { chooseLimits } from '../../../src/rpc/limits.ts';
import { createRandom } from '../../../src/sim/random.ts';
import { kinds, stripTypes } from './go-values.ts';
import { session, values } from './golden.ts';

const limits = chooseLimits();

test.each(kinds)(
  '$name: what is encoded is decoded, however the bytes are cut',
  (kind) => {
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(fc.array(kind.values, { maxLength: 4 }), cuts, (sent, sizes) => {
        const encoder = new GobEncoder(limits);
        const bytes = Buffer.concat(
          sent.map((value) => encoder.encode(value, kind.type)),
        );
        const decoder = new GobDecoder(limits);
        const received: unknown[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % sizes.length] as number;
          decoder.push(bytes.subarray(at, at + size));
          at += size;
          while (decoder.advance()) received.push(decoder.decode(kind.type));
        }
        expect(received).toEqual(sent.map(stripTypes));
        expect(decoder.hasPartialValue).toBe(false);
      }),
      { numRuns: 200 },
    );
  },
);

/** JavaScript's own values, those that the table in go-types.ts maps and gives back. */
const natural = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'natural' },
    fc.boolean(),
    fc.maxSafeInteger().map((n) => (n === 0 ? 0 : n)),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
    fc.double({ min: 0.1, noNaN: true, noDefaultInfinity: true }),
    fc.string(),
    fc.uint8Array(),
    fc.array(tie('value'), { depthIdentifier: 'natural', maxLength: 4 }),
    fc.constant(null),
    fc.dictionary(fc.constantFrom('A', 'Bé', 'Ünal'), tie('value'), {
      depthIdentifier: 'natural',
    }),
    fc
      .array(fc.tuple(fc.string(), tie('value')), { maxLength: 3 })
      .map((pairs) => new Map(pairs)),
  ),
})).value;

test('values without a description come back as they were', () => {
  fc.assert(
    fc.property(
      fc.array(
        natural.filter((value) => value !== null),
        { minLength: 1, maxLength: 5 },
      ),
      (sent) => {
        const encoder = new GobEncoder(limits);
        const decoder = new GobDecoder(limits);
        for (const value of sent) {
          decoder.push(Buffer.from(encoder.encode(value)));
          expect(decoder.advance()).toBe(true);
          expect(decoder.decode()).toEqual(value);
        }
      },
    ),
    { numRuns: 1000 },
  );
});

const random = createRandom(20_260_101);
const below = (n: number) => Math.floor(random() * n);

/** A few bytes changed, left out, doubled or exchanged for telling ones. */
function mutate(frame: Buffer): Buffer {
  let bytes = Buffer.from(frame);
  for (let i = 1 + below(3); i > 0; i--) {
    const at = below(bytes.length);
    const rest = bytes.subarray(at + 1);
    const telling = [0, 1, 2, 127, 128, 0xf8, 0xf9, 0xfe, 0xff];
    switch (below(5)) {
      case 0:
        bytes[at] = below(256);
        break;
      case 1:
        bytes[at] = telling[below(telling.length)] as number;
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), rest]);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(below(at + 1))]);
        break;
      default:
        bytes[at] = (bytes[at] as number) ^ (1 << below(8));
    }
    if (bytes.length === 0) bytes = Buffer.of(0);
  }
  return bytes;
}

/** What happened: how many values came out, how many were refused. */
function survive(
  bytes: Buffer,
  type: GoType | undefined,
): { read: number; refused: number } {
  const decoder = new GobDecoder(limits);
  const outcome = { read: 0, refused: 0 };
  const isKnown = (error: unknown) => {
    if (!(error instanceof ProtocolError) && !(error instanceof GobError)) throw error;
    outcome.refused++;
  };
  const cut = below(bytes.length);
  try {
    for (const chunk of [bytes.subarray(0, cut), bytes.subarray(cut)]) {
      decoder.push(chunk);
      while (decoder.advance()) {
        try {
          if (below(8) === 0) decoder.skip();
          else decoder.decode(below(2) === 0 ? type : undefined);
          outcome.read++;
        } catch (error) {
          isKnown(error);
        }
      }
    }
  } catch (error) {
    isKnown(error);
  }
  return outcome;
}

test('100,000 frames with a few bytes wrong are read or refused, and nothing else', () => {
  const golden = Object.values(values).map((hex) => ({ hex, type: undefined }));
  const exchanged = session.flatMap(({ request, response }, i) =>
    [request, response].map((hex) => ({
      hex: (i > 0 ? session[0]?.request : '') + hex,
      type: undefined,
    })),
  );
  const encoded = kinds.flatMap(({ values: arbitrary, type }) =>
    fc.sample(arbitrary, { numRuns: 30, seed: 7 }).map((value) => ({
      hex: Buffer.from(new GobEncoder(limits).encode(value, type)).toString('hex'),
      type,
    })),
  );
  const corpus = [...golden, ...exchanged, ...encoded].map(({ hex, type }) => ({
    bytes: Buffer.from(hex, 'hex'),
    type,
  }));
  const total = { read: 0, refused: 0 };
  for (let i = 0; i < 100_000; i++) {
    const { bytes, type } = corpus[i % corpus.length] as (typeof corpus)[number];
    const { read, refused } = survive(mutate(bytes), type);
    total.read += read;
    total.refused += refused;
  }
  expect(total.read, 'mutants that are still values').toBeGreaterThan(10_000);
  expect(total.refused, 'mutants that are none').toBeGreaterThan(10_000);
});
