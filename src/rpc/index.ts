/**
 * The RPC layer as other rooms and the exercises see it. Begin with `server.ts` and
 * `client.ts`; everything else serves those two.
 */
export type { Call } from './call.ts';
export { Channel, select } from './channel.ts';
export {
  type CallOptions,
  Client,
  type ClientOptions,
  dial,
  dialHttp,
} from './client.ts';
export type { Frame } from './codec.ts';
export { type CodecName, codecNames } from './codecs.ts';
export * from './errors.ts';
export type { HttpOptions } from './http/pages.ts';
export { defaultLimits, type LimitChoice, type Limits, never } from './limits.ts';
export { addNetwork, type Listener, type Network } from './network.ts';
export type { CallEvent, RequestEvent } from './observer.ts';
export { Server, type ServerOptions } from './server.ts';
export type { MethodTypes, RegisterOptions } from './service.ts';
export { type Stub, stub } from './stub.ts';
export { pipe, type Receiver, streamTransport, type Transport } from './transport.ts';
