/**
 * The server's end of one connection: reads requests in order, runs them side by side, writes
 * replies as they come. Holds the limits: it stops reading while too much is running or
 * unwritten, and ends a connection that owes it the rest of a frame for too long.
 *
 * Source: Go net/rpc, ServeCodec: serial reads, one goroutine a call, replies in any order.
 */
import { encodeFarewell, type JsonRpcDispatcher, type Response } from './json-rpc.ts';
import type { Limits } from './limits.ts';
import { LineReader } from './lines.ts';
import type { Receiver, Transport } from './transport.ts';

/** How long a dismissed peer has to read why, before the connection is cut. */
const lingerMs = 1000;

export class Connection {
  /** Resolves when the connection has closed, whatever closed it. Never rejects. */
  readonly served: Promise<void>;
  readonly #transport: Transport;
  readonly #dispatcher: JsonRpcDispatcher;
  readonly #limits: Limits;
  readonly #reader: LineReader;
  /** Calls that were read and whose reply has not been handed to the transport. */
  #inFlight = 0;
  /** Replies that wait for room in the transport, not encoded yet. */
  readonly #replies: NonNullable<Response>[] = [];
  #isWriteBlocked = false;
  #hasPeerEnded = false;
  /** The peer broke the protocol: what else it sends is thrown away. */
  #isDismissed = false;
  #partialTimer: NodeJS.Timeout | undefined;
  readonly #idleTimer: NodeJS.Timeout;

  constructor(transport: Transport, dispatcher: JsonRpcDispatcher, limits: Limits) {
    this.#transport = transport;
    this.#dispatcher = dispatcher;
    this.#limits = limits;
    this.#reader = new LineReader(limits.maxFrameBytes);
    this.#idleTimer = setTimeout(() => this.#abortIfIdle(), limits.idleMs).unref();
    this.served = new Promise((resolve) => {
      transport.receive(this.#createReceiver(resolve));
    });
  }

  abort(): void {
    this.#transport.abort();
  }

  #createReceiver(resolveServed: () => void): Receiver {
    return {
      bytes: (chunk) => {
        this.#idleTimer.refresh();
        if (this.#isDismissed) return;
        this.#reader.push(chunk);
        this.#readRequests();
      },
      drained: () => {
        this.#isWriteBlocked = false;
        this.#writeReplies();
      },
      ended: () => {
        this.#hasPeerEnded = true;
        this.#endIfAnswered();
      },
      closed: () => {
        clearTimeout(this.#idleTimer);
        clearTimeout(this.#partialTimer);
        resolveServed();
      },
    };
  }

  #readRequests(): void {
    try {
      while (!this.#mustWait()) {
        const line = this.#reader.next();
        if (line === undefined) break;
        this.#stopPartialTimer();
        if (line.trim() !== '') void this.#answer(line);
      }
    } catch (error) {
      this.#dismiss(error as Error);
      return;
    }
    if (this.#mustWait()) {
      // While we do not read, the rest of a frame is not the peer's debt.
      this.#stopPartialTimer();
      this.#transport.pause();
      return;
    }
    this.#transport.resume();
    if (this.#reader.hasPartialLine) this.#startPartialTimer();
  }

  /** Back-pressure: bytes stay in the kernel, and in the end the peer's writes wait. */
  #mustWait(): boolean {
    return this.#inFlight >= this.#limits.maxInFlight || this.#isWriteBlocked;
  }

  async #answer(line: string): Promise<void> {
    this.#inFlight++;
    const response = await this.#dispatcher.run(line);
    if (response === null) this.#inFlight--;
    else this.#replies.push(response);
    this.#writeReplies();
  }

  /** Replies, then reads on: unless we must wait, no whole line is left in the reader. */
  #writeReplies(): void {
    while (!this.#isWriteBlocked && !this.#isDismissed) {
      const response = this.#replies.shift();
      if (response === undefined) break;
      this.#isWriteBlocked = !this.#transport.send(this.#dispatcher.encode(response));
      this.#idleTimer.refresh();
      this.#inFlight--;
    }
    if (!this.#isDismissed) this.#readRequests();
    this.#endIfAnswered();
  }

  /** A peer that has half-closed still gets the replies of its running calls. */
  #endIfAnswered(): void {
    if (this.#hasPeerEnded && this.#inFlight === 0) this.#transport.end();
  }

  #dismiss(error: Error): void {
    this.#isDismissed = true;
    this.#transport.send(encodeFarewell(error));
    this.#transport.end();
    this.#transport.resume();
    setTimeout(() => this.abort(), lingerMs).unref();
  }

  /** Once per frame, never reset by a further byte of the same frame. */
  #startPartialTimer(): void {
    const { partialFrameMs } = this.#limits;
    this.#partialTimer ??= setTimeout(() => {
      this.#dismiss(new Error(`frame not complete after ${partialFrameMs} ms`));
    }, partialFrameMs).unref();
  }

  #stopPartialTimer(): void {
    clearTimeout(this.#partialTimer);
    this.#partialTimer = undefined;
  }

  #abortIfIdle(): void {
    if (this.#inFlight > 0) this.#idleTimer.refresh();
    else this.abort();
  }
}
