/** Header and body: who reads what, when, and what becomes of the stream when one is wrong. */
import { expect, test } from 'vitest';
import type { ClientCodec, Frame, Request, ServerCodec } from '../../../src/rpc/codec.ts';
import { LimitError, ProtocolError } from '../../../src/rpc/errors.ts';
import {
  int,
  int8,
  pointer,
  slice,
  string,
  struct,
  uint64,
} from '../../../src/rpc/go-types.ts';
import {
  createGobClientCodec,
  createGobServerCodec,
} from '../../../src/rpc/gob/codec.ts';
import { GobEncoder } from '../../../src/rpc/gob/encoder.ts';
import { chooseLimits } from '../../../src/rpc/limits.ts';
import { defineStruct, int as int64, message, text } from './forge.ts';

const limits = chooseLimits();
const Header = struct('Request', { ServiceMethod: string, Seq: uint64 });
const Args = struct('Args', { A: int, B: int });

const toBuffer = (frame: Frame | undefined) => Buffer.from(frame as Uint8Array);

function createPair(): { client: ClientCodec; server: ServerCodec } {
  return { client: createGobClientCodec(limits), server: createGobServerCodec(limits) };
}

function nextRequest(server: ServerCodec): Request {
  const request = server.readRequest();
  if (request === undefined || 'answer' in request) throw new Error('no request');
  return request;
}

test('a call goes there and its reply comes back, cut into single bytes', () => {
  const { client, server } = createPair();
  for (let seq = 0; seq < 3; seq++) {
    const args = { A: 7, B: seq };
    for (const byte of toBuffer(client.encodeRequest(seq, 'Arith.Add', args, Args))) {
      expect(server.readRequest()).toBeUndefined();
      server.push(Buffer.of(byte));
    }
    const request = nextRequest(server);
    expect(server.readArgs(request, Args)).toEqual(args);
    for (const byte of toBuffer(server.encodeReply(request, 7 + seq, int))) {
      expect(client.readResponse()).toBeUndefined();
      client.push(Buffer.of(byte));
    }
    const response = client.readResponse();
    expect(response).toEqual({ seq, error: undefined });
    expect(response && client.readReply(response, int)).toBe(7 + seq);
  }
});

test('a frame is partial from its first byte, and while the body is missing', () => {
  const { client, server } = createPair();
  expect(server.hasPartialFrame).toBe(false);
  const frame = toBuffer(client.encodeRequest(0, 'A.B', { A: 1, B: 2 }, Args));
  const seen: boolean[] = [];
  for (const byte of frame) {
    server.push(Buffer.of(byte));
    if (server.readRequest() === undefined) seen.push(server.hasPartialFrame);
  }
  // Between two definitions nothing is begun; a header without its body is.
  expect(seen).toHaveLength(frame.length - 1);
  expect(seen.filter((isPartial) => !isPartial).length).toBeLessThanOrEqual(2);
  expect(seen.slice(-10)).toEqual(new Array(10).fill(true));
  expect(server.hasPartialFrame).toBe(false);
});

test('args and replies that nobody reads are skipped', () => {
  const { client, server } = createPair();
  for (const seq of [0, 1, 2]) {
    server.push(
      toBuffer(client.encodeRequest(seq, `A.B${seq}`, { A: [{ C: 1 }, 'x'] }, undefined)),
    );
  }
  const requests = [0, 1, 2].map(() => nextRequest(server));
  expect(requests.map(({ serviceMethod }) => serviceMethod)).toEqual([
    'A.B0',
    'A.B1',
    'A.B2',
  ]);
  for (const request of requests)
    client.push(toBuffer(server.encodeReply(request, [1], undefined)));
  expect([0, 1, 2].map(() => client.readResponse()?.seq)).toEqual([0, 1, 2]);
  expect(client.readResponse()).toBeUndefined();
});

test('args that do not fit are an error of that call only', () => {
  const { client, server } = createPair();
  const Small = struct('Args', { A: int8 });
  const wrong = [
    [{ Z: 1 }, 'gob: type mismatch: no fields matched compiling decoder for Args'],
    [{ A: 'x' }, 'gob: wrong type (int8) for received field .A'],
    [{ A: 300 }, 'value for "A" out of range'],
    [5, 'gob: type mismatch in decoder: want struct type main.Args; got non-struct'],
  ] as const;
  for (const [args, text] of wrong) {
    server.push(toBuffer(client.encodeRequest(1, 'A.B', args, undefined)));
    server.push(toBuffer(client.encodeRequest(2, 'A.C', { A: 1 }, undefined)));
    const request = nextRequest(server);
    expect(() => server.readArgs(request, Small)).toThrow(text);
    const next = nextRequest(server);
    expect(next.serviceMethod).toBe('A.C');
    expect(server.readArgs(next, Small)).toEqual({ A: 1 });
  }
});

