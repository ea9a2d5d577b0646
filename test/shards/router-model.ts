/**
 * A router with shards that are no processes: real services that work, answer, start and are
 * lost when the test says so, one small step at a time.
 */
import type { Decision } from '../../src/shards/events.ts';
import { step } from '../../src/shards/router.ts';
import { createRouterState, type RouterOptions } from '../../src/shards/router-state.ts';
import { Shard } from '../../src/shards/shard.ts';
import { encodeBatch } from '../../src/shards/shard-calls.ts';
import type { ApplyReply, QueryReply, TakeReply } from '../../src/shards/wire.ts';

type Work = Decision & { type: 'apply' | 'ask' | 'take' };

interface Model {
  service: Shard;
  canRestore: boolean;
  readonly inbox: Work[];
  /** What has been done and not been told yet. */
  readonly outbox: (() => void)[];
}

export interface Asked {
  readonly id: string;
  /** Messages that had been sent to it. */
  readonly sent: number;
  state?: { count: number };
  isLost?: boolean;
}

const small: Partial<RouterOptions> = {
  maxBatch: 3,
  maxInFlight: 2,
  maxQueued: 4,
  maxFruitlessLosses: Number.POSITIVE_INFINITY,
};

export class RouterModel {
  readonly state;
  readonly sent = new Map<string, number[]>();
  readonly asked: Asked[] = [];
  /** Messages that were told to be lost, by id. */
  readonly lost = new Map<string, number>();
  readonly waiting = new Set<number>();
  resized = 0;
  readonly #machineClass: object;
  #starting: number[] = [];
  readonly #shards = new Map<number, Model>();
  readonly #queries = new Map<number, Asked>();
  #next = 0;

  constructor(machineClass: object, shards: number, options: Partial<RouterOptions>) {
    this.#machineClass = machineClass;
    this.state = createRouterState({ ...small, ...options, shards });
    for (let shard = 0; shard < shards; shard++) this.#starting.push(shard);
  }

  send(id: string): void {
    const n = this.#next++;
    const [decision] = step(this.state, { type: 'send', id, text: String(n) });
    if (decision?.type === 'refuse') throw decision.error;
    if (decision?.type === 'wait') this.waiting.add(decision.ticket);
    this.sent.set(id, [...(this.sent.get(id) ?? []), n]);
  }

  query(id: string): void {
    const sent = this.sent.get(id)?.length ?? 0;
    if (sent === 0) return;
    const query = this.#next++;
    const asked: Asked = { id, sent };
    this.asked.push(asked);
    this.#queries.set(query, asked);
    this.#do(step(this.state, { type: 'query', id, query }));
  }

  flush(): void {
    this.#do(step(this.state, { type: 'flush' }));
  }

  resize(shards: number): void {
    if (!this.state.resizing) this.#do(step(this.state, { type: 'resize', shards }));
  }

