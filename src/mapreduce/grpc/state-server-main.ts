/**
 * The state server's process where the transport is gRPC: the document's four methods over
 * gRPC, and all of the service over our own RPC, for map output as bytes.
 *
 * Source: document "process-rpc over gRPC", `grpc_state_server`.
 */
import { Server } from '@grpc/grpc-js';
import { joinAddress } from '../addresses.ts';
import { serveState } from '../stores/state-process.ts';
import type { ChangeArgs, StateServer } from '../stores/state-server.ts';
import { createHandlers, loadService, messageLimits } from './definition.ts';
import { bind } from './master-service.ts';
import type { ChangesMessage, GetStateMessage } from './state-client.ts';

await serveState(async (state) => {
  const server = new Server(messageLimits);
  const service = loadService(process.argv[2] as string, 'State');
  server.addService(service, createHandlers(createMethods(state)));
  return joinAddress('127.0.0.1', await bind(server, '127.0.0.1:0'));
});

function createMethods(state: StateServer) {
  return {
    Initialize: ({ keys = [] }: { keys?: string[] }) => void state.Initialize({ keys }),
    Update: (changes: ChangesMessage) => void state.Update(readChanges(changes)),
    SetState: (changes: ChangesMessage) => void state.Replace(readChanges(changes)),
    GetState: ({ keys = [], accepted = [] }: GetStateMessage) => {
      const { values } = state.Get({ keys, accepted });
      return { states: values.map((of) => ({ values: of })) };
    },
  };
}

function readChanges({ by, batch, pairs }: ChangesMessage): ChangeArgs {
  const list = pairs.map(({ key, n }) => [key, n] as const);
  return { ...by, batch, pairs: list };
}
