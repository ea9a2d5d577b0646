/**
 * A transport carries bytes between two ends, in order, until it closes. It knows nothing of
 * frames, calls or JSON. TCP, unix sockets and the in-memory pipe are all Node streams, so one
 * adapter serves them; the simulated network implements the same verbs in virtual time.
 */
import { type Duplex, duplexPair } from 'node:stream';

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
   * Queues text for the peer. All that is queued in one tick leaves in one write.
   * Returns false when the queue is full: wait for `drained` before sending much more.
   * Sending on a closed transport does nothing; `closed` has told or will tell.
   */
  send(text: string): boolean;
  /** Starts delivery to `receiver`. Called once; nothing is delivered before. */
  receive(receiver: Receiver): void;
  /** Stops and restarts delivery of bytes; the peer's writes then fill up and wait. */
  pause(): void;
  resume(): void;
  /** Says that nothing more will be sent, after all that was. Bytes may still arrive. */
  end(): void;
  /** Ends both directions at once; what was queued may be lost. */
  abort(error?: Error): void;
}

/** Bytes that may wait in each direction before the sender is told to wait. */
export const highWaterMark = 256 * 1024;

/** Carries bytes over any Node stream: a TCP or unix socket, or one end of a pipe. */
export function streamTransport(stream: Duplex): Transport {
  let outbox = '';
  /** While this is true, `drained` is still to come: from the flush, or from the stream. */
  let isFull = false;
  let drained = () => {};
  const flush = () => {
    const text = outbox;
    outbox = '';
    const hasRoom = !stream.writable || stream.write(text);
    if (isFull && hasRoom) signalDrained();
  };
  const signalDrained = () => {
    isFull = false;
    drained();
  };
  return {
    send(text) {
      if (outbox === '') process.nextTick(flush);
      outbox += text;
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
      if (outbox !== '') flush();
      stream.end();
    },
    abort: (error) => void stream.destroy(error),
  };
}

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