test('a value cut in pieces, as Go cuts it, is waited for', () => {
  const server = createGobServerCodec(limits);
  const header = { ServiceMethod: 'A.B', Seq: 0 };
  server.push(Buffer.from(new GobEncoder(limits).encode(header, Header)));
  // struct S { V interface{} }, its V a []int, which is defined in the middle of the value.
  const define = [2, 1, 2, ...int64(90), 0, 1, ...int64(2), 0, 0];
  server.push(defineStruct(80, 'S', [['V', 8]]));
  server.push(message(int64(80), [1], text('[]int'), int64(-90), define));
  expect(server.readRequest()).toBeUndefined();
  expect(server.hasPartialFrame).toBe(true);
  server.push(message(int64(90), [3], [0, 1, 10], [0]));
  const request = nextRequest(server);
  expect(server.readArgs(request, undefined)).toEqual({ V: [5] });
  expect(server.hasPartialFrame).toBe(false);
});

test('a header that is none ends the connection', () => {
  const Wrong = struct('Request', { Other: string });
  const server = createGobServerCodec(limits);
  server.push(Buffer.from(new GobEncoder(limits).encode({ Other: 'x' }, Wrong)));
  const message = 'rpc: server cannot decode request: gob: type mismatch';
  expect(() => server.readRequest()).toThrow(message);
  const client = createGobClientCodec(limits);
  client.push(Buffer.alloc(100, 'GET / HTTP/1.1\r\n'));
  expect(() => client.readResponse()).toThrow(ProtocolError);
  expect(server.encodeFarewell('sorry')).toBeUndefined();
});

test('a name of more characters than the limit ends the connection', () => {
  const client = createGobClientCodec(limits);
  const server = createGobServerCodec(chooseLimits({ maxNameLength: 10 }));
  server.push(toBuffer(client.encodeRequest(0, 'x'.repeat(10), {}, undefined)));
  expect(nextRequest(server).serviceMethod).toHaveLength(10);
  server.push(toBuffer(client.encodeRequest(0, 'x'.repeat(11), {}, undefined)));
  expect(() => server.readRequest()).toThrow(LimitError);
});

test('an error without a text arrives as an error', () => {
  const { client, server } = createPair();
  server.push(toBuffer(client.encodeRequest(0, 'A.B', undefined, undefined)));
  const request = nextRequest(server);
  expect(server.readArgs(request, undefined)).toEqual({});
  client.push(toBuffer(server.encodeError(request, '', 0)));
  client.push(toBuffer(server.encodeError(request, 'no', 0)));
  const first = client.readResponse();
  expect(first?.error).toEqual({ message: 'unknown error', code: -32000 });
  expect(client.readResponse()?.error?.message).toBe('no');
});

test('nothing is an empty struct, or the zero of its type', () => {
  const { client, server } = createPair();
  server.push(toBuffer(client.encodeRequest(0, 'A.B', null, undefined)));
  const request = nextRequest(server);
  const replies = [
    [undefined, {}],
    [int, 0],
    [Args, { A: 0, B: 0 }],
    [pointer(Args), { A: 0, B: 0 }],
    [slice(int), []],
  ] as const;
  for (const [type, wanted] of replies) {
    client.push(toBuffer(server.encodeReply(request, undefined, type)));
    const response = client.readResponse();
    expect(response && client.readReply(response, type)).toEqual(wanted);
  }
});

test('a request number of 64 bits is given back as it came', () => {
  const server = createGobServerCodec(limits);
  const seq = 2n ** 64n - 1n;
  const header = { ServiceMethod: 'A.B', Seq: seq };
  server.push(Buffer.from(new GobEncoder(limits).encodeBoth(header, Header, 1, int)));
  const frame = toBuffer(server.encodeReply(nextRequest(server), 2, int));
  expect(frame.includes(Buffer.from('f8ffffffffffffffff', 'hex'))).toBe(true);
  const client = createGobClientCodec(limits);
  client.push(frame);
  expect(() => client.readResponse()).toThrow(ProtocolError);
});

test('a reply that cannot be encoded leaves the stream as it was', () => {
  const { client, server } = createPair();
  server.push(toBuffer(client.encodeRequest(0, 'A.B', 1, int)));
  const request = nextRequest(server);
  expect(() => server.encodeReply(request, { A: Symbol('x') }, undefined)).toThrow(
    'symbol',
  );
  client.push(toBuffer(server.encodeError(request, 'no', 0)));
  client.push(toBuffer(server.encodeReply(request, { A: 1 }, undefined)));
  expect(client.readResponse()?.error?.message).toBe('no');
  const response = client.readResponse();
  expect(response && client.readReply(response, undefined)).toEqual({ A: 1 });
});
