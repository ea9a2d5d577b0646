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

/**
 * A Call as only the client holds it: it can be settled, once. Its promises are made when they
 * are asked for, and by executors that are made once: of what a call costs, a promise and its
 * closures are a tenth.
 */
export class PendingCall<Reply = unknown> implements Call<Reply> {
  readonly serviceMethod: string;
  readonly args: unknown;
  reply: Reply | undefined = undefined;
  error: RpcError | undefined = undefined;
  /** The Go type that its reply is read as, where the caller gave one. */
  readonly #replyType: GoType | undefined;
  #isSettled = false;
  #done: Promise<Call<Reply>> | undefined;
  #deliver: ((call: Call<Reply>) => void) | undefined;
  #resolve: ((reply: Reply) => void) | undefined;
  #reject: ((error: RpcError) => void) | undefined;

  constructor(serviceMethod: string, args: unknown, replyType: GoType | undefined) {
    this.serviceMethod = serviceMethod;
    this.args = args;
    this.#replyType = replyType;
  }

  get replyType(): GoType | undefined {
    return this.#replyType;
  }

  get done(): Promise<Call<Reply>> {
    if (this.#done) return this.#done;
    this.#done = new Promise(keepResolvers);
    if (this.#isSettled) kept.resolve(this);
    else this.#deliver = kept.resolve;
    return this.#done;
  }

  /** What `client.call` returns. Asked for once, before the call has settled. */
  get outcome(): Promise<Reply> {
    const outcome = new Promise<Reply>(keepResolvers);
    this.#resolve = kept.resolve;
    this.#reject = kept.reject;
    if (this.error) kept.reject(this.error);
    return outcome;
  }

  succeed(reply: Reply): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.reply = reply;
    this.#resolve?.(reply);
    this.#deliver?.(this);
  }

  fail(error: RpcError): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.error = error;
    this.#reject?.(error);
    this.#deliver?.(this);
  }
}

const kept: { resolve: (value: unknown) => void; reject: (error: unknown) => void } = {
  resolve: () => {},
  reject: () => {},
};

function keepResolvers(
  resolve: (value: never) => void,
  reject: (error: unknown) => void,
): void {
  kept.resolve = resolve as (value: unknown) => void;
  kept.reject = reject;
}
