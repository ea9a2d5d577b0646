/**
 * How working with a pool of shards can fail. Definite: what was asked for has not happened
 * and will not. Indefinite: nobody knows whether it has.
 */

/** A shard in words: people count from 1. */
export function nameShard(index: number): string {
  return `shard ${index + 1}`;
}

/** What a caller of the pool may get; every subclass says whether the outcome is known. */
export abstract class ShardsError extends Error {
  readonly isDefinite: boolean = true;
}

/** No message has ever been sent to this id, or its machine was lost with its process. */
export class UnknownIdError extends ShardsError {
  override readonly name = 'UnknownIdError';

  constructor(id: string) {
    super(`no machine has the id ${JSON.stringify(id)}: send it a message first`);
  }
}

/** The process was lost before it had answered. */
export class ShardLostError extends ShardsError {
  override readonly name = 'ShardLostError';
  override readonly isDefinite = false;
  /** Its index. */
  readonly shard: number;

  constructor(shard: number, what: string) {
    super(`${nameShard(shard)} was lost before it answered ${what}`);
    this.shard = shard;
  }
}

/** The deadline has passed; the answer may still come, and nobody will see it. */
export class QueryTimeoutError extends ShardsError {
  override readonly name = 'QueryTimeoutError';
  override readonly isDefinite = false;

  constructor(id: string, deadlineMs: number) {
    super(`no answer from ${JSON.stringify(id)} after ${deadlineMs} ms`);
  }
}

/** The user's class threw where it was asked for its state. */
export class MachineError extends ShardsError {
  override readonly name = 'MachineError';
}

/** The user's module has no class that can be a state machine; the message says what it lacks. */
export class ModuleError extends ShardsError {
  override readonly name = 'ModuleError';
}

/** The message is no JSON, or longer than one may be. */
export class MessageError extends ShardsError {
  override readonly name = 'MessageError';
}

/** Too much waits for the process already, because nobody awaits what `send` returns. */
export class QueueFullError extends ShardsError {
  override readonly name = 'QueueFullError';
}

/** The log may not grow further. */
export class LogFullError extends ShardsError {
  override readonly name = 'LogFullError';
}

/** A process has as many machines as it may have. */
export class MachineLimitError extends ShardsError {
  override readonly name = 'MachineLimitError';
}

/** The number of processes cannot be changed so, or not now. */
export class ResizeError extends ShardsError {
  override readonly name = 'ResizeError';
}

/** Sending has been stopped, or the pool has been shut down. */
export class PoolClosedError extends ShardsError {
  override readonly name = 'PoolClosedError';
}

/** The pool has given up; the message says why. Nobody knows what has been applied last. */
export class PoolFailedError extends ShardsError {
  override readonly name = 'PoolFailedError';
  override readonly isDefinite = false;
}
