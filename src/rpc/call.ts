/**
 * One remote call, as both ends of `go` see it. Like Go's `rpc.Call`, the object that `go`
 * returns is the one that `done` delivers, with `reply` or `error` filled in.
 *
 * Source: Go net/rpc, type Call; slides, "Making client asynchronous - Option 2".
 */
import type { RpcError } from './errors.ts';

/** A call under way or settled. It has no `then`: awaiting a Call is not awaiting its reply. */
export interface Call<Reply = unknown> {
  /** Service and method, `WordCountServer.Compute`. */
  readonly serviceMethod: string;
  readonly args: unknown;
  /** Undefined until the call has settled without an error. */
  reply: Reply | undefined;
  /** Undefined until the call has settled with an error. */
  error: RpcError | undefined;
  /** Resolves with this very Call when it has settled. Never rejects: look at `error`. */
  readonly done: Promise<Call<Reply>>;
}

/** The side of a Call that only the client holds: settling it, once. */
export interface PendingCall<Reply = unknown> {
  readonly call: Call<Reply>;
  settle(outcome: { reply: Reply } | { error: RpcError }): void;
}

export function createCall<Reply>(
  serviceMethod: string,
  args: unknown,
): PendingCall<Reply> {
  let isSettled = false;
  let deliver: (call: Call<Reply>) => void = () => {};
  const done = new Promise<Call<Reply>>((resolve) => {
    deliver = resolve;
  });
  const call: Call<Reply> = {
    serviceMethod,
    args,
    reply: undefined,
    error: undefined,
    done,
  };
  return {
    call,
    settle(outcome) {
      if (isSettled) return;
      isSettled = true;
      Object.assign(call, outcome);
      deliver(call);
    },
  };
}
