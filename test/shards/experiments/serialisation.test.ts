/** Experiment 3: its formats give back what they were given; its sentences follow from data. */
import { describe, expect, test } from 'vitest';
import {
  createFormat,
  type FormatName,
  formatNames,
} from '../../../src/shards/experiments/formats.ts';
import { createPayload, payloadNames } from '../../../src/shards/experiments/payloads.ts';
import {
  type SerialisationCost,
  serialisation,
} from '../../../src/shards/experiments/serialisation.ts';
import { createRandom } from '../../../src/sim/random.ts';

describe.each(formatNames)('%s', (name) => {
  test.each(payloadNames)('gives back %s, message after message', (payload) => {
    const format = createFormat(name, payload);
    for (const seed of [1, 2, 3]) {
      const value = createPayload(payload, createRandom(seed));
      const back = format.decode(format.encode(value));
      expect(JSON.stringify(back)).toBe(JSON.stringify(value));
      if (payload === 'typed numbers')
        expect(back).toMatchObject({ Values: expect.any(Float64Array) });
    }
  });
});

test('the same seed makes the same payloads', () => {
  for (const payload of payloadNames)
    expect(createPayload(payload, createRandom(5))).toEqual(
      createPayload(payload, createRandom(5)),
    );
});

/** Each whole message takes 100 µs; of it `encodeUs` and `decodeUs` are serialisation. */
function makeCosts(
  encodeUs: number,
  decodeUs: number,
  cheap: FormatName = 'gob',
): SerialisationCost[] {
  const summary = (us: number) => ({ median: us, low: us, high: us });
  return payloadNames.flatMap((payload) =>
    formatNames.map((format) => ({
      format,
      payload,
      bytes: 1000,
      encodeUs: summary(format === cheap ? encodeUs / 2 : encodeUs),
      decodeUs: summary(format === cheap ? decodeUs / 2 : decodeUs),
      totalUs: summary(100),
    })),
  );
}

test('serialisation that takes most of the time confirms what was expected', () => {
  const [bottleneck] = serialisation.conclude(makeCosts(30, 40));
  expect(bottleneck).toMatchObject({ verdict: 'confirmed' });
  expect(bottleneck?.sentence).toContain('70 % (JSON) and 70 % (structured clone)');
});

test('serialisation that takes little of it refutes it', () => {
  const [bottleneck] = serialisation.conclude(makeCosts(10, 20));
  expect(bottleneck).toMatchObject({ verdict: 'refuted' });
  expect(bottleneck?.sentence).toContain('30 % (JSON)');
});

test('the cheapest format is named, and by how much', () => {
  const sentences = serialisation
    .conclude(makeCosts(10, 20, 'MessagePack'))
    .map(({ sentence }) => sentence);
  expect(sentences).toContain(
    'Nested: MessagePack is the cheapest with 15.0 µs there and back; ' +
      'protobuf takes 2.0 times that.',
  );
  expect(sentences.at(-1)).toContain('Decoding takes longer than encoding in 20 of 20');
  expect(serialisation.conclude(makeCosts(20, 10)).at(-1)?.sentence).toBe(
    'Decoding takes longer than encoding in 0 of 20 cases.',
  );
});
