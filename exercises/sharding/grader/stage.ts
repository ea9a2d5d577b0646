/**
 * The worlds in which a student's router is run: shards as machines of their own that may be
 * slow or crash, and a record of what reached them.
 */
import { type Scenario, surprise } from '../../../src/grading/scenarios.ts';
import {
  connectShard,
  type Item,
  Shard,
  type ShardLink,
} from '../../../src/lecture/sharding.ts';
import type { Weather } from '../../../src/sim/conditions.ts';
import type { SimEvent } from '../../../src/sim/events.ts';
import type { World } from '../../../src/sim/world.ts';
import { ringOf } from './ring.ts';

export interface Ring {
  add(shard: string): void;
  remove(shard: string): void;
  shardOf(id: string): string;
}

export interface Router {
  readonly pending: ReadonlyMap<number, unknown>;
  send(id: string, text: string): void;
  query(id: string): Promise<string[]>;
}

export interface Subject {
  hash(key: string): number;
  Ring: new () => Ring;
  Router: new (links: readonly ShardLink[]) => Router;
}

export interface SceneOptions extends Weather {
  readonly faults?: string;
  readonly seed?: number;
  readonly mistake?: string;
  /** What the queries of each shard take, in milliseconds, in their order; the last repeats. */
  readonly queriesTakeMs?: readonly number[];
}

export const shardNames = ['a', 'b', 'c'] as const;
export type ShardName = (typeof shardNames)[number];

/** Something that reached a shard. */
export interface Received {
  readonly shard: string;
  readonly item: Item;
  readonly atMs: number;
}

/** One scenario: `play` uses the student's router on a stage. */
export function scene(
  subject: Subject,
  did: string,
  options: SceneOptions,
  play: (stage: Stage) => Promise<void>,
): Scenario {
  const { queriesTakeMs = [0], mistake, ...world } = options;
  const received: Received[] = [];
  return {
    did,
    world: { delayMs: 10, seed: 1, ...world },
    nodes: shardNames,
    choose: withoutReceipts,
    ...(mistake !== undefined && { mistake }),
    prepare: (it) => {
      for (const name of shardNames) addShard(it, name, queriesTakeMs, received);
    },
    play: async (it) => {
      const links: ShardLink[] = [];
      for (const name of shardNames) links.push(await connectShard(name, `sim:${name}`));
      await play(new Stage(it, subject, new subject.Router(links), received));
    },
  };
}

/** Without the empty replies to messages: nobody waits for them. */
function withoutReceipts(events: readonly SimEvent[]): SimEvent[] {
  const receipts = new Set<string>();
  return events.filter((event) => {
    if (!('message' in event)) return true;
    const { direction, from, to, label } = event.message;
    const [method, seq] = label.split(' ');
    if (direction === 'reply') return !receipts.has(`${from} ${seq}`);
    if (method === 'Shard.Append') receipts.add(`${to} ${seq}`);
    return true;
  });
}

function addShard(
  world: World,
  name: string,
  queriesTakeMs: readonly number[],
  received: Received[],
): void {
  let queries = 0;
  const keep = (item: Item) =>
    received.push({ shard: name, item, atMs: world.time.nowMs });
  world.addNode(name, {
    boot: (node) => {
      /** A shard that is watched, and may take its time to answer. */
      class WatchedShard extends Shard {
        override Append(item: Item & { type: 'message' }): void {
          keep(item);
          node.note(`${item.id} gets ${item.text}`);
          super.Append(item);
        }

        override async Query(item: Item & { type: 'query' }) {
          keep(item);
          node.note(`${item.id} is asked`);
          const answer = super.Query(item);
          const takesMs = queriesTakeMs[queries++] ?? queriesTakeMs.at(-1) ?? 0;
          if (takesMs > 0) {
            await new Promise<void>((resolve) => world.time.schedule(takesMs, resolve));
          }
          return answer;
        }
      }
      return new WatchedShard().listen(`sim:${name}`);
    },
  });
}

/** How a query has ended, as the one who asked has seen it. */
export interface Asked {
  readonly id: string;
  log?: string[];
  error?: unknown;
  endedMs?: number;
}

/** What the program of one scenario has at hand. */
export class Stage {
  readonly world: World;
  readonly router: Router;
  readonly #received: Received[];
  readonly #subject: Subject;

  constructor(world: World, subject: Subject, router: Router, received: Received[]) {
    this.world = world;
    this.router = router;
    this.#subject = subject;
    this.#received = received;
    if (!(router.pending instanceof Map)) {
      throw surprise(`router.pending: ${router.pending}`, 'a Map, as in the stub');
    }
  }

  get received(): readonly Received[] {
    return this.#received;
  }

  /** Ids that belong to this shard, by the student's own ring. */
  idsOf(shard: ShardName, count: number): string[] {
    const ring = ringOf(this.#subject, shardNames);
    const found: string[] = [];
    for (let i = 0; i < 1000 && found.length < count; i++) {
      if (ring.shardOf(`id-${i}`) === shard) found.push(`id-${i}`);
    }
    if (found.length === count) return found;
    throw surprise(`of 1000 ids ${found.length} belong to ${shard}`, 'about a third');
  }

  /** Where the student's own ring has these ids, when only these shards are left. */
  ownersOf(ids: readonly string[], shards: readonly string[]): string[] {
    const ring = ringOf(this.#subject, shards);
    return ids.map((id) => ring.shardOf(id));
  }

  /** Asks, and watches what becomes of it. */
  ask(id: string): Asked {
    const asked: Asked = { id };
    const { time } = this.world;
    const answer = this.router.query(id);
    if (!(answer instanceof Promise)) {
      throw surprise(`query('${id}') returned ${answer}`, 'a promise, at once');
    }
    answer.then(
      (log) => Object.assign(asked, { log, endedMs: time.nowMs }),
      (error) => Object.assign(asked, { error, endedMs: time.nowMs }),
    );
    return asked;
  }

  /** Lets virtual time pass up to this moment of the world. */
  waitUntil(atMs: number): Promise<void> {
    const { time } = this.world;
    return new Promise((resolve) => time.schedule(atMs - time.nowMs, resolve));
  }

  /** How many queries are under way, as the student's table has it. */
  expectPending(count: number, when: string, size = this.router.pending.size): void {
    if (size === count) return;
    throw surprise(
      `${when}: router.pending has ${size} entries`,
      String(count),
      size > count ? 'a query that has ended stays in the pending map' : undefined,
    );
  }
}
