/**
 * A pool of shards: long-lived processes with the state machines of a user's class.
 *
 *     const pool = await startPool('counter.ts', { shards: 4 });
 *     await pool.send('id-1', { add: 1 });      // resolves when there is room for the next one
 *     await pool.query('id-1');                 // { count: 1 }
 *     await pool.shutDown();
 *
 * What `send` promises. A message that it has taken is applied once, after those that were sent
 * to the same id before it, whichever processes are killed, as long as this one lives and the
 * log is on. A query sees all messages that were sent to its id before it.
 */
import { type DecisionReader, Driver } from './driver.ts';
import { MessageError, PoolClosedError, PoolFailedError, ResizeError } from './errors.ts';
import type { OpenLink } from './link.ts';
import { destinationOf, isFull, type RouterOptions } from './router-state.ts';
import type { OpenArgs } from './wire.ts';

export interface PoolOptions extends Partial<RouterOptions> {
  readonly shards: number;
  /** Gets every decision of the router, in order. */
  readonly onDecision?: DecisionReader | undefined;
}

/** One row of a table. */
export interface ShardStatus {
  readonly shard: number;
  readonly pid: number | undefined;
  readonly isReady: boolean;
  readonly machines: number;
  /** Messages that were applied there; that wait for it. */
  readonly applied: number;
  readonly queued: number;
}

/** How a pool has ended. */
export interface PoolEnd {
  /** All messages were applied before the deadline. */
  readonly isDrained: boolean;
  /** Messages that were not. */
  readonly unapplied: number;
  /** Shards that did not end by themselves. */
  readonly killed: readonly number[];
}

/** Characters of one message, as JSON. */
export const maxMessageLength = 16 * 1024 * 1024;
export const defaultQueryDeadlineMs = 5000;
export const defaultShutDownDeadlineMs = 10_000;

const taken = Promise.resolve();

export class Pool {
  readonly #driver: Driver;
  readonly #cleanUp: () => void;
  #isOver = false;

  /** Over links of any kind; `startPool` makes one of processes. */
  constructor(
    open: OpenLink,
    openArgs: OpenArgs,
    { onDecision, ...options }: PoolOptions,
    cleanUp = () => {},
  ) {
    this.#driver = new Driver(open, openArgs, options, onDecision);
    this.#cleanUp = cleanUp;
  }

