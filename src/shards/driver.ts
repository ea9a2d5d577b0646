/**
 * Drives the router: tells it what happens, has carried out what it decides, and wakes those
 * who wait for it. What waits in the router is handed over once a tick, so that all messages
 * that are sent in one tick become one frame.
 */
import { PoolFailedError, type ShardsError } from './errors.ts';
import type { Decision, RouterEvent } from './events.ts';
import type { OpenLink } from './link.ts';
import { Queries } from './queries.ts';
import { step } from './router.ts';
import {
  createRouterState,
  type RouterOptions,
  type RouterState,
} from './router-state.ts';
import { ShardCalls } from './shard-calls.ts';
import { type Waiter, Waiters } from './waiters.ts';
import type { OpenArgs } from './wire.ts';

export type DecisionReader = (decision: Decision) => void;

export class Driver {
  readonly state: RouterState;
  readonly calls: ShardCalls;
  readonly queries = new Queries();
  readonly ready = new Waiters();
  readonly idle = new Waiters();
  readonly resized = new Waiters<number>();
  /** By ticket. */
  readonly #senders = new Map<number, Waiter>();
  readonly #onDecision: DecisionReader | undefined;
  #isFlushPlanned = false;

  constructor(
    open: OpenLink,
    openArgs: OpenArgs,
    options: Partial<RouterOptions> & { shards: number },
    onDecision: DecisionReader | undefined,
  ) {
    this.#onDecision = onDecision;
    this.state = createRouterState(options);
    this.calls = new ShardCalls(open, openArgs, (event) => void this.tell(event));
    for (const shard of this.state.shards.keys())
      this.#carryOut({ type: 'start-shard', shard });
  }

  get areAllReady(): boolean {
    return [...this.state.shards.values()].every(({ isReady }) => isReady);
  }

  get isIdle(): boolean {
    return this.state.unapplied === 0 && !this.state.resizing;
  }

  /** Tells the router; returns why it refuses, if it does. */
  tell(event: RouterEvent): ShardsError | undefined {
    let refusal: ShardsError | undefined;
    for (const decision of step(this.state, event)) {
      if (decision.type === 'refuse') refusal = decision.error;
      else this.#carryOut(decision);
    }
    if (event.type === 'shard-ready' && this.areAllReady) this.ready.release();
    if (event.type !== 'flush') this.#flushSoon();
    return refusal;
  }

  /** `tell` for a message: without a promise or a list where there is room. */
  send(id: string, text: string): Promise<void> | ShardsError | undefined {
    const [decision] = step(this.state, { type: 'send', id, text });
    if (decision?.type === 'refuse') return decision.error;
    this.#flushSoon();
    if (decision?.type !== 'wait') return undefined;
    const { ticket } = decision;
    return new Promise((resolve, reject) =>
      this.#senders.set(ticket, { resolve, reject }),
    );
  }

  /** Whoever waits for anything waits in vain. */
  failAll(error: ShardsError): void {
    this.queries.failAll(error);
    for (const waiters of [this.ready, this.idle, this.resized]) waiters.fail(error);
    for (const { reject } of this.#senders.values()) reject(error);
    this.#senders.clear();
  }

  #flushSoon(): void {
    if (this.#isFlushPlanned) return;
    this.#isFlushPlanned = true;
    process.nextTick(() => {
      this.#isFlushPlanned = false;
      this.tell({ type: 'flush' });
    });
  }

  #carryOut(decision: Decision): void {
    this.#onDecision?.(decision);
    switch (decision.type) {
      case 'go-on':
        this.#senders.get(decision.ticket)?.resolve();
        this.#senders.delete(decision.ticket);
        break;
      case 'idle':
        this.idle.release();
        break;
      case 'resized':
        if (decision.error) this.resized.fail(decision.error);
        else this.resized.release(decision.moved);
        break;
      case 'give-up':
        this.failAll(new PoolFailedError(decision.why));
        void this.calls.killAll();
        break;
      case 'ask':
        void this.#ask(decision.shard, decision.query, decision.id);
        break;
      default:
        this.calls.carryOut(decision);
    }
  }

  /** Not asked any more when nobody waits for it. */
  async #ask(shard: number, query: number, id: string): Promise<void> {
    if (!this.queries.has(query)) return;
    const answer = await this.calls.query(shard, id);
    this.queries.settle(query, shard, answer);
  }
}
