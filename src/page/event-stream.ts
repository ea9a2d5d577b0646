/**
 * One reader of a log, over server-sent events. It gets batches, waits while its socket
 * is full, and goes on where it stopped: no entry is dropped, and none is kept for it alone.
 */
import type { ServerResponse } from 'node:http';

/** What can be read so: what happened, in order, and facts that may change. */
export interface PageLog {
  readonly entries: {
    readonly length: number;
    slice(from: number, to: number): readonly object[];
  };
  readonly facts: object;
  /** Grows with each change of the facts, from 1 on. */
  readonly version: number;
  readonly nowMs: number;
  /** Returns what ends it. */
  listen(listener: () => void): () => void;
}

/** Entries of one message; messages of one moment go out together. */
const batchEntries = 500;
const flushMs = 30;

export class EventStream {
  readonly #response: ServerResponse;
  readonly #log: PageLog;
  #next: number;
  #version = 0;
  #isFull = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #stopListening: () => void;

  /** `next` is the first entry that the reader has not got. */
  constructor(response: ServerResponse, log: PageLog, next: number) {
    this.#response = response;
    this.#log = log;
    this.#next = Math.min(next, log.entries.length);
    this.#stopListening = log.listen(() => this.#flushSoon());
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.on('drain', () => {
      this.#isFull = false;
      this.#flush();
    });
    response.on('close', () => this.#stop());
    this.#send('retry: 500\n\n');
    this.#flush();
  }

  /** Says that nothing more will come, and ends the response once all is sent. */
  end(): void {
    this.#stopListening();
    clearTimeout(this.#timer);
    this.#flush(true);
    this.#response.end('event: end\ndata: {}\n\n');
  }

  #stop(): void {
    this.#stopListening();
    clearTimeout(this.#timer);
  }

  #flushSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
    }, flushMs);
  }

  /** `isLast`: whatever the socket says of it. */
  #flush(isLast = false): void {
    const { entries, version, nowMs } = this.#log;
    if (this.#version === 0) this.#sendFacts();
    while (this.#next < entries.length && (isLast || !this.#isFull)) {
      const first = this.#next;
      this.#next = Math.min(first + batchEntries, entries.length);
      const batch = entries.slice(first, this.#next);
      const data = JSON.stringify({ nowMs, entries: batch });
      this.#send(`id: ${this.#next}\nevent: entries\ndata: ${data}\n\n`);
    }
    // News of the end come after all that led to it.
    if (this.#version !== version && this.#next === entries.length) this.#sendFacts();
  }

  #sendFacts(): void {
    this.#version = this.#log.version;
    this.#send(`event: facts\ndata: ${JSON.stringify(this.#log.facts)}\n\n`);
  }

  #send(text: string): void {
    if (!this.#response.write(text)) this.#isFull = true;
  }
}
