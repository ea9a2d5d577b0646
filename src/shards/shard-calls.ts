/**
 * The pool's calls to its shards: what the router decides becomes RPC, and what becomes of it
 * the router is told. Knows nothing of why.
 */
import { ServerError } from '../rpc/index.ts';
import type { Decision, RouterEvent } from './events.ts';
import type { OpenLink, ShardLink } from './link.ts';
import type { BatchItem } from './router-state.ts';
import type { ApplyReply, OpenArgs, OpenReply, QueryReply, TakeReply } from './wire.ts';

/** A query's reply, or why there is none; undefined: the shard was lost. */
export type Answer = QueryReply | undefined;

export class ShardCalls {
  readonly #open: OpenLink;
  readonly #openArgs: OpenArgs;
  readonly #tell: (event: RouterEvent) => void;
  /** Those that are there, ready or not. */
  readonly #links = new Map<number, ShardLink>();
  readonly #opening = new Set<Promise<void>>();
  /** Nothing is lost any more, since all must end. */
  #isOver = false;

  constructor(open: OpenLink, openArgs: OpenArgs, tell: (event: RouterEvent) => void) {
    this.#open = open;
    this.#openArgs = openArgs;
    this.#tell = tell;
  }

  pidOf(shard: number): number | undefined {
    return this.#links.get(shard)?.pid;
  }

  /** SIGKILL; the router is told when it is noticed. False: there is nothing to kill. */
  kill(shard: number): boolean {
    this.#links.get(shard)?.kill();
    return this.#links.has(shard);
  }

  carryOut(decision: Decision): void {
    switch (decision.type) {
      case 'start-shard':
        this.#start(decision.shard);
        break;
      case 'stop-shard':
        void this.stop(decision.shard, stopWithinMs);
        break;
      case 'apply':
        void this.#apply(decision.shard, decision.batch);
        break;
      case 'take':
        void this.#take(decision.shard, decision.id);
    }
  }

  #start(shard: number): void {
    const opening = this.#connect(shard).finally(() => this.#opening.delete(opening));
    this.#opening.add(opening);
  }

  async #connect(shard: number): Promise<void> {
    let link: ShardLink;
    try {
      link = await this.#open(shard);
    } catch (error) {
      if (!this.#isOver) this.#lose(shard, (error as Error).message);
      return;
    }
    if (this.#isOver) return link.kill();
    this.#links.set(shard, link);
    void link.client.closed.then(() => this.#end(shard, link));
    const call = link.client.go<OpenReply>('Shard.Open', this.#openArgs);
    const { reply, error } = await call.done;
    if (error instanceof ServerError) this.#refuse(shard, error.message);
    else if (reply) this.#tell({ type: 'shard-ready', shard, ...reply });
  }

  /** Its connection has closed, whatever has ended it. */
  async #end(shard: number, link: ShardLink): Promise<void> {
    if (this.#links.get(shard) !== link) return;
    this.#links.delete(shard);
    link.kill();
    const why = await link.exited;
    if (!this.#isOver) this.#lose(shard, why);
  }

  #lose(shard: number, why: string): void {
    this.#tell({ type: 'shard-lost', shard, why });
  }

  #refuse(shard: number, why: string): void {
    this.#tell({ type: 'shard-refused', shard, why });
  }

  /** Without a reply nothing is told: the loss of the shard is. */
  async #apply(shard: number, batch: readonly BatchItem[]): Promise<void> {
    const args = { items: encodeBatch(batch) };
    const call = this.#links.get(shard)?.client.go<ApplyReply>('Shard.Apply', args);
    if (!call) return;
    const { reply, error } = await call.done;
    if (error?.isDefinite && error instanceof ServerError) {
      this.#refuse(shard, error.message);
    } else if (reply) this.#tell({ type: 'batch-applied', shard, batch, ...reply });
  }

  async #take(shard: number, id: string): Promise<void> {
    const call = this.#links.get(shard)?.client.go<TakeReply>('Shard.Take', { id });
    if (!call) return;
    const { reply, error } = await call.done;
    if (error instanceof ServerError) {
      this.#tell({ type: 'take-failed', id, why: error.message });
    } else if (reply?.outcome === 'failed') {
      this.#tell({ type: 'take-failed', id, why: reply.why });
    } else if (reply) {
      const { seq, state } = reply;
      const snapshot = state === undefined ? {} : { snapshot: { id, seq, state } };
      this.#tell({ type: 'machine-taken', id, ...snapshot });
    }
  }

  /** Resolves with what the shard says; never rejects. */
  async query(shard: number, id: string): Promise<Answer> {
    const call = this.#links.get(shard)?.client.go<QueryReply>('Shard.Query', { id });
    if (!call) return undefined;
    const { reply, error } = await call.done;
    if (error instanceof ServerError) return { outcome: 'failed', why: error.message };
    return reply;
  }

  /**
   * Lets the shard do what it has, and end; kills it when it has not after `deadlineMs`. True:
   * it ended by itself.
   */
  async stop(shard: number, deadlineMs: number): Promise<boolean> {
    const link = this.#links.get(shard);
    this.#links.delete(shard);
    if (!link) return true;
    let isKilled = false;
    const timer = setTimeout(() => {
      isKilled = true;
      link.kill();
    }, deadlineMs);
    link.client.go('Shard.Close', {});
    await link.exited;
    clearTimeout(timer);
    await link.client.close();
    return !isKilled;
  }

  /** Ends all shards; resolves with those that had to be killed. */
  async stopAll(deadlineMs: number): Promise<number[]> {
    this.#isOver = true;
    await Promise.all(this.#opening);
    const killed = [...this.#links.keys()].map(async (shard) => {
      const endedItself = await this.stop(shard, deadlineMs);
      return endedItself ? [] : [shard];
    });
    return (await Promise.all(killed)).flat();
  }

  /** Ends all shards, now. */
  async killAll(): Promise<void> {
    this.#isOver = true;
    const links = [...this.#links.values()];
    for (const link of links) link.kill();
    await Promise.all([...links.map(({ exited }) => exited), ...this.#opening]);
  }
}

/** For a shard that no machine is left in. */
const stopWithinMs = 5000;

function encodeBatch(batch: readonly BatchItem[]): Buffer {
  return Buffer.from(`[${batch.map(encodeItem).join(',')}]`);
}

/** A WireItem as JSON; messages and states have been JSON since they came. */
function encodeItem(item: BatchItem): string {
  const id = JSON.stringify(item.machine.id);
  switch (item.type) {
    case 'message':
      return `["message",${id},${item.seq},${item.text}]`;
    case 'install': {
      const state = item.state === undefined ? 'null' : `{"state":${item.state}}`;
      return `["install",${id},${item.seq},${state}]`;
    }
    case 'drop':
      return `["drop",${id}]`;
  }
}
