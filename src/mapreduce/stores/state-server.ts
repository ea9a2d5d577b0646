/**
 * The central state server's service: counters by key, and map output as bytes. All of it is
 * in memory, so it survives every worker, and nothing survives it: a single point of failure,
 * by design of the document. The run fails loudly when it is lost.
 *
 * Ours, not the document's: every change names its task and its attempt, and one message
 * carries many keys; there it was one round trip for each key.
 *
 * Source: document "process-rpc", `StateServer`.
 */
import {
  type FetchPartitionArgs,
  type FetchPartitionReply,
  fetchChunkBytes,
} from '../wire.ts';
import { type AttemptRef, type Change, Counters } from './counters.ts';
import type { PartitionRef } from './store.ts';

export interface InitializeArgs {
  readonly keys: readonly string[];
}

/** One attempt's changes; `batch` numbers its messages, so that none is applied twice. */
export interface ChangeArgs extends AttemptRef {
  readonly batch: number;
  /** In the order in which they are to be applied. */
  readonly pairs: readonly (readonly [key: string, n: number])[];
}

export interface GetArgs {
  readonly keys: readonly string[];
}

export interface GetReply {
  /** In the order of `keys`. */
  readonly values: readonly (readonly number[])[];
}

export interface AcceptReply {
  /** The attempt of the task that counts: this one, or one that was accepted before. */
  readonly attempt: number;
}

export interface PutPartitionArgs extends PartitionRef {
  readonly offset: number;
  readonly data: Uint8Array;
}

/** What is registered as `State`. */
export class StateServer {
  readonly #counters = new Counters();
  /** The chunks of each partition; all but the last are of `fetchChunkBytes`. */
  readonly #partitions = new Map<string, Buffer[]>();

  Initialize({ keys }: InitializeArgs): null {
    this.#counters.initialize(keys);
    return null;
  }

  Update(args: ChangeArgs): null {
    return this.#change('update', args);
  }

  Replace(args: ChangeArgs): null {
    return this.#change('replace', args);
  }

  Accept(attempt: AttemptRef): AcceptReply {
    checkCounts(attempt.attempt);
    return { attempt: this.#counters.accept(attempt) };
  }

  Get({ keys }: GetArgs): GetReply {
    return { values: keys.map((key) => this.#counters.get(key)) };
  }

  /** The same chunk again replaces itself: a repeated message changes nothing. */
  PutPartition({ attempt, map, reduce, offset, data }: PutPartitionArgs): null {
    checkCounts(attempt, map, reduce, offset);
    const name = nameOf({ attempt, map, reduce });
    const chunks = this.#partitions.get(name) ?? [];
    const at = offset / fetchChunkBytes;
    if (!Number.isInteger(at) || at > chunks.length) {
      throw new Error(`State.PutPartition: no chunk of ${name} begins at ${offset} yet`);
    }
    chunks[at] = Buffer.from(data);
    this.#partitions.set(name, chunks);
    return null;
  }

  FetchPartition({ offset, ...partition }: FetchPartitionArgs): FetchPartitionReply {
    const chunks = this.#partitions.get(nameOf(partition));
    if (!chunks) throw new Error(`State.FetchPartition: no ${nameOf(partition)}`);
    const chunk = chunks[Math.floor(offset / fetchChunkBytes)];
    return { data: chunk?.subarray(offset % fetchChunkBytes) ?? Buffer.alloc(0) };
  }

  #change(kind: Change[0], { task, attempt, batch, pairs }: ChangeArgs): null {
    checkCounts(attempt, batch);
    const changes = pairs.map(([key, n]): Change => {
      if (!Number.isSafeInteger(n)) throw new Error(`State: ${n} is no whole number`);
      return [kind, key, n];
    });
    this.#counters.change({ task, attempt }, batch, changes);
    return null;
  }
}

function nameOf({ attempt, map, reduce }: PartitionRef): string {
  return `mr-${map}-${reduce} of attempt ${attempt}`;
}

function checkCounts(...numbers: readonly number[]): void {
  if (numbers.every((n) => Number.isSafeInteger(n) && n >= 0)) return;
  throw new Error('State: attempt, batch, map, reduce and offset are counts');
}
