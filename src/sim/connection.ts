/**
 * One connection of the simulated network: two ends, and the frames under way between them.
 * One `send` is one message, and each meets its own fate: it may be lost, doubled or late while
 * those around it arrive. A stream of JSON lines bears that, since every frame says all by
 * itself; gob's does not (types are defined once a stream), so faults on frames want a JSON
 * codec.
 *
 * Simplification: a lost frame models a lost datagram, as labrpc has it, and nobody is told.
 * TCP would send it again, or in the end lose the whole connection; for that there is `cut`.
 */
import type { Frame } from '../rpc/codec.ts';
import { NetworkError, type Receiver, type Transport } from '../rpc/index.ts';
import type { Direction, EventLog, LossReason, Message } from './events.ts';
import type { DecideFate, Passage } from './fates.ts';
import type { Life } from './node.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What a connection runs through. */
export interface Medium {
  readonly time: VirtualTime;
  readonly log: EventLog;
  readonly isFifo: boolean;
  readonly decideFate: DecideFate;
  canReach(from: string, to: string): boolean;
  /** The number of the next message of that direction. */
  count(direction: Direction): number;
  describe(bytes: Buffer): string;
}

/** Connects a program to another; returns the end of the one that dialled, then the other's. */
export function connect(
  medium: Medium,
  from: Life,
  to: Life,
): [SimulatedEnd, SimulatedEnd] {
  const client = new SimulatedEnd(medium, 'request', from);
  const server = new SimulatedEnd(medium, 'reply', to);
  client.join(server);
  server.join(client);
  return [client, server];
}

export class SimulatedEnd implements Transport {
  readonly #medium: Medium;
  readonly #direction: Direction;
  /** Whose end it is. */
  readonly #life: Life;
  readonly #closers: (() => void)[] = [];
  #peer: SimulatedEnd = this;
  #receiver: Receiver | undefined;
  #isClosed = false;
  /** When the last message arrives that keeps its place in the order. */
  #lastInOrderMs = 0;
  /** When the very last one arrives: the end of the connection follows it. */
  #lastArrivalMs = 0;
  /** What has arrived while paused, or before anybody listened. */
  readonly #waiting: ((receiver: Receiver) => void)[] = [];
  #isPaused = false;

