/**
 * From the RPC layer's events to the diagram's: who called whom, and each value in a few words.
 */
import type { CallLog } from '../page/call-log.ts';
import type { CallEvent, RequestEvent, RpcError } from '../rpc/index.ts';
import { cut, describeValue } from './value-text.ts';

export interface ObserverOptions {
  /** The member of args that never appears. */
  readonly secret?: string;
  /** Who calls, as far as the request says it; undefined: it does not. */
  readonly nameCaller?: (args: unknown) => string | undefined;
}

/** Of one connection to our server. */
interface Caller {
  name: string | undefined;
  /** Set while nobody knows who it is. */
  clientNumber: number | undefined;
  /** Calls under way, by their number on the connection. */
  readonly open: Map<number, number>;
}

const maxNameLength = 60;
const maxErrorLength = 200;
/** From then on a client takes the lifeline of one that has gone. */
const maxClients = 8;

export class CallObserver {
  readonly #log: CallLog;
  readonly #options: ObserverOptions;
  readonly #callers = new Map<number, Caller>();
  /** Numbers of clients that have gone, and those given so far. */
  readonly #freeNumbers: number[] = [];
  #clients = 0;
  #calls = 0;

  constructor(log: CallLog, options: ObserverOptions = {}) {
    this.#log = log;
    this.#options = options;
  }

  /** For a client through which `from` calls `to`. */
  watchClient(from: string, to: string): (event: CallEvent) => void {
    const open = new Map<number, number>();
    return (event) => {
      const { seq } = event;
      if (event.type === 'call-sent') {
        open.set(seq, this.#begin(from, to, event.serviceMethod, event.args));
        return;
      }
      const call = open.get(seq) as number;
      open.delete(seq);
      if (event.error) this.#fail(call, event.error);
      else this.#reply(call, event.reply);
    };
  }

  /** For the server that is called `name`. */
  watchServer(name: string): (event: RequestEvent) => void {
    return (event) => {
      if (event.type === 'connection-closed') {
        this.#forget(event.connection);
        return;
      }
      const { connection, seq } = event;
      const caller = this.#callerOf(connection);
      if (event.type === 'request-arrived') {
        const { serviceMethod, args } = event;
        const from = this.#nameOf(caller, args);
        caller.open.set(seq, this.#begin(from, name, serviceMethod, args));
        return;
      }
      const call = caller.open.get(seq) as number;
      caller.open.delete(seq);
      if (event.error === undefined) this.#reply(call, event.reply);
      else this.#log.add({ type: 'error', call, text: cut(event.error, maxErrorLength) });
    };
  }

  #begin(from: string, to: string, serviceMethod: string, args: unknown): number {
    const call = this.#calls++;
    const method = cut(serviceMethod, maxNameLength);
    const text = describeValue(args, this.#options.secret);
    this.#log.add({ type: 'request', call, from, to, method, text });
    return call;
  }

  #reply(call: number, reply: unknown): void {
    const text = describeValue(reply, this.#options.secret);
    this.#log.add({ type: 'reply', call, text });
  }

  #fail(call: number, { isDefinite, name, message }: RpcError): void {
    const text = cut(`${name}: ${message}`, maxErrorLength);
    this.#log.add({ type: isDefinite ? 'error' : 'silence', call, text });
  }

  #callerOf(connection: number): Caller {
    let caller = this.#callers.get(connection);
    if (!caller) {
      caller = { name: undefined, clientNumber: undefined, open: new Map() };
      this.#callers.set(connection, caller);
    }
    return caller;
  }

  #nameOf(caller: Caller, args: unknown): string {
    caller.name ??= this.#options.nameCaller?.(args);
    if (caller.name !== undefined) return caller.name;
    caller.clientNumber ??= this.#chooseNumber();
    return `client ${caller.clientNumber}`;
  }

  #chooseNumber(): number {
    const free = this.#clients < maxClients ? undefined : this.#freeNumbers.shift();
    return free ?? ++this.#clients;
  }

  /** What it has asked for and has not got it will never get. */
  #forget(connection: number): void {
    const caller = this.#callers.get(connection);
    if (!caller) return;
    this.#callers.delete(connection);
    if (caller.clientNumber !== undefined) this.#freeNumbers.push(caller.clientNumber);
    const text = 'the connection closed before the reply could leave';
    for (const call of caller.open.values())
      this.#log.add({ type: 'silence', call, text });
  }
}
