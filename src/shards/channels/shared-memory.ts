/**
 * A thread reached through memory that both threads see: two rings, one each way. Nothing
 * passes through the event loop of the other side, and the thread sleeps in `Atomics.wait`
 * whenever it has nothing to do.
 *
 * Simplification: messages are still serialised into the ring; only the copy between two
 * heaps and the port are saved. State that is itself laid out in shared memory needs neither.
 * Source: "Process-Based Workers", "Zero-copy state access via shared memory".
 */
import { Worker } from 'node:worker_threads';
import { type Link, LinkChannel } from './link.ts';
import { RingBuffer } from './ring-buffer.ts';
import { FrameReader, FrameWriter } from './ring-frames.ts';
import { watchEnd } from './worker-thread.ts';

const ringBytes = 4 * 1024 * 1024;
/** Frames taken in a row before other events have their turn. */
const maxFramesInARow = 1000;

/** What the thread is given. */
export interface SharedMemoryEnd {
  readonly answerModule: string;
  readonly there: SharedArrayBuffer;
  readonly back: SharedArrayBuffer;
}

/** Starts `threadMain`, which answers with `answerModule`. */
export function openSharedMemoryChannel(
  threadMain: string,
  answerModule: string,
): LinkChannel {
  const there = RingBuffer.allocate(ringBytes);
  const back = RingBuffer.allocate(ringBytes);
  const workerData: SharedMemoryEnd = { answerModule, there, back };
  return new LinkChannel(
    new CallerLink(new Worker(threadMain, { workerData }), there, back),
  );
}

/** The side with an event loop that must not be blocked. */
class CallerLink implements Link {
  readonly #worker: Worker;
  readonly #outgoing: RingBuffer;
  readonly #incoming: RingBuffer;
  readonly #writer: FrameWriter;
  #isOpen = true;
  #isFlushing = false;

  constructor(worker: Worker, there: SharedArrayBuffer, back: SharedArrayBuffer) {
    this.#worker = worker;
    this.#outgoing = new RingBuffer(there);
    this.#incoming = new RingBuffer(back);
    this.#writer = new FrameWriter(this.#outgoing);
  }

  post(message: unknown): void {
    if (!this.#isOpen) return;
    this.#writer.add(message);
    this.#flushSoon();
  }

  receive(arrived: (message: unknown) => void, ended: (cause?: Error) => void): void {
    watchEnd(this.#worker, (cause) => {
      this.#isOpen = false;
      ended(cause);
    });
    void this.#deliver(arrived);
  }

  end(how: 'in order' | 'at once'): void {
    if (how === 'at once') void this.#worker.terminate();
    else if (this.#isOpen) {
      this.#writer.addFarewell();
      this.#isOpen = false;
      this.#flushSoon();
    }
  }

  /** What is said in one tick is written together; the rest as the thread makes room. */
  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    process.nextTick(() => void this.#flush());
  }

  async #flush(): Promise<void> {
    while (!this.#writer.flush()) await this.#outgoing.roomComes();
    this.#isFlushing = false;
  }

  async #deliver(arrived: (message: unknown) => void): Promise<void> {
    const reader = new FrameReader(this.#incoming);
    for (let inARow = 0; this.#isOpen; ) {
      const frame = reader.next();
      if (frame) {
        arrived(frame.message);
        inARow++;
      }
      if (inARow > maxFramesInARow) {
        inARow = 0;
        await new Promise(setImmediate);
      } else if (!frame) {
        const coming = this.#incoming.bytesCome();
        if (coming) inARow = 0;
        await coming;
      }
    }
  }
}