  constructor(medium: Medium, direction: Direction, life: Life) {
    this.#medium = medium;
    this.#direction = direction;
    this.#life = life;
    this.onceClosed(life.onceOver(() => this.#vanish()));
  }

  join(peer: SimulatedEnd): void {
    this.#peer = peer;
  }

  onceClosed(closer: () => void): void {
    this.#closers.push(closer);
  }

  send(frame: Frame): boolean {
    if (this.#isClosed) return true;
    const bytes = toBytes(frame);
    const message = this.#createMessage(bytes);
    this.#medium.log.add({ type: 'sent', message });
    const { passages, isCut } = this.#medium.decideFate(message);
    // Deciding may have crashed this very node.
    if (this.#isClosed) this.#lose(message, 1, 'closed');
    else if (isCut) this.#cut(message);
    else if (!this.#canReach()) this.#lose(message, 1, 'unreachable');
    else if (passages.length === 0) this.#lose(message, 1, 'lost');
    else {
      if (passages.length > 1) this.#medium.log.add({ type: 'doubled', message });
      passages.forEach((passage, i) => {
        this.#carry(message, i + 1, bytes, passage);
      });
    }
    return true;
  }

  receive(receiver: Receiver): void {
    this.#receiver = receiver;
    this.#deliver();
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#deliver();
  }

  end(): void {
    if (!this.#isClosed) this.#signal((peer) => peer.#accept((r) => r.ended()));
  }

  abort(error?: Error): void {
    if (this.#isClosed) return;
    this.#signal((peer) => peer.#accept(() => peer.abort()));
    this.#close(error);
  }

  #createMessage(bytes: Buffer): Message {
    return {
      direction: this.#direction,
      number: this.#medium.count(this.#direction),
      from: this.#life.node.name,
      to: this.#peer.#life.node.name,
      bytes: bytes.length,
      label: this.#medium.describe(bytes),
    };
  }

  #canReach(): boolean {
    return this.#medium.canReach(this.#life.node.name, this.#peer.#life.node.name);
  }

  #lose(message: Message, copy: number, why: LossReason): void {
    this.#medium.log.add({ type: 'lost', message, copy, why });
  }

  #carry(message: Message, copy: number, bytes: Buffer, passage: Passage): void {
    const { time, isFifo } = this.#medium;
    let atMs = time.nowMs + Math.max(0, passage.delayMs);
    if (isFifo && !passage.isHeldBack) {
      atMs = Math.max(atMs, this.#lastInOrderMs);
      this.#lastInOrderMs = atMs;
    }
    this.#lastArrivalMs = Math.max(atMs, this.#lastArrivalMs);
    this.#fly(message, copy, bytes, atMs - time.nowMs);
  }

  /** The last part of the way, on which whoever explores schedules may still interfere. */
  #fly(message: Message, copy: number, bytes: Buffer, delayMs: number): void {
    const { time, log } = this.#medium;
    time.schedule(delayMs, () => this.#arrive(message, copy, bytes), undefined, {
      type: 'message',
      name: `${message.direction} ${message.number}`,
      copy,
      lose: () => this.#lose(message, copy, 'lost'),
      double: () => {
        log.add({ type: 'doubled', message });
        this.#fly(message, copy + 1, bytes, 0);
      },
    });
  }

  #arrive(message: Message, copy: number, bytes: Buffer): void {
    const peer = this.#peer;
    if (!this.#canReach()) this.#lose(message, copy, 'unreachable');
    else if (peer.#isClosed) {
      this.#lose(message, copy, 'closed');
      peer.#signal((end) => end.#reset());
    } else {
      this.#medium.log.add({ type: 'delivered', message, copy });
      peer.#accept((receiver) => receiver.bytes(bytes));
    }
  }

  /** The end of a connection travels in no time, behind all messages; chance spares it. */
  #signal(happen: (peer: SimulatedEnd) => void): void {
    const { time } = this.#medium;
    time.schedule(this.#lastArrivalMs - time.nowMs, () => {
      if (this.#canReach()) happen(this.#peer);
    });
  }

  #accept(arrival: (receiver: Receiver) => void): void {
    if (this.#isClosed) return;
    this.#waiting.push(arrival);
    this.#deliver();
  }

  #deliver(): void {
    while (this.#receiver && !this.#isPaused && !this.#isClosed) {
      const arrival = this.#waiting.shift();
      if (!arrival) return;
      const receiver = this.#receiver;
      this.#life.run(() => arrival(receiver));
    }
  }

  #cut(message: Message): void {
    this.#lose(message, 1, 'cut');
    this.#signal((peer) => peer.#reset());
    this.#reset();
  }

  /** What the kernel says when a packet comes for a connection that it does not know. */
  #reset(): void {
    this.#close(new NetworkError('connection reset by peer', 'ECONNRESET'));
  }

  /** The program has crashed: nobody is left to be told here, and the kernel tells the peer. */
  #vanish(): void {
    this.#signal((peer) => peer.#reset());
    this.#isClosed = true;
    for (const closer of this.#closers) closer();
  }

  #close(error?: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const [node, peer] = [this.#life.node.name, this.#peer.#life.node.name];
    this.#medium.log.add({ type: 'closed', node, peer, isReset: error !== undefined });
    for (const closer of this.#closers) closer();
    const receiver = this.#receiver;
    queueMicrotask(() => this.#life.run(() => receiver?.closed(error)));
  }
}

function toBytes(frame: Frame): Buffer {
  const parts =
    typeof frame === 'string' || frame instanceof Uint8Array ? [frame] : frame;
  return Buffer.concat(parts.map((part) => Buffer.from(part as string)));
}
