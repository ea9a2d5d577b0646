/** Attachments: what they may cost, and what they leave behind. */
import { expect, test } from 'vitest';
import type { Request } from '../../../src/rpc/codec.ts';
import { createClientCodec, createServerCodec } from '../../../src/rpc/codecs.ts';
import { defaultLimits } from '../../../src/rpc/index.ts';
import { toBuffer } from '../fuzz/seeds.ts';

const frame = (text: string) => {
  const bytes = Buffer.alloc(4 + Buffer.byteLength(text));
  bytes.writeUInt32BE(bytes.length - 4);
  bytes.write(text, 4);
  return bytes;
};

const request = (params: string, attachments: string) =>
  frame(
    `{"jsonrpc":"2.0","id":1,"method":"A.B","params":${params},"attachments":${attachments}}`,
  );

function readArgs(...frames: Buffer[]): unknown {
  const codec = createServerCodec('framed-json', defaultLimits);
  codec.push(Buffer.concat(frames));
  return codec.readArgs(codec.readRequest() as Request, undefined);
}

test('bytes take the place of the null that waits for them', () => {
  const args = readArgs(
    request('{"a":[null,{"b":null}]}', '[["a",0],["a",1,"b"]]'),
    frame('one'),
    frame('two'),
  );
  expect(args).toEqual({ a: [Buffer.from('one'), { b: Buffer.from('two') }] });
});

test.each([
  ['over a value', '{"a":1}', '[["a"]]'],
  ['under a value', '{"a":1}', '[["a","b"]]'],
  ['into a text', '{"a":"text"}', '[["a",0]]'],
  ['at a name that is not there', '{}', '[["a"]]'],
  ['over all the args', '{"a":1}', '[[]]'],
  ['into a prototype', '{}', '[["__proto__","polluted"]]'],
  ['into a constructor', '{}', '[["constructor","prototype","polluted"]]'],
])('bytes find no place %s', (_what, params, attachments) => {
  expect(() => readArgs(request(params, attachments), frame('x'))).toThrow(
    'rpc: there is no place for an attachment at',
  );
  expect({}).not.toHaveProperty('polluted');
});

test('an own member __proto__ takes bytes as any other does', () => {
  const args = readArgs(request('{"__proto__":null}', '[["__proto__"]]'), frame('x'));
  expect(Object.getOwnPropertyDescriptor(args, '__proto__')?.value).toEqual(
    Buffer.from('x'),
  );
  expect(Object.getPrototypeOf(args)).toBe(Object.prototype);
});

test.each(['["a"]', '[[{}]]', '[[null]]', `[[${'0,'.repeat(500)}0]]`])(
  'attachments that are no paths end the connection: %j',
  (attachments) => {
    expect(() => readArgs(request('{}', attachments))).toThrow(
      'attachments must be paths of names and indices',
    );
  },
);

test('hundreds of thousands of empty attachments cost no more than their frames', () => {
  const count = 400_000;
  const codec = createServerCodec('framed-json', defaultLimits);
  codec.push(request('{}', `[${'[],'.repeat(count - 1)}[]]`));
  codec.push(Buffer.alloc(4 * (count - 1)));
  const startMs = performance.now();
  expect(codec.readRequest()).toBe(undefined);
  expect(performance.now() - startMs, 'a ceiling, not a pace').toBeLessThan(10_000);
  expect(codec.hasPartialFrame).toBe(true);
});

test('attachments together may be as long as one frame', () => {
  const limits = { ...defaultLimits, maxFrameBytes: 200 };
  const codec = createServerCodec('framed-json', limits);
  codec.push(request('{}', '[[],[]]'));
  codec.push(frame('x'.repeat(150)));
  codec.push(frame('x'.repeat(51)));
  expect(() => codec.readRequest()).toThrow('over 200 bytes (maxFrameBytes)');
});

test('a reply that cannot be written leaves no bytes to the next one', () => {
  const codec = createServerCodec('framed-json', defaultLimits);
  codec.push(frame('{"jsonrpc":"2.0","id":1,"method":"A.B"}'));
  const call = codec.readRequest() as Request;
  const reply = { Data: Buffer.from('secret'), big: 1n };
  expect(() => codec.encodeReply(call, reply, undefined)).toThrow('BigInt');
  const answer = toBuffer(codec.encodeError(call, 'no', -32000)).toString();
  expect(answer).not.toMatch(/attachments|secret/);
});

test('a client reads bytes where a server has put them', () => {
  const server = createServerCodec('framed-json', defaultLimits);
  const client = createClientCodec('framed-json', defaultLimits);
  server.push(
    toBuffer(client.encodeRequest(0, 'A.B', { Data: Buffer.of(1) }, undefined)),
  );
  const call = server.readRequest() as Request;
  const args = server.readArgs(call, undefined);
  client.push(toBuffer(server.encodeReply(call, args, undefined)));
  const response = client.readResponse();
  expect(response && client.readReply(response, undefined)).toEqual({
    Data: Buffer.of(1),
  });
});
