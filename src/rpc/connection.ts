/**
 * The server's end of one connection: finds out what the peer speaks, reads requests in order,
 * runs them side by side, writes replies as they come. Holds the limits: it stops reading while
 * too much is running or unwritten, and ends a connection that owes it something for too long.
 *
 * Source: Go net/rpc, ServeCodec: serial reads, one goroutine a call, replies in any order.
 */
import type { Duplex } from 'node:stream';
import { type Answer, answer, createCall } from './answer.ts';
import type { Batch, Request, ServerCodec } from './codec.ts';
import { Deadlines, type Expired } from './deadlines.ts';
import { describeError, LimitError, ProtocolError } from './errors.ts';
import type { FairShare, Share } from './fair-share.ts';
import type { Limits } from './limits.ts';
import type { Load } from './load.ts';
import type { Opening } from './opening.ts';
import type { Services } from './services.ts';
import type { Receiver, Transport } from './transport.ts';

/** How long a dismissed peer has to read why, before the connection is cut. */
const lingerMs = 1000;
/** Between two chunks that are thrown away. */
const discardPauseMs = 5;

/** What a connection needs from the server that it belongs to. */
export interface Host {
  readonly services: Services;
  readonly limits: Limits;
  readonly load: Load;
  readonly fairShare: FairShare;
  log(line: string): void;
}

export class Connection {
  /** Resolves when the connection has closed, whatever closed it. Never rejects. */
  readonly served: Promise<void>;
  readonly #transport: Transport;
  readonly #opening: Opening;
  readonly #host: Host;
  readonly #deadlines: Deadlines;
  readonly #share: Share;
  #codec: ServerCodec | undefined;
  /** Requests that were read and whose answer has not been handed to the transport. */
  #inFlight = 0;
  /** Answers that wait for room in the transport, not encoded yet. */
  readonly #answers: Answer[] = [];
  #isWriteBlocked = false;
  #hasPeerEnded = false;
  /** False: requests may be left in the codec, until there is room or it is our turn. */
  #isReading = true;
  /** The peer broke the protocol: what else it sends is thrown away. */
  #isDismissed = false;
  #linger: NodeJS.Timeout | undefined;
  #resolveServed = () => {};

  constructor(transport: Transport, opening: Opening, host: Host) {
    this.#transport = transport;
    this.#opening = opening;
    this.#host = host;
    this.#share = host.fairShare.join();
    this.#deadlines = new Deadlines(host.limits, (limit) => this.#expire(limit));
    this.served = new Promise<void>((resolve) => {
      this.#resolveServed = resolve;
    }).then(() => host.fairShare.leave());
    transport.receive(this.#createReceiver());
  }

  /** Nothing more runs of what has been received. */
  abort(): void {
    this.#isDismissed = true;
    this.#transport.abort();
  }

  #createReceiver(): Receiver {
    return {
      bytes: (chunk) => this.#receive(chunk),
      drained: () => {
        this.#isWriteBlocked = false;
        this.#deadlines.gotRead();
        this.#writeAnswers();
      },
      ended: () => {
        this.#hasPeerEnded = true;
        this.#endIfAnswered();
      },
      closed: () => this.#close(),
    };
  }

