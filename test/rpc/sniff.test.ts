/** Which protocol a connection's first bytes tell, whole or one at a time. */
import { describe, expect, test } from 'vitest';
import { string, struct } from '../../src/rpc/go-types.ts';
import { GobEncoder } from '../../src/rpc/gob/encoder.ts';
import { codecNames, defaultLimits } from '../../src/rpc/index.ts';
import { type Protocol, Sniffer } from '../../src/rpc/sniff.ts';
import { conversation } from './fuzz/seeds.ts';
import { createTarget, LooseEnd } from './fuzz/target.ts';

const whole = (bytes: Buffer) => new Sniffer(1000).look(bytes);

function oneByOne(bytes: Buffer): Protocol | undefined {
  const sniffer = new Sniffer(1000);
  for (let end = 1; end <= bytes.length; end++) {
    const protocol = sniffer.look(bytes.subarray(0, end));
    if (protocol) return protocol;
  }
  return undefined;
}

describe.each([
  ['JSON-RPC 2.0', '{"jsonrpc":"2.0","id":1,"method":"A.B"}', 'json-rpc'],
  [
    'JSON-RPC 2.0, its version last',
    '{"id":1,"method":"A.B","jsonrpc":"2.0"}',
    'json-rpc',
  ],
  ['JSON-RPC 2.0 with spaces', ' \t{ "id" : 1 , "jsonrpc" : "2.0" }\n', 'json-rpc'],
  ['JSON-RPC 2.0 behind empty lines', '\r\n\n{"jsonrpc":"2.0"}', 'json-rpc'],
  ['a batch', '[{"jsonrpc":"2.0"}]', 'json-rpc'],
  ['text', 'hello', 'json-rpc'],
  ['a byte order mark', '\ufeff{"method":"A.B"}', 'json-rpc'],
  ['Go JSON', '{"method":"A.B","params":[{}],"id":0}\n', 'go-json'],
  ['Go JSON without a newline', '{"method":"A.B","params":[{}],"id":0}', 'go-json'],
  ['Go JSON over two lines', '{"method":"A.B",\n"params":[{}],"id":0}', 'go-json'],
  ['Go JSON behind empty lines', '\n\n{"method":"A.B"}', 'go-json'],
  ['an empty object', '{}', 'go-json'],
  ['"jsonrpc" as a value', '{"method":"jsonrpc","params":["jsonrpc"]}', 'go-json'],
  ['"jsonrpc" in the args', '{"method":"A.B","params":[{"jsonrpc":"2.0"}]}', 'go-json'],
  ['"jsonrpc" in a string', '{"method":"\\"jsonrpc\\":","params":[]}', 'go-json'],
  ['braces in a string', '{"method":"}{\\\\","jsonrpc":"2.0"}', 'json-rpc'],
  ['two values on a line', '{"method":"A.B"}{"jsonrpc":"2.0"}\n', 'go-json'],
  ['two others on a line', '{"id":1,"jsonrpc":"2.0"}{"method":"A.B"}\n', 'json-rpc'],
  ['CONNECT', 'CONNECT /_goRPC_ HTTP/1.0\n\n', 'http'],
  ['GET', 'GET / HTTP/1.1\r\n\r\n', 'http'],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'http'],
  ['a framed message', '\0\0\0\x02{}', 'framed-json'],
] as const)('%s', (_what, text, protocol) => {
  test(`is ${protocol}`, () => {
    expect(whole(Buffer.from(text))).toBe(protocol);
    expect(oneByOne(Buffer.from(text))).toBe(protocol);
  });
});

test('a TLS ClientHello is told at once that nobody speaks TLS here', () => {
  const hello = Buffer.from('16030100c8010000c40303', 'hex');
  expect([whole(hello), oneByOne(hello)]).toEqual(['tls', 'tls']);
  const log: string[] = [];
  const end = new LooseEnd();
  void createTarget({ log: (line) => log.push(line) }).serveConn(end);
  end.push(hello);
  expect(end.isClosed).toBe(true);
  expect(log[0]).toContain('this port does not speak tls');
});

test('gob is gob whatever the length of its first message', () => {
  for (let length = 0; length < 300; length++) {
    const type = struct(`T${'x'.repeat(length)}`, { A: string });
    const bytes = Buffer.from(new GobEncoder(defaultLimits).encode({ A: 'a' }, type));
    expect(whole(bytes), `${bytes[0]}`).toBe('gob');
    expect(oneByOne(bytes), `${bytes[0]}`).toBe('gob');
  }
});

test('gob is gob from a Go program whose first type is its first request', () => {
  const bytes = Buffer.from('2e7f0301', 'hex');
  expect([whole(bytes), oneByOne(bytes)]).toEqual(['gob', 'gob']);
});

test.each([
  ['gob from a program whose first type it is', '2e7f0301'],
  ['gob from a program with types before it', '2fff8103'],
  ['gob with a long first message', 'ff90ff81'],
])('%s', (_what, hex) => {
  expect(whole(Buffer.from(hex, 'hex'))).toBe('gob');
  expect(oneByOne(Buffer.from(hex, 'hex'))).toBe('gob');
});

test.each([
  ['nothing', ''],
  ['spaces', ' \r\n\t'],
  ['an open brace', '{'],
  ['a letter', 'G'],
  ['half an object', '{"method":"A'],
])('%s: more bytes are needed', (_what, text) => {
  expect(whole(Buffer.from(text))).toBe(undefined);
});

test('what says nothing for too long is taken for something', () => {
  expect(whole(Buffer.from(' '.repeat(1001)))).toBe('json-rpc');
  expect(whole(Buffer.from(`{"a":"${'x'.repeat(1001)}`))).toBe('go-json');
});

test.each(codecNames)(
  'a client of %s is answered, its bytes sent one at a time',
  (name) => {
    const end = new LooseEnd();
    void createTarget().serveConn(end);
    for (const frame of conversation(name))
      for (const byte of frame) end.push(Buffer.of(byte));
    expect(end.isClosed).toBe(false);
    expect(end.sent.length).toBeGreaterThan(5);
  },
);

test('a first line of megabytes, in many pieces, is looked at once', () => {
  const end = new LooseEnd();
  void createTarget().serveConn(end);
  const startMs = performance.now();
  end.push(Buffer.from(`{"a":[{}${',{}'.repeat(1_000_000)}`));
  for (let i = 0; i < 20_000; i++) end.push(Buffer.from(',{}'));
  end.abort();
  expect(performance.now() - startMs, 'a ceiling, not a pace').toBeLessThan(10_000);
});
