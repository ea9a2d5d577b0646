/** The first bytes of a connection tell what its client speaks; too few of them tell nothing. */
import { expect, test } from 'vitest';
import { sniff } from '../../src/rpc/sniff.ts';

test.each([
  ['gob from a program whose first type it is', '\x2e\x7f\x03\x01', 'gob'],
  ['gob from a program with types before it', '\x2f\xff\x81\x03', 'gob'],
  ['gob with a long first message', '\xff\x90\xff\x81', 'gob'],
  ['a length', '\x00\x00\x01\x00{', 'framed-json'],
  ['a Go client over HTTP', 'CONNECT /_goRPC_ HTTP/1.0\n\n', 'http'],
  ['JSON-RPC 2.0', '{"jsonrpc":"2.0","id":1,"method":"A.B"}\n', 'json-rpc'],
  ['JSON-RPC 2.0, version last', '{"id":1,"method":"A.B","jsonrpc":"2.0"}', 'json-rpc'],
  ['a JSON-RPC 2.0 batch', '[{"jsonrpc":"2.0"}]', 'json-rpc'],
  ["Go's JSON", '{"method":"A.B","params":[{}],"id":0}\n', 'go-json'],
  ["Go's JSON by hand", '{}', 'go-json'],
  ['half a line', '{"method":', undefined],
  ['one letter', '{', undefined],
  ['spaces', ' \n ', undefined],
  ['no JSON at all', 'hello\n', 'json-rpc'],
])('%s', (_name, bytes, protocol) => {
  expect(sniff(Buffer.from(bytes, 'latin1'))).toBe(protocol);
});
