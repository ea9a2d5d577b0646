/**
 * The RPC layer as other rooms and the exercises see it. Begin with `server.ts` and
 * `client.ts`; everything else serves those two.
 */
export type { Call } from './call.ts';
export { Channel, select } from './channel.ts';
export { type CallOptions, Client, dial } from './client.ts';
export * from './errors.ts';
export { defaultLimits, type Limits, never } from './limits.ts';
export { addNetwork, type Listener, type Network } from './network.ts';
export { Server } from './server.ts';
export { type Stub, stub } from './stub.ts';
export { pipe, type Receiver, streamTransport, type Transport } from './transport.ts';