  /** A shard does the next thing that it was given. */
  work(pick: number): void {
    const found = choose(
      [...this.#shards].filter(([, { inbox }]) => inbox.length > 0),
      pick,
    );
    if (!found) return;
    const [shard, model] = found;
    const done = this.#perform(shard, model, model.inbox.shift() as Work);
    model.outbox.push(done);
  }

  /** The router is told the next thing that a shard has done. */
  hear(pick: number): void {
    const talking = [...this.#shards.values()].filter(({ outbox }) => outbox.length > 0);
    choose(talking, pick)?.outbox.shift()?.();
  }

  async start(pick: number): Promise<void> {
    if (this.#starting.length === 0) return;
    const [shard] = this.#starting.splice(pick % this.#starting.length, 1) as [number];
    const service = new Shard(
      async () => ({ default: this.#machineClass }),
      () => {},
    );
    const snapshotEvery = this.state.options.hasLog ? 3 : 0;
    const opened = await service.Open({ module: '', file: 'it', snapshotEvery });
    const { canRestore } = opened;
    this.#shards.set(shard, { service, canRestore, inbox: [], outbox: [] });
    this.#do(step(this.state, { type: 'shard-ready', shard, canRestore }));
  }

  lose(pick: number): void {
    const found = choose([...this.#shards], pick);
    if (!found) return;
    const [shard, { inbox }] = found;
    this.#shards.delete(shard);
    for (const work of inbox)
      if (work.type === 'ask') this.#settle(work.query, undefined);
    for (const asked of this.#queries.values())
      if (this.#wasAskedOf(asked, shard)) asked.isLost = true;
    this.#do(step(this.state, { type: 'shard-lost', shard, why: 'lost' }));
  }

  /** Everything that is still to happen happens; throws when it never ends. */
  async settle(): Promise<void> {
    for (let round = 0; round < 2000; round++) {
      await this.start(0);
      this.flush();
      for (const _ of this.#shards) {
        this.work(round);
        this.hear(round);
      }
      const isQuiet = [...this.#shards.values()].every(
        ({ inbox, outbox }) => inbox.length === 0 && outbox.length === 0,
      );
      const { unapplied, resizing, shards } = this.state;
      const waits = [...shards.values()].some(
        ({ replay, queue }) => replay.length + queue.length,
      );
      if (
        !waits &&
        unapplied === 0 &&
        !resizing &&
        isQuiet &&
        this.#starting.length === 0
      )
        return;
    }
    throw new Error('it never comes to rest');
  }

  /** How many shards have a machine of this id. */
  countHosts(id: string): number {
    const replies = [...this.#shards.values()].map(
      ({ service }) => service.Query({ order: 0, id }) as QueryReply,
    );
    return replies.filter(({ outcome }) => outcome !== 'unknown').length;
  }

  #perform(shard: number, { service }: Model, work: Work): () => void {
    switch (work.type) {
      case 'apply': {
        const { batch } = work;
        const reply = service.Apply({
          order: 0,
          items: encodeBatch(batch),
        }) as ApplyReply;
        return () =>
          this.#do(step(this.state, { type: 'batch-applied', shard, batch, ...reply }));
      }
      case 'ask': {
        const reply = service.Query({ order: 0, id: work.id }) as QueryReply;
        const state = reply.outcome === 'answered' ? reply.state : undefined;
        return () => this.#settle(work.query, state as { count: number });
      }
      case 'take': {
        const reply = service.Take({ order: 0, id: work.id }) as TakeReply;
        if (reply.outcome === 'failed') throw new Error(reply.why);
        const { seq, state } = reply;
        const snapshot =
          state === undefined ? {} : { snapshot: { id: work.id, seq, state } };
        return () =>
          this.#do(step(this.state, { type: 'machine-taken', id: work.id, ...snapshot }));
      }
    }
  }

  #settle(query: number, state: { count: number } | undefined): void {
    const asked = this.#queries.get(query);
    this.#queries.delete(query);
    if (asked && state) asked.state = state;
    else if (asked) asked.isLost = true;
  }

  /** Its answer was in the outbox of a shard that is gone. */
  #wasAskedOf(asked: Asked, shard: number): boolean {
    return this.#handedTo.get(asked) === shard;
  }

  readonly #handedTo = new Map<Asked, number>();

  #do(decisions: readonly Decision[]): void {
    for (const decision of decisions) {
      switch (decision.type) {
        case 'refuse':
          throw decision.error;
        case 'go-on':
          if (!this.waiting.delete(decision.ticket)) throw new Error('nobody waits');
          break;
        case 'start-shard':
          this.#starting.push(decision.shard);
          break;
        case 'stop-shard':
          this.#shards.delete(decision.shard);
          this.#starting = this.#starting.filter((shard) => shard !== decision.shard);
          break;
        case 'ask':
          this.#handedTo.set(this.#queries.get(decision.query) as Asked, decision.shard);
          this.#inboxOf(decision.shard).push(decision);
          break;
        case 'apply':
        case 'take':
          this.#inboxOf(decision.shard).push(decision);
          break;
        case 'messages-lost':
          for (const { id, messages } of decision.machines)
            this.lost.set(id, (this.lost.get(id) ?? 0) + messages);
          break;
        case 'resized':
          if (decision.error) throw decision.error;
          this.resized++;
      }
    }
  }

  #inboxOf(shard: number): Work[] {
    const model = this.#shards.get(shard);
    if (!model) throw new Error(`shard ${shard} is not there, and is given work`);
    return model.inbox;
  }
}

function choose<T>(all: readonly T[], pick: number): T | undefined {
  return all[pick % Math.max(1, all.length)];
}
