/**
 * A transport carries bytes between two ends, in order, until it closes. It knows nothing of
 * frames, calls or JSON. TCP, unix sockets and the in-memory pipe are all Node streams, so one
 * adapter serves them; the simulated network implements the same verbs in virtual time.
 */
import { type Duplex, duplexPair } from 'node:stream';
import type { Frame } from './codec.ts';

/** What the owner of a transport is told. */
export interface Receiver {
  bytes(chunk: Buffer): void;
  /** What was sent has left this process: `send` may be called freely again. */
  drained(): void;
  /** The peer will send nothing more; it may still be waiting for what we send. */
  ended(): void;
  /** Both directions are closed, called once. Without an error: in good order. */
  closed(error?: Error): void;
}

export interface Transport {
  /**
   * Queues one frame for the peer. All that is queued in one tick leaves in one write.
   * Returns false when the queue is full: wait for `drained` before sending much more.
   * Sending on a closed transport does nothing; `closed` has told or will tell.
   */
  send(frame: Frame): boolean;
  /** Starts delivery to `receiver`. Called once; nothing is delivered before. */
  receive(receiver: Receiver): void;
  /** Stops and restarts delivery of bytes; the peer's writes then fill up and wait. */
  pause(): void;
  resume(): void;
  /** Says that nothing more will be sent, after all that was. Bytes may still arrive. */
  end(): void;
  /** Ends both directions at once; what was queued may be lost. */
  abort(error?: Error): void;
  /**
   * Gives up the stream below, so that another protocol may speak over it; `unread` is what
   * was received and belongs to that protocol. Undefined where there is no stream.
   */
  release?(unread: Buffer): Duplex;
}

/** Bytes that may wait in each direction before the sender is told to wait. */
export const highWaterMark = 256 * 1024;

/** Carries bytes over any Node stream: a TCP or unix socket, or one end of a pipe. */
export function streamTransport(stream: Duplex): Transport {
  const outbox = new Outbox();
  /** While this is true, `drained` is still to come: from the flush, or from the stream. */
  let isFull = false;
  let drained = () => {};
  const flush = () => {
    if (outbox.length === 0) return;
    const hasRoom = !stream.writable || outbox.writeTo(stream);
    if (isFull && hasRoom) signalDrained();
  };
  const signalDrained = () => {
    isFull = false;
    drained();
  };
  return {
    send(frame) {
      if (outbox.length === 0) process.nextTick(flush);
      outbox.add(frame);
      isFull ||= stream.writableLength + outbox.length >= stream.writableHighWaterMark;
      return !isFull;
    },
    receive(receiver) {
      let failure: Error | undefined;
      drained = () => receiver.drained();
      stream.on('data', (chunk: Buffer) => receiver.bytes(chunk));
      stream.on('drain', signalDrained);
      stream.on('end', () => receiver.ended());
      stream.on('error', (error) => {
        failure = error;
      });
      stream.on('close', () => receiver.closed(failure));
    },
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
    end() {
      flush();
      stream.end();
    },
    abort: (error) => void stream.destroy(error),
    release(unread) {
      flush();
      stream.pause();
      for (const event of ['data', 'drain', 'end', 'error', 'close'])
        stream.removeAllListeners(event);
      if (unread.length > 0) stream.unshift(unread);
      return stream;
    },
  };
}

/**
 * What is sent in one tick. Texts grow together into one; once there are bytes, what is small
 * is copied into one block, so that many frames are one buffer, and what is large stays as it is.
 */
class Outbox {
  /** Characters and bytes that wait: enough to know how much it is. */
  length = 0;
  #text = '';
  #pieces: Uint8Array[] = [];
  #block = Buffer.alloc(0);
  /** Where the bytes of this tick begin and end in the block. */
  #start = 0;
  #end = 0;

  add(frame: Frame): void {
    if (typeof frame === 'string') {
      this.length += frame.length;
      const isText = this.#pieces.length === 0 && this.#start === this.#end;
      if (isText && frame.length <= largeLength) this.#text += frame;
      else {
        this.#closeText();
        this.#addPiece(frame);
      }
    } else if (frame instanceof Uint8Array) {
      this.#closeText();
      this.length += frame.length;
      this.#addPiece(frame);
    } else for (const piece of frame) this.add(piece);
  }

  /** Empties itself in one write; false when the stream wants a pause. */
  writeTo(stream: Duplex): boolean {
    this.length = 0;
    if (this.#pieces.length === 0 && this.#start === this.#end) {
      const text = this.#text;
      this.#text = '';
      return stream.write(text);
    }
    this.#closeBlock();
    const pieces = this.#pieces;
    this.#pieces = [];
    stream.cork();
    let hasRoom = true;
    for (const piece of pieces) hasRoom = stream.write(piece);
    stream.uncork();
    return hasRoom;
  }

  #addPiece(piece: string | Uint8Array): void {
    // A character takes at most three bytes of UTF-8.
    const maxBytes = typeof piece === 'string' ? 3 * piece.length : piece.length;
    if (maxBytes > smallBytes) {
      this.#closeBlock();
      this.#pieces.push(typeof piece === 'string' ? Buffer.from(piece) : piece);
      return;
    }
    if (this.#end + maxBytes > this.#block.length) {
      this.#closeBlock();
      this.#block = Buffer.allocUnsafe(blockBytes);
      this.#start = 0;
      this.#end = 0;
    }
    if (typeof piece === 'string') this.#end += this.#block.write(piece, this.#end);
    else {
      this.#block.set(piece, this.#end);
      this.#end += piece.length;
    }
  }

  #closeText(): void {
    const text = this.#text;
    this.#text = '';
    if (text !== '') this.#addPiece(text);
  }

  #closeBlock(): void {
    if (this.#start < this.#end)
      this.#pieces.push(this.#block.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }
}

/** What is larger costs more to copy than to write by itself. */
const smallBytes = 4096;
/** Texts that are longer are not joined: many of them would be one enormous string. */
const largeLength = 16 * 1024;
const blockBytes = 64 * 1024;

/** Two connected ends in one process. Bytes cross it, never references. Source: Go's net.Pipe. */
export function pipe(): [Transport, Transport] {
  const [left, right] = duplexPair({ highWaterMark });
  for (const [end, other] of [
    [left, right],
    [right, left],
  ] as const) {
    // A destroyed end takes the other with it, as a reset does over TCP.
    end.once('close', () => end.writableFinished || other.destroy());
  }
  return [streamTransport(left), streamTransport(right)];
}
