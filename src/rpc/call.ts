/**
 * One remote call, as both ends of `go` see it. Like Go's `rpc.Call`, the object that `go`
 * returns is the one that `done` delivers, with `reply` or `error` filled in.
 *
 * Source: Go net/rpc, type Call; slides, "Making client asynchronous - Option 2".
 */
import type { RpcError } from './errors.ts';
import type { MethodTypes } from './service.ts';

/** A call under way or settled. It has no `then`: awaiting a Call is not awaiting its reply. */
export interface Call<Reply = unknown> {
  /** Service and method, `WordCountServer.Compute`. */
  readonly serviceMethod: string;
  readonly args: unknown;
  /** Undefined until the call has settled without an error. */
  readonly reply: Reply | undefined;
  /** Undefined until the call has settled with an error. */
  readonly error: RpcError | undefined;
  /** Resolves with this very Call when it has settled. Never rejects: look at `error`. */
  readonly done: Promise<Call<Reply>>;
}

/** A Call as only the client holds it: it can be settled, once. */
export class PendingCall<Reply = unknown> implements Call<Reply> {
  readonly serviceMethod: string;
  readonly args: unknown;
  reply: Reply | undefined = undefined;
  error: RpcError | undefined = undefined;
  readonly done: Promise<Call<Reply>>;
  readonly #replyType: MethodTypes['reply'];
  #deliver: ((call: Call<Reply>) => void) | undefined;

  constructor(serviceMethod: string, args: unknown, replyType: MethodTypes['reply']) {
    this.serviceMethod = serviceMethod;
    this.args = args;
    this.#replyType = replyType;
    this.done = new Promise((resolve) => {
      this.#deliver = resolve;
    });
  }

  /** The Go type that its reply is read as, where the caller gave one. */
  get replyType(): MethodTypes['reply'] {
    return this.#replyType;
  }

  succeed(reply: Reply): void {
    if (!this.#deliver) return;
    this.reply = reply;
    this.#settle();
  }

  fail(error: RpcError): void {
    if (!this.#deliver) return;
    this.error = error;
    this.#settle();
  }

  #settle(): void {
    const deliver = this.#deliver as (call: Call<Reply>) => void;
    this.#deliver = undefined;
    deliver(this);
  }
}
