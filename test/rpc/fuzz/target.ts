/** What is fuzzed: a server with methods of every kind, and a transport without a wire. */

import {
  bytes,
  int,
  int64,
  record,
  slice,
  string,
  struct,
} from '../../../src/rpc/go-types.ts';
import {
  type Frame,
  type Receiver,
  Server,
  type ServerOptions,
  type Transport,
} from '../../../src/rpc/index.ts';

interface Args {
  A: number;
  B: number;
}

class Target {
  Add({ A, B }: Args) {
    return { C: A + B };
  }

  Div({ A, B }: Args) {
    if (B === 0) throw new Error('divide by zero');
    return { C: A / B };
  }

  Echo(args: unknown) {
    return args;
  }

  async Later({ A }: Args) {
    await null;
    return A;
  }

  Bytes(args: unknown) {
    return { args, Data: new Uint8Array([1, 2, 3]) };
  }
}

class Typed {
  Add({ A, B }: Args) {
    for (const value of [A, B]) {
      const isInteger = typeof value === 'bigint' || Number.isSafeInteger(value);
      if (!isInteger) misdeeds.push(new Error(`an int is ${typeof value} ${value}`));
    }
    return { C: Number(A) + Number(B) };
  }

  Mixed(args: unknown) {
    return args;
  }
}

/** What must never happen, seen from inside a method. */
export const misdeeds: Error[] = [];

const Args = struct('Args', { A: int, B: int });
const Reply = struct('Reply', { C: int64 });
const Mixed = struct('Mixed', {
  Name: string,
  List: slice(int),
  Counts: record(int),
  Data: bytes,
  Big: int64,
});

export function createTarget(options: ServerOptions = {}): Server {
  const server = new Server(options);
  server.register(new Target());
  server.register(new Typed(), {
    types: { Add: { args: Args, reply: Reply }, Mixed: { args: Mixed, reply: Mixed } },
  });
  return server;
}

/** One end without a wire: the test pushes bytes in and sees what comes out. */
export class LooseEnd implements Transport {
  readonly sent: Frame[] = [];
  isClosed = false;
  isPaused = false;
  #receiver: Receiver | undefined;

  push(chunk: Buffer): void {
    if (!this.isClosed) this.#receiver?.bytes(chunk);
  }

  /** The peer says that it will send nothing more. */
  finish(): void {
    this.#receiver?.ended();
  }

  send(frame: Frame): boolean {
    this.sent.push(frame);
    return true;
  }

  receive(receiver: Receiver): void {
    this.#receiver = receiver;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  end(): void {
    this.abort();
  }

  abort(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#receiver?.closed();
  }
}

/** Everything that can still happen to what was sent: promises, and what follows them. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Resolves when `isTrue`; connections take turns, and what is pushed may have to wait. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await settle();
}
