/** Values of the type Rich, made by chance but repeatable. */
import fc from 'fast-check';
import { GoTime } from '../../src/rpc/go-types.ts';
import type { Rich } from './go/arith.ts';

const int64s = fc
  .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
  .map((n) => (Number.isSafeInteger(Number(n)) ? Number(n) : n));
const uint64s = fc
  .bigInt({ min: 0n, max: 2n ** 64n - 1n })
  .map((n) => (Number.isSafeInteger(Number(n)) ? Number(n) : n));
const ints = fc.oneof(fc.integer(), fc.maxSafeInteger());
/** Without -0, which Go's gob takes for the zero that it leaves out. */
const floats = fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0);
const texts = fc.string({ unit: 'grapheme', maxLength: 8 });
const bytes = fc.uint8Array({ maxLength: 12 }).map((array) => new Uint8Array(array));
const times = fc
  .tuple(
    fc.integer({ min: -60_000_000_000, max: 250_000_000_000 }),
    fc.nat(999),
    fc.nat(999_999),
    // Go's bytes of a time have no -00:01: that stands for UTC.
    fc.option(
      fc.integer({ min: -12 * 60, max: 14 * 60 }).filter((minutes) => minutes !== -1),
      {
        nil: undefined,
      },
    ),
  )
  .map(([s, ms, ns, zone]) => new GoTime(s * 1000 + ms, ns, zone || undefined));

const inners = fc.record({ Name: texts, Tags: fc.array(texts, { maxLength: 3 }) });
const anything = fc.oneof(fc.constant(null), fc.boolean(), texts, floats);

function makeRecord<Value>(names: readonly string[], values: readonly Value[]) {
  const record: Record<string, Value> = Object.create(null);
  for (const [i, name] of names.entries()) record[name] = values[i] as Value;
  return record;
}

const byName = fc
  .uniqueArray(fc.tuple(texts, inners), { maxLength: 3, selector: ([name]) => name })
  .map((entries) =>
    makeRecord(
      entries.map(([name]) => name),
      entries.map(([, inner]) => inner),
    ),
  );

const riches: fc.Arbitrary<Rich> = fc.record({
  OK: fc.boolean(),
  I8: fc.integer({ min: -128, max: 127 }),
  I64: int64s,
  U16: fc.integer({ min: 0, max: 65_535 }),
  U64: uint64s,
  F32: fc.float({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
  F64: floats,
  S: texts,
  Data: bytes,
  T: times,
  P: fc.option(inners),
  List: fc.array(inners, { maxLength: 3 }),
  ByName: byName,
  ByID: fc.array(fc.tuple(ints, floats), { maxLength: 3 }).map((pairs) => new Map(pairs)),
  Fixed: fc.array(ints, { minLength: 3, maxLength: 3 }),
  Any: anything,
});

export function makeRiches(count: number, seed: number): Rich[] {
  return fc.sample(riches, { numRuns: count, seed });
}