  /** What is read or answered from here on is nobody's; what waits must not count for ever. */
  #close(): void {
    this.#isDismissed = true;
    this.#isWriteBlocked = false;
    for (const _ of this.#answers.splice(0)) this.#finish();
    this.#deadlines.clear();
    clearTimeout(this.#linger);
    this.#resolveServed();
  }

  #receive(chunk: Buffer): void {
    if (this.#isDismissed) {
      this.#discard();
      return;
    }
    this.#share.beginRead(chunk.length);
    if (this.#codec) this.#codec.push(chunk);
    else if (!this.#open(chunk)) return;
    this.#deadlines.touch();
    this.#readRequests();
  }

  /** True: it is known now what the peer speaks. */
  #open(chunk: Buffer): boolean {
    this.#deadlines.gotFirstByte();
    this.#deadlines.expectRestOfFrame();
    try {
      const opened = this.#opening.push(chunk);
      if (opened && 'codec' in opened) this.#codec = opened.codec;
      else if (opened) this.#handOver(opened.unread, opened.handOver);
      else if (!this.#opening.hasPartialFrame) this.#deadlines.gotFrame();
    } catch (error) {
      this.#dismiss(error);
    }
    return this.#codec !== undefined;
  }

  /** From here on the stream belongs to somebody else; this connection only counts it. */
  #handOver(unread: Buffer, to: (stream: Duplex) => void): void {
    const stream = this.#transport.release?.(unread);
    if (!stream) throw new ProtocolError('only a stream can speak HTTP');
    this.#deadlines.clear();
    stream.once('close', this.#resolveServed);
    to(stream);
  }

  readonly #takeTurn = () => {
    this.#share.beginSlice();
    this.#readRequests();
  };

  #readRequests(): void {
    const codec = this.#codec;
    if (!codec || this.#isDismissed || this.#share.isResting) return;
    let hasMore = true;
    try {
      while (hasMore && !this.#mustWait()) {
        const request = codec.readRequest();
        if (request) this.#run(codec, request);
        else hasMore = false;
        if (this.#isDismissed) return;
        if (this.#share.isSpent) break; // only now: no slice passes without a request
      }
    } catch (error) {
      this.#dismiss(error);
      return;
    }
    const isWaiting = this.#mustWait();
    const isResting = this.#share.endSlice(hasMore && !isWaiting, this.#takeTurn);
    if (isWaiting || isResting) this.#stopReading();
    else this.#expectMore(codec);
  }

  /** Back-pressure: bytes stay in the kernel, and in the end the peer's writes wait. */
  #mustWait(): boolean {
    const { limits, load } = this.#host;
    return this.#inFlight >= limits.maxInFlight || this.#isWriteBlocked || load.isFull;
  }

  #stopReading(): void {
    const { load } = this.#host;
    // While we do not read, the rest of a frame is not the peer's debt.
    this.#deadlines.gotFrame();
    this.#isReading = false;
    this.#transport.pause();
    if (load.isFull) load.waitForRoom(this.#takeTurn);
  }

  #expectMore(codec: ServerCodec): void {
    this.#isReading = true;
    this.#transport.resume();
    if (codec.hasPartialFrame) this.#deadlines.expectRestOfFrame();
    else this.#deadlines.gotFrame();
    this.#endIfAnswered();
  }

  #run(codec: ServerCodec, request: Request | Batch): void {
    const { services, load } = this.#host;
    this.#deadlines.gotFrame();
    this.#inFlight++;
    load.begin();
    const answered =
      'answer' in request
        ? request.answer(createCall(services))
        : answer(services, codec, request);
    if (!(answered instanceof Promise)) this.#write(answered);
    else
      void answered.then((settled) => {
        if (settled) this.#write(settled);
        else this.#finish();
        this.#readOn();
      });
  }

  /** Sends an answer at once, or keeps it, not encoded, until there is room. */
  #write(settled: Answer): void {
    if (this.#isWriteBlocked || this.#answers.length > 0) this.#answers.push(settled);
    else this.#send(settled);
  }

  #send(settled: Answer): void {
    this.#finish();
    if (this.#isDismissed) return;
    try {
      const frame = settled.encode();
      this.#share.noteWrite(frame);
      this.#isWriteBlocked = !this.#transport.send(frame);
      if (this.#isWriteBlocked) this.#deadlines.expectRead();
    } catch (error) {
      // Not even an error fits the limits: there is no way left to answer.
      this.#dismiss(error);
    }
  }

  #finish(): void {
    this.#inFlight--;
    this.#host.load.end();
  }

  #writeAnswers(): void {
    while (!this.#isWriteBlocked) {
      const settled = this.#answers.shift();
      if (settled === undefined) break;
      this.#send(settled);
    }
    this.#readOn();
  }

  /** Unless we must wait, no whole request is left in the codec. */
  #readOn(): void {
    this.#deadlines.touch();
    if (!this.#share.isResting) this.#takeTurn();
  }

  /** A peer that has half-closed still gets the replies to all that it has sent. */
  #endIfAnswered(): void {
    if (this.#hasPeerEnded && this.#isReading && this.#inFlight === 0)
      this.#transport.end();
  }

  #dismiss(error: unknown): void {
    if (this.#isDismissed) return;
    this.#isDismissed = true;
    this.#deadlines.clear();
    const why = describeError(error);
    this.#host.log(`rpc: server cannot decode request: ${why}`);
    this.#sayFarewell(`rpc: ${why}`);
    this.#linger = setTimeout(() => this.abort(), lingerMs).unref();
    this.#transport.end();
    this.#transport.resume();
  }

  /** In silence where the limits leave no room for words. */
  #sayFarewell(message: string): void {
    try {
      const farewell = this.#codec?.encodeFarewell(message);
      if (farewell) this.#transport.send(farewell);
    } catch (error) {
      if (!(error instanceof LimitError)) throw error;
    }
  }

  /** Reads on, slowly, so that a peer with more to say can still read why it was dismissed. */
  #discard(): void {
    this.#transport.pause();
    setTimeout(() => this.#transport.resume(), discardPauseMs).unref();
  }

  #expire(limit: Parameters<Expired>[0]): void {
    const { log, limits } = this.#host;
    if (limit === 'partialFrameMs') {
      const text = `frame not complete after ${limits.partialFrameMs} ms`;
      this.#dismiss(new LimitError(limit, text));
      return;
    }
    if (limit === 'idleMs' && this.#inFlight > 0) {
      this.#deadlines.touch();
      return;
    }
    log(`rpc: ${silences[limit]} for ${limits[limit]} ms (${limit})`);
    this.abort();
  }
}

/** What a peer has not done that was hung up on. */
const silences = {
  firstByteMs: 'a peer has said nothing',
  idleMs: 'a connection was idle',
  unreadMs: 'a peer has read nothing',
};
