/**
 * One remote call, as both ends of `go` see it. Like Go's `rpc.Call`, the object that `go`
 * returns is the one that `done` delivers, with `reply` or `error` filled in.
 *
 * Source: Go net/rpc, type Call; slides, "Making client asynchronous - Option 2".
 */
import type { RpcError } from './errors.ts';
import type { GoType } from './go-types.ts';

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
  /** The Go type that its reply is read as, where the caller gave one. */
  readonly #replyType: GoType | undefined;
  #deliver: ((call: Call<never>) => void) | undefined;

  constructor(serviceMethod: string, args: unknown, replyType: GoType | undefined) {
    this.serviceMethod = serviceMethod;
    this.args = args;
    this.#replyType = replyType;
    this.done = new Promise(keepResolve);
    this.#deliver = keptResolve;
  }

  get replyType(): GoType | undefined {
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
    this.#deliver?.(this as unknown as Call<never>);
    this.#deliver = undefined;
  }
}

/** One executor for all promises: a closure a call would be a tenth of what a call costs. */
let keptResolve: (call: Call<never>) => void;
function keepResolve(resolve: (call: Call<never>) => void): void {
  keptResolve = resolve;
}
