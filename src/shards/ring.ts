/**
 * Which process has the state machine of an id: pure functions, the same in every process,
 * without asking anybody. Consistent hashing moves about 1/n of the ids when the number of
 * processes changes; modulo moves nearly all of them; round-robin forgets the id, so it is for
 * work without state only.
 *
 * Source: Karger et al., "Consistent Hashing and Random Trees", 1997; "Phase 3: Process-Based
 * Workers", "The Routing Problem".
 */
import { hashKey } from './hash.ts';

/** The rule by which a router chooses. */
export interface Routing {
  readonly name: RoutingName;
  /** The index of the process that `id` belongs to. */
  shardOf(id: string): number;
}

/** All rules by name; `hash` is consistent hashing. */
export const routingNames = ['hash', 'modulo', 'round-robin'] as const;

export type RoutingName = (typeof routingNames)[number];

/** Places of one process on the ring: with more of them the shares are more alike. */
export const virtualNodes = 256;

/** Routes to the processes 0 to `shards` - 1, or to those of a list. Throws without any. */
export function createRouting(
  name: RoutingName,
  shards: number | readonly number[],
): Routing {
  const indexes =
    typeof shards === 'number' ? Array.from({ length: shards }, (_, i) => i) : shards;
  if (indexes.length === 0) throw new Error('a router needs at least one process');
  switch (name) {
    case 'hash':
      return createRing(indexes);
    case 'modulo':
      return {
        name,
        shardOf: (id) => indexes[hashKey(id) % indexes.length] as number,
      };
    case 'round-robin': {
      let turn = 0;
      return { name, shardOf: () => indexes[turn++ % indexes.length] as number };
    }
  }
}

/** An id belongs to the first virtual node at or after its hash; behind the last is the first. */
function createRing(shards: readonly number[]): Routing {
  const nodes = shards.flatMap((shard) =>
    Array.from({ length: virtualNodes }, (_, i) => ({
      at: hashKey(`${shard}#${i}`),
      shard,
    })),
  );
  // Two at one place: the order must not depend on the order of the list.
  nodes.sort((a, b) => a.at - b.at || a.shard - b.shard);
  const places = Uint32Array.from(nodes, ({ at }) => at);
  const owners = nodes.map(({ shard }) => shard);
  return {
    name: 'hash',
    shardOf: (id) => owners[findFirst(places, hashKey(id)) % owners.length] as number,
  };
}

/** The index of the first place that is not before `at`; the number of places if all are. */
function findFirst(places: Uint32Array, at: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
