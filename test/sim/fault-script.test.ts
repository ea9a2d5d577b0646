/** Fault scripts: text becomes data, data becomes the same text, and bad text one sentence. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Fault,
  FaultScriptError,
  parseFaults,
  printFaults,
} from '../../src/sim/fault-script.ts';

const lines = [
  'lose reply 3',
  'lose request 2 from a to b',
  'double request 1',
  'double request 1 to server after 500',
  'delay reply 2 by 500',
  'delay reply 2 from server by 0.5',
  'cut request 4',
  'crash server at 100',
  'crash server on reply 2 from server',
  'restart server at 200',
  'disconnect a at 5',
  'reconnect a on request 7',
  'partition a | b,c at 50',
  'partition a | b | c on request 1',
  'heal at 90',
  'step a by -10000 at 30',
  'crash on on request 3',
  'restart at at 5',
];

test.each(lines)('%s: printed as it was read', (line) => {
  expect(printFaults(parseFaults(line))).toBe(line);
});

test('a script has a fault a line, comments, and room between words', () => {
  const script = `
    # the worst day
    lose  reply   3      # the one that matters
    partition a|b, c at 50`;
  expect(parseFaults(script)).toEqual([
    { type: 'lose', message: { direction: 'reply', number: 3 } },
    { type: 'partition', groups: [['a'], ['b', 'c']], when: { atMs: 50 } },
  ]);
});

test.each([
  ['explode server at 3', 'a fault begins with one of lose, cut, double, delay, crash,'],
  ['lose', 'write it like lose reply 3'],
  ['lose reply three', 'write it like lose reply 3'],
  ['lose reply 0', 'write it like lose reply 3'],
  ['lose reply 3 by 5', 'write it like lose reply 3'],
  ['delay reply 2', 'write it like delay reply 2 by 500'],
  ['delay reply 2 by -5', 'write it like delay reply 2 by 500'],
  ['double request 1 by 5', 'write it like double request 1'],
  ['cut 4', 'write it like cut request 4'],
  ['crash server', 'write it like crash server at 100'],
  ['crash at 100', 'write it like crash server at 100'],
  ['crash a b at 100', 'write it like crash server at 100'],
  ['restart server at noon', 'write it like restart server at 200'],
  ['crash server on reply', 'write it like crash server at 100'],
  ['partition a at 50', 'write it like partition a | b,c at 50'],
  ['partition a | at 50', 'write it like partition a | b,c at 50'],
  ['heal a at 90', 'write it like heal at 90'],
  ['step a at 30', 'write it like step a by -10000 at 30'],
  ['step a by ten at 30', 'write it like step a by -10000 at 30'],
])('%s: one clear sentence', (line, advice) => {
  expect(() => parseFaults(line)).toThrow(FaultScriptError);
  expect(() => parseFaults(line)).toThrow(`fault "${line}": `);
  expect(() => parseFaults(line)).toThrow(advice);
});

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const number = fc.integer({ min: 1, max: 1000 });
const ms = fc.integer({ min: 0, max: 100_000 });
const message = fc.record(
  { direction: fc.constantFrom('request', 'reply'), number, from: name, to: name },
  { requiredKeys: ['direction', 'number'] },
);
const when = fc.oneof(fc.record({ atMs: ms }), fc.record({ on: message }));
const just = <T extends string>(...types: T[]) => fc.constantFrom(...types);
const fault = fc.oneof(
  fc.record({ type: just('lose', 'cut'), message }),
  fc.record({ type: just('double'), message, afterMs: ms }),
  fc.record({ type: just('delay'), message, byMs: ms }),
  fc.record({
    type: just('crash', 'restart', 'disconnect', 'reconnect'),
    node: name,
    when,
  }),
  fc.record({
    type: just('partition'),
    groups: fc.array(fc.array(name, { minLength: 1 }), { minLength: 2 }),
    when,
  }),
  fc.record({ type: just('heal'), when }),
  fc.record({ type: just('step'), node: name, byMs: fc.integer(), when }),
) as fc.Arbitrary<Fault>;

test('any faults, printed and read, are the same faults', () => {
  fc.assert(
    fc.property(fc.array(fault), (faults) => {
      expect(parseFaults(printFaults(faults))).toEqual(faults);
    }),
    { seed: 6 },
  );
});
