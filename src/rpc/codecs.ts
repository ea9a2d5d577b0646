/**
 * The wire formats by name. A client chooses one; a server tells by a connection's first bytes
 * which one its client has chosen, so that one port speaks them all.
 */
import type { ClientCodec, ServerCodec } from './codec.ts';
import { createGobClientCodec, createGobServerCodec } from './gob/codec.ts';
import { LineFraming } from './json/framing.ts';
import { GoJsonClientCodec, GoJsonServerCodec } from './json/go-json.ts';
import { JsonRpcClientCodec, JsonRpcServerCodec } from './json/json-rpc.ts';
import { LengthPrefixFraming } from './json/length-prefix.ts';
import type { Limits } from './limits.ts';

/**
 * - `json-rpc`: JSON-RPC 2.0, one message a line. The default.
 * - `framed-json`: the same with a length before each message, and bytes beside the JSON.
 * - `go-json`: Go's net/rpc/jsonrpc.
 * - `gob`: Go's net/rpc as `rpc.Dial` speaks it.
 */
export type CodecName = 'json-rpc' | 'framed-json' | 'go-json' | 'gob';

export const codecNames: readonly CodecName[] = [
  'json-rpc',
  'framed-json',
  'go-json',
  'gob',
];

export function createServerCodec(name: CodecName, limits: Limits): ServerCodec {
  switch (name) {
    case 'json-rpc':
      return new JsonRpcServerCodec(new LineFraming(limits), limits);
    case 'framed-json':
      return new JsonRpcServerCodec(new LengthPrefixFraming(limits), limits);
    case 'go-json':
      return new GoJsonServerCodec(limits);
    case 'gob':
      return createGobServerCodec(limits);
  }
}

export function createClientCodec(name: CodecName, limits: Limits): ClientCodec {
  switch (name) {
    case 'json-rpc':
      return new JsonRpcClientCodec(new LineFraming(limits));
    case 'framed-json':
      return new JsonRpcClientCodec(new LengthPrefixFraming(limits));
    case 'go-json':
      return new GoJsonClientCodec(limits);
    case 'gob':
      return createGobClientCodec(limits);
  }
}
