/**
 * A network in virtual time: connections whose messages take as long as a script says, each
 * direction with delays of its own. The same Client and Server run over it as over TCP; an
 * address `sim:anything` leads here once the network has been added.
 */
import type { Frame, Listener, Network, Receiver, Transport } from '../rpc/index.ts';
import { NetworkError } from '../rpc/index.ts';
import type { VirtualTime } from './virtual-time.ts';

export type Direction = 'request' | 'reply';

/** Milliseconds that the `index`-th message of a direction takes, over all connections. */
export type DelayScript = (direction: Direction, index: number) => number;

export class SimulatedNetwork implements Network {
  readonly #time: VirtualTime;
  readonly #delayMs: DelayScript;
  readonly #connectMs: number;
  readonly #listeners = new Map<string, (transport: Transport) => void>();
  readonly #sent: Record<Direction, number> = { request: 0, reply: 0 };
  #open = 0;

  /** `connectMs`: what `dial` takes before the first message can be sent. */
  constructor(time: VirtualTime, delayMs: DelayScript, connectMs: number) {
    this.#time = time;
    this.#delayMs = delayMs;
    this.#connectMs = connectMs;
  }

  /** Connections that were dialled and not closed by their client. */
  get openConnections(): number {
    return this.#open;
  }

  /** Messages that clients have sent so far. */
  get requestsSent(): number {
    return this.#sent.request;
  }

  async listen(
    address: string,
    accept: (transport: Transport) => void,
  ): Promise<Listener> {
    if (this.#listeners.has(address)) {
      throw new NetworkError(`listen ${address}: address already in use`, 'EADDRINUSE');
    }
    this.#listeners.set(address, accept);
    const close = async () => void this.#listeners.delete(address);
    return { address, close };
  }

  async dial(address: string): Promise<Transport> {
    await new Promise<void>((resolve) => this.#time.schedule(this.#connectMs, resolve));
    const accept = this.#listeners.get(address);
    if (!accept) {
      throw new NetworkError(`dial ${address}: connection refused`, 'ECONNREFUSED');
    }
    const client = new SimulatedEnd(this.#time, () => this.#nextDelay('request'));
    const server = new SimulatedEnd(this.#time, () => this.#nextDelay('reply'));
    client.join(server);
    server.join(client);
    this.#open++;
    client.onceClosed(() => this.#open--);
    accept(server);
    return client;
  }

  #nextDelay(direction: Direction): number {
    return this.#delayMs(direction, this.#sent[direction]++);
  }
}

/** One end of a connection. What it sends arrives in order, after its direction's delay. */
class SimulatedEnd implements Transport {
  readonly #time: VirtualTime;
  readonly #nextDelay: () => number;
  #peer: SimulatedEnd | undefined;
  #receiver: Receiver | undefined;
  readonly #closers: (() => void)[] = [];
  #isClosed = false;
  /** A later message never arrives before an earlier one. */
  #lastArrivalMs = 0;
  /** What has arrived while paused, or before anybody listened. */
  readonly #waiting: ((receiver: Receiver) => void)[] = [];
  #isPaused = false;

  constructor(time: VirtualTime, nextDelay: () => number) {
    this.#time = time;
    this.#nextDelay = nextDelay;
  }

  join(peer: SimulatedEnd): void {
    this.#peer = peer;
  }

  onceClosed(closer: () => void): void {
    this.#closers.push(closer);
  }

  send(frame: Frame): boolean {
    const bytes = Buffer.concat(
      [frame].flat().map((piece) => Buffer.from(piece as string)),
    );
    this.#carry(this.#nextDelay(), (receiver) => receiver.bytes(bytes));
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
    this.#carry(0, (receiver) => receiver.ended());
  }

  abort(error?: Error): void {
    if (this.#isClosed) return;
    this.#carry(0, () => this.#peer?.abort());
    this.#isClosed = true;
    for (const closer of this.#closers) closer();
    queueMicrotask(() => this.#receiver?.closed(error));
  }

  #carry(delayMs: number, message: (receiver: Receiver) => void): void {
    if (this.#isClosed) return;
    const now = this.#time.nowMs;
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, now + delayMs);
    const peer = this.#peer as SimulatedEnd;
    this.#time.schedule(this.#lastArrivalMs - now, () => peer.#arrive(message));
  }

  #arrive(message: (receiver: Receiver) => void): void {
    if (this.#isClosed) return;
    this.#waiting.push(message);
    this.#deliver();
  }

  #deliver(): void {
    while (this.#receiver && !this.#isPaused && !this.#isClosed) {
      const message = this.#waiting.shift();
      if (!message) return;
      message(this.#receiver);
    }
  }
}
