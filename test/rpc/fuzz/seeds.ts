/** Frames to begin from: valid ones of every wire, what Go programs sent, what attackers send. */

import type { Frame } from '../../../src/rpc/codec.ts';
import { createClientCodec, createServerCodec } from '../../../src/rpc/codecs.ts';
import { type CodecName, codecNames, defaultLimits } from '../../../src/rpc/index.ts';
import { session } from '../gob/golden.ts';

/** A conversation in one wire format: each frame is sent after those before it. */
export type Seed = readonly Buffer[];

const calls: readonly (readonly [string, unknown])[] = [
  ['Target.Add', { A: 7, B: 8 }],
  ['Target.Div', { A: 1, B: 0 }],
  ['Target.Echo', { Text: 'é🚀', List: [1, [2.5], true], Deep: { Er: 'x' } }],
  ['Target.Echo', 'text'],
  ['Target.Later', { A: 1, B: 2 }],
  ['Target.Bytes', { Data: Buffer.from('bytes') }],
  ['Typed.Add', { A: 7, B: 8 }],
  [
    'Typed.Mixed',
    { Name: 'n', List: [1, 2], Counts: new Map([['a', 1]]), Data: 'AQI=', Big: 9 },
  ],
  ['Target.Nope', {}],
  ['__proto__.constructor', {}],
  ['nodot', {}],
];

export function toBuffer(frame: Frame): Buffer {
  if (typeof frame === 'string' || frame instanceof Uint8Array)
    return Buffer.from(frame as string);
  return Buffer.concat(frame.map(toBuffer));
}

/** What a well-behaved client of that wire sends. */
export function conversation(name: CodecName): Seed {
  const codec = createClientCodec(name, defaultLimits);
  return calls.map(([method, args], seq) =>
    toBuffer(codec.encodeRequest(seq, method, args, undefined)),
  );
}

/** What a well-behaved server of that wire answers to the first calls of a client. */
export function replies(name: CodecName): Seed {
  const codec = createServerCodec(name, defaultLimits);
  return conversation(name).flatMap((frame, i) => {
    codec.push(frame);
    const request = codec.readRequest();
    if (!request || 'answer' in request) return [];
    const reply = i % 4 === 3 ? undefined : { C: i, List: [i, 'é'] };
    return [
      toBuffer(
        reply
          ? codec.encodeReply(request, reply, undefined)
          : codec.encodeError(request, 'divide by zero', -32000),
      ),
    ];
  });
}

/** Source: answers of a Go 1.19 jsonrpc server to such lines are known; here they are seeds. */
const goJson: Seed = [
  '{"method":"Target.Add","params":[{"A":7,"B":8}],"id":1.5e3}',
  '{"METHOD":"Target.Add","Params":[{"a":7,"b":8}],"ID":{"k":[1]}}',
  '{"method":"Typed.Add","params":[{"A":"x"}],"id":"\\u0000"}',
  '{"method":"Target.Add","params":null,"id":9007199254740993}',
  '{"method":"Target.Echo","params":["a"],"id":1}{"method":"Target.Echo","params":["b"]} ',
  '{"method":"Typed.Mixed","params":[{"Big":9223372036854775807,"Data":"*"}],"id":1}',
  '{"method":5}',
  '{}null[]5"x"',
].map((line) => Buffer.from(`${line}\n`));

const jsonRpc: Seed = [
  '{"jsonrpc":"2.0","method":"Target.Add","params":{"A":1,"B":1}}',
  '[{"jsonrpc":"2.0","id":1,"method":"Target.Add","params":{"A":1}},{"jsonrpc":"2.0"},7]',
  '{"jsonrpc":"2.0","id":null,"method":"Target.Echo","params":{"__proto__":{"polluted":true}}}',
  '{"jsonrpc":"2.0","id":1e400,"method":"constructor","params":[[[[]]]]}',
  '[]',
  '5',
  '{"jsonrpc":"2.0","id":"\\ud800","method":"Typed.Add","params":{"A":9007199254740993}}',
  ' \t',
].map((line) => Buffer.from(`${line}\n`));

const framed: Seed = [
  '{"jsonrpc":"2.0","id":1,"method":"Target.Bytes","params":{"Data":null},"attachments":[["Data"]]}',
  'bytes',
  '{"jsonrpc":"2.0","id":2,"method":"Target.Echo","params":{"a":1},"attachments":[["__proto__","x"]]}',
  '',
  '[{"jsonrpc":"2.0","id":1,"method":"Target.Bytes","params":{}}]',
].map((text) => {
  const frame = Buffer.alloc(4 + Buffer.byteLength(text));
  frame.writeUInt32BE(frame.length - 4);
  frame.write(text, 4);
  return frame;
});

const heads: Seed = [
  'CONNECT /_goRPC_ HTTP/1.0\n\n',
  'CONNECT /_goRPC_ HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'CONNECT /elsewhere HTTP/1.0\n\n',
  'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'GET //%00?x HTTP/1.0\r\nHost: [::1]:1\r\nCookie: a=b\r\n\r\n',
  'GET /debug/rpc HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n5\r\nGET /\r\n0\r\n\r\n',
  'POST /_goRPC_ HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
].map((text) => Buffer.from(text));

const garbage: Seed = [
  Buffer.from('160301020001000200fc0303', 'hex'),
  Buffer.from('ffffffffffffffffff', 'hex'),
  Buffer.from('f8ffffffffffffffff2fff81', 'hex'),
  Buffer.from('\ufeff{"jsonrpc":"2.0"}\n'),
  Buffer.from('\r\n\r\n\r\n'),
  Buffer.from('SSH-2.0-OpenSSH_9.6\r\n'),
];

/** By wire; the first frames of each conversation are valid, so that mutants get deep. */
export const seeds: Readonly<Record<string, readonly Seed[]>> = {
  gob: [
    conversation('gob'),
    session.map(({ request }) =>
      Buffer.from(request.replaceAll('41726974', '54617267'), 'hex'),
    ),
    session.map(({ request }) => Buffer.from(request, 'hex')),
  ],
  'go-json': [conversation('go-json'), goJson],
  'json-rpc': [conversation('json-rpc'), jsonRpc],
  'framed-json': [conversation('framed-json'), framed],
  http: [heads],
  mixed: [garbage, [...heads, ...goJson, ...jsonRpc], codecNames.flatMap(conversation)],
};
