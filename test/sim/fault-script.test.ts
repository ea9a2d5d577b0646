/** Fault scripts: text becomes data, data becomes the same text, and bad text one sentence. */
import { expect, test } from 'vitest';
import {
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
