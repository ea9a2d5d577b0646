/** Every Node peer by its name. */
import { birpc } from './birpc.ts';
import { grpcJs } from './grpc-js.ts';
import { handRolled } from './hand-rolled.ts';
import { jayson } from './jayson.ts';
import { jsonRpc2 } from './json-rpc-2.0.ts';
import { ours } from './ours.ts';
import type { Peer } from './peer.ts';
import { vscodeJsonrpc } from './vscode-jsonrpc.ts';

export const peers: Record<string, Peer> = {
  'ours json-rpc': ours('json-rpc'),
  'ours framed-json': ours('framed-json'),
  'ours go-json': ours('go-json'),
  'ours gob': ours('gob'),
  'hand-rolled': handRolled,
  birpc,
  'json-rpc-2.0': jsonRpc2,
  'vscode-jsonrpc': vscodeJsonrpc,
  jayson,
  'grpc-js': grpcJs,
};
