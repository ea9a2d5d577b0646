/**
 * Go's channel, as far as the slides use it: a queue of bounded capacity between those who
 * send and those who receive. Capacity 0 is a rendezvous: a send waits for its receive.
 *
 *     const done = new Channel<Call>(10);
 *     client.go('Worker.RunTask', args, { done });
 *     const call = await done.receive();
 *
 * Source: slides, "Asynchronous RPC"; the Go specification, "Channel types" and "Select".
 * Ours, not Go's: nothing blocks a thread; what would block is a promise.
 */

/** What a receive ends with; undefined: the channel is closed and empty. */
type Received<T> = { readonly value: T } | undefined;

/** Somebody who waits, perhaps on several channels; the first delivery counts. */
interface Receiver<T> {
  isServed: boolean;
  deliver(received: Received<T>, channel: Channel<T>): void;
}

interface Sender<T> {
  readonly value: T;
  /** Called when a receiver or a place in the buffer has been found. */
  release(): void;
}

export class Channel<T> {
  /** Values that may wait here without a receiver. */
  readonly capacity: number;
  readonly #buffer: T[] = [];
  /** Not empty only while the buffer is full. */
  readonly #senders: Sender<T>[] = [];
  /** Not empty only while the buffer is empty. */
  readonly #receivers: Receiver<T>[] = [];
  #isClosed = false;

  constructor(capacity = 0) {
    if (!Number.isSafeInteger(capacity) || capacity < 0) {
      throw new RangeError(`the capacity of a channel is a count, not ${capacity}`);
    }
    this.capacity = capacity;
  }

  /** Values that wait now: Go's len(channel). */
  get length(): number {
    return this.#buffer.length;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Resolves when the value has found a place or a receiver. Rejects on a closed channel. */
  async send(value: T): Promise<void> {
    if (this.trySend(value)) return;
    await new Promise<void>((release) => this.#senders.push({ value, release }));
  }

  /** Sends only if that is possible at once; says whether it was. Throws on a closed channel. */
  trySend(value: T): boolean {
    if (this.#isClosed) throw new Error('send on closed channel');
    const receiver = this.#nextReceiver();
    if (receiver) this.#serve(receiver, { value });
    else if (this.#buffer.length < this.capacity) this.#buffer.push(value);
    else return false;
    return true;
  }

  /** Resolves with the next value; with undefined when the channel is closed and empty. */
  async receive(): Promise<T | undefined> {
    return (await this.#receiveNext())?.value;
  }

  /** The next value if there is one now: a select with a default case. */
  tryReceive(): Received<T> {
    const sender = this.#senders.shift();
    if (sender) this.#buffer.push(sender.value);
    sender?.release();
    return this.#buffer.length === 0 ? undefined : { value: this.#buffer.shift() as T };
  }

  /** No more values will come. What waits can still be received; waiting receivers end. */
  close(): void {
    if (this.#isClosed) throw new Error('close of closed channel');
    this.#isClosed = true;
    for (let receiver = this.#nextReceiver(); receiver; receiver = this.#nextReceiver()) {
      this.#serve(receiver, undefined);
    }
  }

  /** `for await (const value of channel)` ends when the channel is closed and empty. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (let next = await this.#receiveNext(); next; next = await this.#receiveNext()) {
      yield next.value;
    }
  }

  /** For `select`: serves the receiver now, or as soon as there is something. */
  join(receiver: Receiver<T>): void {
    const received = this.tryReceive();
    if (received || this.#isClosed) this.#serve(receiver, received);
    else this.#receivers.push(receiver);
  }

  #receiveNext(): Promise<Received<T>> {
    return new Promise((deliver) => this.join({ isServed: false, deliver }));
  }

  #nextReceiver(): Receiver<T> | undefined {
    let receiver = this.#receivers.shift();
    while (receiver?.isServed) receiver = this.#receivers.shift();
    return receiver;
  }

  #serve(receiver: Receiver<T>, received: Received<T>): void {
    receiver.isServed = true;
    receiver.deliver(received, this);
  }
}

/**
 * Waits for the first of several channels that has a value or is closed, and takes that one
 * value only. Where several are ready, the first in the list wins (ours, not Go's: Go draws).
 */
export function select<T>(
  channels: readonly Channel<T>[],
): Promise<{ readonly channel: Channel<T>; readonly value: T | undefined }> {
  return new Promise((resolve) => {
    const receiver: Receiver<T> = {
      isServed: false,
      deliver: (received, channel) => resolve({ channel, value: received?.value }),
    };
    for (const channel of channels) {
      if (!receiver.isServed) channel.join(receiver);
    }
  });
}