  /** Resolves when all shards are. Rejects with a PoolFailedError. */
  async ready(): Promise<void> {
    this.#refuseEnded();
    if (!this.#driver.areAllReady) await this.#driver.ready.wait();
  }

  /** All that have had a message. */
  get ids(): string[] {
    return [...this.#driver.state.machines.keys()];
  }

  /** Messages that were sent and are not applied. */
  get unapplied(): number {
    return this.#driver.state.unapplied;
  }

  /** Where the machine is or, if it moves or is not made yet, will be. */
  shardOf(id: string): number {
    const { state } = this.#driver;
    const machine = state.machines.get(id);
    return machine ? destinationOf(state, machine).shard : state.routing.shardOf(id);
  }

  /** By index. */
  get status(): ShardStatus[] {
    const { state, calls } = this.#driver;
    return [...state.shards.values()]
      .sort((a, b) => a.shard - b.shard)
      .map(({ shard, isReady, machines, applied, unapplied }) => {
        const pid = calls.pidOf(shard);
        return { shard, pid, isReady, machines, applied, queued: unapplied };
      });
  }

  /**
   * Takes the message, as it is now; resolves when there is room for the next one. Rejects
   * with a ShardsError when it is not taken.
   */
  send(id: string, message: unknown): Promise<void> {
    try {
      const outcome = this.#driver.send(id, encode(id, message));
      if (outcome instanceof Error) return Promise.reject(outcome);
      return outcome ?? taken;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Takes the message, or returns false: there is no room. Throws where `send` rejects. */
  trySend(id: string, message: unknown): boolean {
    const { state } = this.#driver;
    const shard = state.shards.get(this.shardOf(id));
    if (shard && isFull(state, shard)) return false;
    const outcome = this.#driver.send(id, encode(id, message));
    if (outcome instanceof Error) throw outcome;
    return true;
  }

  /**
   * The state of a machine, after all messages that were sent to it before. Rejects with an
   * UnknownIdError, a ShardLostError, a QueryTimeoutError or, where the class throws, a
   * MachineError.
   */
  query(id: string, deadlineMs = defaultQueryDeadlineMs): Promise<unknown> {
    if (this.#isOver) return Promise.reject(ended());
    const { queries } = this.#driver;
    return queries.add(id, deadlineMs, (query) =>
      this.#driver.tell({ type: 'query', id, query }),
    );
  }

  /**
   * Goes on with so many shards; resolves with the number of machines that have moved. Rejects
   * with a ResizeError or a MachineLimitError; then nothing moves, or what cannot stays.
   */
  async resize(shards: number): Promise<number> {
    this.#refuseEnded();
    if (!Number.isSafeInteger(shards) || shards < 1)
      throw new ResizeError(`${shards} is no number of shards`);
    const { state, resized } = this.#driver;
    if (state.resizing) throw new ResizeError('machines are still moving: wait for that');
    const moved = resized.wait();
    const refusal = this.#driver.tell({ type: 'resize', shards });
    if (refusal) resized.fail(refusal);
    return moved;
  }

  /** A fault: SIGKILL to the shard's process. False: there is none now, or it was killed. */
  killShard(shard: number): boolean {
    return this.#driver.calls.kill(shard);
  }

  /** From now on every message is refused; queries are not. */
  stopSending(): void {
    this.#driver.tell({ type: 'stop-sending' });
  }

  /** Resolves when all that was sent has been applied, and no machine moves. */
  async drain(): Promise<void> {
    this.#refuseEnded();
    if (!this.#driver.isIdle) await this.#driver.idle.wait();
  }

  /** Stops sending, drains, and ends the shards; kills those that have not after `deadlineMs`. */
  async shutDown(deadlineMs = defaultShutDownDeadlineMs): Promise<PoolEnd> {
    const ceilingMs = performance.now() + deadlineMs;
    this.stopSending();
    const isDrained = await isDoneWithin(deadlineMs, this.drain());
    this.#isOver = true;
    const leftMs = isDrained ? Math.max(1, ceilingMs - performance.now()) : 0;
    const killed = await this.#driver.calls.stopAll(leftMs);
    const { unapplied } = this;
    this.#end();
    return { isDrained, unapplied, killed };
  }

  /** Ends everything at once. Idempotent. */
  async kill(): Promise<void> {
    this.#isOver = true;
    await this.#driver.calls.killAll();
    this.#end();
  }

  /** What has ended will never be ready or idle. */
  #refuseEnded(): void {
    const { failure } = this.#driver.state;
    if (failure !== undefined) throw new PoolFailedError(failure);
    if (this.#isOver) throw ended();
  }

  #end(): void {
    this.stopSending();
    this.#driver.failAll(ended());
    this.#cleanUp();
  }
}

function ended(): PoolClosedError {
  return new PoolClosedError('the pool has ended');
}

/** Once and for all: what the caller does to the object later is not the message's. */
function encode(id: string, message: unknown): string {
  const where = `the message for ${JSON.stringify(id)}`;
  let text: string | undefined;
  try {
    text = JSON.stringify(message);
  } catch (error) {
    throw new MessageError(`${where} is no JSON: ${(error as Error).message}`);
  }
  if (text === undefined)
    throw new MessageError(`${where} is no JSON: ${typeof message}`);
  if (text.length > maxMessageLength) {
    const limit = `it may have ${maxMessageLength}`;
    throw new MessageError(`${where} has ${text.length} characters, and ${limit}`);
  }
  return text;
}

async function isDoneWithin(ms: number, done: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const isLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const isDone = done.then(
    () => true,
    () => false,
  );
  const result = await Promise.race([isDone, isLate]);
  clearTimeout(timer);
  return result;
}
