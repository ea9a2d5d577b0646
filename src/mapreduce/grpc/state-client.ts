/**
 * The state server's counters over gRPC. Loaded by a worker that was told where they are.
 */
import type { CounterClient, CountPairs } from '../stores/counter-store.ts';
import type { AttemptRef } from '../stores/counters.ts';
import { answerWithinMs } from '../stores/holder.ts';
import type { GrpcPlace } from '../wire.ts';
import { GrpcClient } from './definition.ts';

/** `Changes` of the definition. */
export interface ChangesMessage {
  readonly by: AttemptRef;
  readonly batch: number;
  readonly pairs: readonly { readonly key: string; readonly n: number }[];
}

/** `GetStateRequest` of the definition. */
export interface GetStateMessage {
  readonly keys: readonly string[];
  readonly accepted: readonly AttemptRef[];
}

interface StatesMessage {
  readonly states: readonly { readonly values: readonly number[] }[];
}

/** Rejects where the server does not answer: who runs the attempt, runs it again. */
export class GrpcStateClient implements CounterClient {
  readonly #client: GrpcClient;
  #nextBatch = 0;

  constructor({ address, proto }: GrpcPlace) {
    this.#client = new GrpcClient(address, proto, 'State');
  }

  async initialize(keys: readonly string[]): Promise<void> {
    await this.#client.call('Initialize', { keys }, answerWithinMs);
  }

  update(by: AttemptRef, pairs: CountPairs): Promise<void> {
    return this.#change('Update', by, pairs);
  }

  replace(by: AttemptRef, pairs: CountPairs): Promise<void> {
    return this.#change('SetState', by, pairs);
  }

  async get(
    keys: readonly string[],
    accepted: readonly AttemptRef[] = [],
  ): Promise<(readonly number[])[]> {
    const args: GetStateMessage = { keys, accepted };
    const call = this.#client.call<StatesMessage>('GetState', args, answerWithinMs);
    return (await call).states.map(({ values }) => values);
  }

  close(): void {
    this.#client.close();
  }

  async #change(method: string, by: AttemptRef, pairs: CountPairs): Promise<void> {
    const message: ChangesMessage = {
      by,
      batch: this.#nextBatch++,
      pairs: pairs.map(([key, n]) => ({ key, n })),
    };
    await this.#client.call(method, message, answerWithinMs);
  }
}
