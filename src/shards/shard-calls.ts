/**
 * The pool's calls to its shards: what the router decides becomes RPC, and what becomes of it
 * the router is told. Knows nothing of why.
 */
import { type Call, ServerError } from '../rpc/index.ts';
import type { Decision, RouterEvent } from './events.ts';
import type { OpenLink, ShardLink } from './link.ts';
import type { BatchItem } from './router-state.ts';
import { Turns } from './turns.ts';
import type { ApplyReply, OpenArgs, OpenReply, QueryReply, TakeReply } from './wire.ts';

/** A query's reply, or why there is none; undefined: the shard was lost. */
export type Answer = QueryReply | undefined;

/** One connection. */
interface Line {
  readonly link: ShardLink;
  /** Of the call that is made next. */
  nextOrder: number;
  readonly replies: Turns;
  isKilled: boolean;
}

export class ShardCalls {
  readonly #open: OpenLink;
  readonly #openArgs: OpenArgs;
  readonly #tell: (event: RouterEvent) => void;
  /** To those that are there, ready or not. */
  readonly #lines = new Map<number, Line>();
  readonly #opening = new Set<Promise<void>>();
  /** The newest start of each shard, as long as it has not been stopped. */
  readonly #starts = new Map<number, Promise<void>>();
  /** Nothing is lost any more, since all must end. */
  #isOver = false;

  constructor(open: OpenLink, openArgs: OpenArgs, tell: (event: RouterEvent) => void) {
    this.#open = open;
    this.#openArgs = openArgs;
    this.#tell = tell;
  }

  pidOf(shard: number): number | undefined {
    return this.#lines.get(shard)?.link.pid;
  }

  /** SIGKILL; the router is told when it is noticed. False: there is nothing left to kill. */
  kill(shard: number): boolean {
    const line = this.#lines.get(shard);
    if (!line || line.isKilled) return false;
    line.isKilled = true;
    line.link.kill();
    return true;
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
        this.#apply(decision.shard, decision.batch);
        break;
      case 'take':
        this.#take(decision.shard, decision.id);
    }
  }

  #start(shard: number): void {
    const start = this.#connect(shard, () => this.#starts.get(shard) === start);
    this.#starts.set(shard, start);
    this.#opening.add(start);
    void start.then(() => this.#opening.delete(start));
  }

  /** `isWanted` is false when the shard has been stopped, or started again, meanwhile. */
  async #connect(shard: number, isWanted: () => boolean): Promise<void> {
    let link: ShardLink;
    try {
      link = await this.#open(shard);
    } catch (error) {
      if (isWanted() && !this.#isOver) this.#lose(shard, (error as Error).message);
      return;
    }
    if (!isWanted() || this.#isOver) return link.kill();
    this.#lines.set(shard, { link, nextOrder: 0, replies: new Turns(), isKilled: false });
    void link.client.closed.then(() => this.#end(shard, link));
    this.#load(shard);
  }

  #load(shard: number): void {
    this.#call<OpenReply>(shard, 'Shard.Open', this.#openArgs, ({ reply, error }) => {
      if (error instanceof ServerError) this.#refuse(shard, error.message);
      else if (reply) this.#tell({ type: 'shard-ready', shard, ...reply });
    });
  }

  /** Its connection has closed, whatever has ended it. */
  async #end(shard: number, link: ShardLink): Promise<void> {
    if (this.#lines.get(shard)?.link !== link) return;
    this.#lines.delete(shard);
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

  /**
   * Replies are heard in the order of the calls, whatever order they come in; from a shard that
   * is not there any more, none are.
   */
  #call<Reply>(
    shard: number,
    method: string,
    args: object,
    hear: (call: Call<Reply>) => void,
  ): void {
    const line = this.#lines.get(shard);
    if (!line) return;
    this.#callOn<Reply>(line, method, args, (call) => {
      if (this.#lines.get(shard) === line) hear(call);
    });
  }

  #callOn<Reply>(
    line: Line,
    method: string,
    args: object,
    hear: (call: Call<Reply>) => void,
  ): void {
    const order = line.nextOrder++;
    const call = line.link.client.go<Reply>(method, { order, ...args });
    void call.done.then(() => line.replies.take(order, () => hear(call)));
  }

  /** Without a reply nothing is told: the loss of the shard is. */
  #apply(shard: number, batch: readonly BatchItem[]): void {
    const args = { items: encodeBatch(batch) };
    this.#call<ApplyReply>(shard, 'Shard.Apply', args, ({ reply, error }) => {
      if (error instanceof ServerError) this.#refuse(shard, error.message);
      else if (reply) this.#tell({ type: 'batch-applied', shard, batch, ...reply });
    });
  }

  #take(shard: number, id: string): void {
    this.#call<TakeReply>(shard, 'Shard.Take', { id }, ({ reply, error }) => {
      if (error instanceof ServerError) {
        this.#tell({ type: 'take-failed', id, why: error.message });
      } else if (reply?.outcome === 'failed') {
        this.#tell({ type: 'take-failed', id, why: reply.why });
      } else if (reply) {
        const { seq, state } = reply;
        const snapshot = state === undefined ? {} : { snapshot: { id, seq, state } };
        this.#tell({ type: 'machine-taken', id, ...snapshot });
      }
    });
  }

  /** Resolves with what the shard says; never rejects. */
  query(shard: number, id: string): Promise<Answer> {
    const line = this.#lines.get(shard);
    if (!line) return Promise.resolve(undefined);
    return new Promise((resolve) =>
      this.#callOn<QueryReply>(line, 'Shard.Query', { id }, ({ reply, error }) => {
        const isRefused = error instanceof ServerError;
        resolve(isRefused ? { outcome: 'failed', why: error.message } : reply);
      }),
    );
  }

  /**
   * Lets the shard do what it has, and end; kills it when it has not after `deadlineMs`. True:
   * it ended by itself.
   */
  async stop(shard: number, deadlineMs: number): Promise<boolean> {
    const link = this.#lines.get(shard)?.link;
    this.#lines.delete(shard);
    this.#starts.delete(shard);
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
    const killed = [...this.#lines.keys()].map(async (shard) => {
      const endedItself = await this.stop(shard, deadlineMs);
      return endedItself ? [] : [shard];
    });
    return (await Promise.all(killed)).flat();
  }

  /** Ends all shards, now. */
  async killAll(): Promise<void> {
    this.#isOver = true;
    const links = [...this.#lines.values()].map(({ link }) => link);
    for (const link of links) link.kill();
    await Promise.all([...links.map(({ exited }) => exited), ...this.#opening]);
  }
}

/** For a shard that no machine is left in. */
const stopWithinMs = 5000;

/** The items of an `Apply`. */
export function encodeBatch(batch: readonly BatchItem[]): Buffer {
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
