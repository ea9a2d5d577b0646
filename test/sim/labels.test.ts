/** What a frame says, in few words, whatever the frame is. */
import { expect, test } from 'vitest';
import { labelFrame } from '../../src/sim/labels.ts';

test.each([
  ['{"jsonrpc":"2.0","id":7,"method":"Arith.Add","params":[1]}\n', 'Arith.Add #7'],
  ['{"jsonrpc":"2.0","method":"Arith.Tell","params":[1]}\n', 'Arith.Tell'],
  ['{"jsonrpc":"2.0","id":7,"result":null}\n', 'ok #7'],
  [
    '{"jsonrpc":"2.0","id":7,"error":{"code":-32000,"message":"divide by zero"}}\n',
    'error #7: divide by zero',
  ],
  ['{"method":"Arith.Add","params":[{}],"id":0}\n', 'Arith.Add #0'],
  ['{"id":0,"result":{"C":3},"error":null}\n', 'ok #0'],
  ['{"id":0,"result":null,"error":"divide by zero"}\n', 'error #0: divide by zero'],
  [`{"id":0,"error":"${'long '.repeat(20)}"}\n`, 'error #0: long long long long lon…'],
  ['{"jsonrpc":', '11 bytes'],
  ['[1,2]', '5 bytes'],
  ['null', '4 bytes'],
  ['', '0 bytes'],
  [`{"method":"Big.Frame","params":"${'x'.repeat(70_000)}"}`, '70034 bytes'],
])('%.40s is labelled %s', (frame, label) => {
  expect(labelFrame(Buffer.from(frame))).toBe(label);
});
