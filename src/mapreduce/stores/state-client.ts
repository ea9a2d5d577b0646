/**
 * The state server as its clients see it. Every message may be repeated without harm, so one
 * that a lost connection leaves in doubt is sent again, once, over a new one.
 *
 *     const state = new StateClient(address);
 *     await state.initialize(['the', 'of']);
 *     await state.update({ task: 'map 3', attempt: 7 }, [['the', 12], ['of', 5]]);
 *     await state.accept({ task: 'map 3', attempt: 7 });     // the master: from now on it counts
 *     await state.get(['the', 'of']);                        // [[12], [5]]
 *
 * Source: document "process-rpc", `RpcStateAccess`.
 */
import {
  AbandonedError,
  type Client,
  ConnectionLostError,
  NotSentError,
  ServerError,
  ShutdownError,
} from '../../rpc/index.ts';
import type { AttemptRef } from './counters.ts';
import { answerWithinMs, dialInTime } from './holder.ts';
import type {
  AcceptReply,
  ChangeArgs,
  GetArgs,
  GetReply,
  InitializeArgs,
  PutPartitionArgs,
} from './state-server.ts';
import type { PartitionRef } from './store.ts';

type Pairs = readonly (readonly [key: string, n: number])[];

/** Keys in one message; more are sent in several. */
const batchKeys = 10_000;

export class StateClient {
  /** Messages sent so far: what the document pays for each key. */
  roundTrips = 0;
  readonly #address: string;
  #client: Promise<Client> | undefined;
  #nextBatch = 0;

  /** Connects when it is first used. */
  constructor(address: string) {
    this.#address = address;
  }

  /** Makes the keys known; those that are known keep their values. */
  async initialize(keys: readonly string[]): Promise<void> {
    for (const part of cut(keys)) {
      await this.#call<null>('Initialize', { keys: part } satisfies InitializeArgs);
    }
  }

  /** Appends a value to each key, as soon as the attempt is accepted. */
  update(by: AttemptRef, pairs: Pairs): Promise<void> {
    return this.#change('Update', by, pairs);
  }

  /** Puts a value in the place of all that each key has, as soon as the attempt is accepted. */
  replace(by: AttemptRef, pairs: Pairs): Promise<void> {
    return this.#change('Replace', by, pairs);
  }

  /** For the master alone. Resolves with the attempt of this task that counts. */
  async accept({ task, attempt }: AttemptRef): Promise<number> {
    const reply = await this.#call<AcceptReply>('Accept', { task, attempt });
    return reply.attempt;
  }

  /** The values of accepted attempts, key by key. */
  async get(keys: readonly string[]): Promise<(readonly number[])[]> {
    const values: (readonly number[])[] = [];
    for (const part of cut(keys)) {
      const args: GetArgs = { keys: part };
      values.push(...(await this.#call<GetReply>('Get', args)).values);
    }
    return values;
  }

  /** Stores one chunk of a partition; chunks come in order. */
  async putPartition(
    partition: PartitionRef,
    offset: number,
    data: Uint8Array,
  ): Promise<void> {
    const args: PutPartitionArgs = { ...partition, offset, data };
    await this.#call<null>('PutPartition', args);
  }

  close(): void {
    if (this.#client) this.#forget(this.#client);
  }

  async #change(
    method: 'Update' | 'Replace',
    { task, attempt }: AttemptRef,
    pairs: Pairs,
  ): Promise<void> {
    for (const part of cut(pairs)) {
      const args: ChangeArgs = { task, attempt, batch: this.#nextBatch++, pairs: part };
      await this.#call<null>(method, args);
    }
  }

  async #call<Reply>(method: string, args: unknown): Promise<Reply> {
    for (let isSecondTime = false; ; isSecondTime = true) {
      this.#client ??= dialInTime(this.#address);
      const connection = this.#client;
      try {
        this.roundTrips++;
        const client = await connection;
        const options = { deadlineMs: answerWithinMs };
        return await client.call<Reply>(`State.${method}`, args, options);
      } catch (error) {
        if (!leavesConnection(error)) this.#forget(connection);
        if (isSecondTime || !isInDoubt(error)) throw this.#describe(method, error);
      }
    }
  }

  #forget(connection: Promise<Client>): void {
    if (this.#client === connection) this.#client = undefined;
    void connection.then(
      (client) => client.close(),
      () => {},
    );
  }

  #describe(method: string, error: unknown): Error {
    const { message } = error as Error;
    return new Error(`the state server ${this.#address} failed in ${method}: ${message}`);
  }
}

/** True: the connection is as good as before. A silent server does not get better by a new one. */
function leavesConnection(error: unknown): boolean {
  const kinds = [ServerError, NotSentError, AbandonedError];
  return kinds.some((kind) => error instanceof kind);
}

/** Silence is no reason to ask again, nor is an error that the server gives. */
function isInDoubt(error: unknown): boolean {
  return error instanceof ConnectionLostError || error instanceof ShutdownError;
}

function cut<Item>(items: readonly Item[]): (readonly Item[])[] {
  const parts: (readonly Item[])[] = [];
  for (let start = 0; start < items.length; start += batchKeys) {
    parts.push(items.slice(start, start + batchKeys));
  }
  return parts;
}
