/**
 * Scenes of messages and queries while all shards are well.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Scenario, surprise } from '../../../src/grading/scenarios.ts';
import { uniform } from '../../../src/sim/delays.ts';
import {
  type Asked,
  type SceneOptions,
  type ShardName,
  type Stage,
  type Subject,
  scene,
  shardNames,
} from './stage.ts';

/** Messages of several ids, interleaved: each id has one shard, and gets them in order. */
export function routedMessages(subject: Subject): Scenario[] {
  const play =
    (shards: readonly ShardName[], texts: readonly string[]) => async (stage: Stage) => {
      const ids = shards.map((shard, i) => stage.idsOf(shard, i + 1)[i] as string);
      for (const text of texts) {
        for (const id of ids) stage.router.send(id, text);
      }
      await stage.waitUntil(2000);
      expectRouted(stage, ids, texts);
    };
  const jitter = { request: { delayMs: uniform(1, 50) } };
  return [
    scene(subject, 'two ids, three messages each', {}, play(['a', 'b'], ['1', '2', '3'])),
    ...[1, 2, 3].map((seed) =>
      scene(
        subject,
        'five ids, four messages each; every message takes 1 to 50 ms',
        { seed, ...jitter },
        play(['a', 'b', 'c', 'a', 'b'], ['1', '2', '3', '4']),
      ),
    ),
  ];
}

function expectRouted(
  stage: Stage,
  ids: readonly string[],
  texts: readonly string[],
): void {
  const owners = stage.ownersOf(ids, shardNames);
  for (const [i, id] of ids.entries()) {
    const got = stage.received.filter(({ item }) => item.id === id);
    const shards = [...new Set(got.map(({ shard }) => shard))];
    const saw = got.map(({ item }) => (item.type === 'message' ? item.text : '?'));
    if (isDeepStrictEqual(shards, [owners[i]]) && isDeepStrictEqual(saw, texts)) continue;
    throw surprise(
      `${id}: ${saw.join(', ') || 'nothing'} at ${shards.join(' and ') || 'no shard'}`,
      `${texts.join(', ')}, in this order, at ${owners[i]}, as Ring says`,
      recogniseRouting(shards),
    );
  }
}

function recogniseRouting(shards: readonly string[]): string | undefined {
  if (shards.length > 1) return "an id's state is split among shards";
  return shards.length === 1 ? 'another rule than the ring, or another order' : undefined;
}

/** Answers of one shard overtake each other; an id may never have had a message. */
export function answeredQueries(subject: Subject): Scenario[] {
  const ask = (name: string, shards: readonly ShardName[], options: SceneOptions) =>
    scene(subject, `queries for ${name}`, options, async (stage) => {
      const ids = shards.map((shard, i) => stage.idsOf(shard, i + 1).at(-1) as string);
      for (const [i, id] of ids.entries()) stage.router.send(id, `of ${i + 1}`);
      await stage.waitUntil(200);
      const asked = ids.map((id) => stage.ask(id));
      await stage.waitUntil(201);
      if (stage.router.pending.size === 0) {
        throw surprise('while queries are under way, pending is empty', 'they are in it');
      }
      await stage.waitUntil(2000);
      for (const [i, it] of asked.entries()) expectLog(it, [`of ${i + 1}`], 2000);
      stage.expectPending(0, 'when all queries have been answered');
      expectAskedOnce(stage, ids.length);
    });
  return [
    ask('three ids, each of another shard', ['a', 'b', 'c'], {}),
    ask('three ids of one shard; it takes 100, 50 and 0 ms', ['a', 'a', 'a'], {
      queriesTakeMs: [100, 50, 0],
    }),
    ...[1, 2, 3, 4].map((seed) =>
      ask('three ids of one shard; replies may be late', ['b', 'b', 'b'], {
        seed,
        reply: { reorderRate: 0.6, holdMs: uniform(1, 300) },
      }),
    ),
    unknownId(subject),
  ];
}

function expectAskedOnce({ received }: Stage, queries: number): void {
  const asked = received.filter(({ item }) => item.type === 'query').length;
  if (asked === queries) return;
  throw surprise(
    `${queries} queries were made, and the shards were asked ${asked} times`,
    'each query goes to the one shard that has the id',
    asked > queries ? 'all shards are asked, or one of them again' : undefined,
  );
}

function unknownId(subject: Subject): Scenario {
  const did = 'a query for an id that has had no message';
  return scene(subject, did, {}, async (stage) => {
    const asked = stage.ask('nobody');
    await stage.waitUntil(100);
    expectLog(asked, [], 100);
  });
}

/** `mistake`: what it looks like when something is missing at the end of the log. */
export function expectLog(
  { id, log, error }: Asked,
  expected: readonly string[],
  byMs: number,
  mistake?: string,
): void {
  if (isDeepStrictEqual(log, expected)) return;
  const should = `[${expected.join(', ')}]`;
  if (error !== undefined) throw surprise(`query of ${id}: ${error}`, should);
  if (log === undefined) {
    throw surprise(`query of ${id}: no answer until ${byMs} ms`, should);
  }
  throw surprise(
    `query of ${id}: ${Array.isArray(log) ? `[${log.join(', ')}]` : String(log)}`,
    should,
    mistake ?? "it got another query's answer: answers are matched by queryId",
  );
}

/** A query comes right behind messages of its id: its answer has them all. */
export function queriesInOrder(subject: Subject): Scenario[] {
  const overtakes = 'the query overtakes messages that were sent before it';
  const twice = (options: SceneOptions) =>
    scene(
      subject,
      'two messages and a query, and again, all of one id and without a pause',
      options,
      async (stage) => {
        const [id = ''] = stage.idsOf('b', 1);
        const texts = ['1', '2', '3', '4'];
        const asked = [2, 4].map((sent) => {
          for (const text of texts.slice(sent - 2, sent)) stage.router.send(id, text);
          return stage.ask(id);
        });
        await stage.waitUntil(1000);
        for (const [i, it] of asked.entries()) {
          const sent = texts.slice(0, 2 * (i + 1));
          const log = it.log?.slice(0, sent.length);
          const isLater = isDeepStrictEqual(it.log, texts.slice(0, it.log?.length));
          if (!isLater || log?.length !== sent.length) {
            expectLog(it, sent, 1000, overtakes);
          }
        }
      },
    );
  return [
    twice({}),
    twice({ queriesTakeMs: [300] }),
    ...[1, 2, 3].map((seed) => twice({ seed, request: { delayMs: uniform(1, 80) } })),
  ];
}

/** While a query takes half a second, everything else goes on. */
export function unblockedWork(subject: Subject): Scenario[] {
  const did =
    'a query that takes 500 ms, then a message for each shard and a second query';
  const blocks = 'the router waits for the answer: a query blocks everything behind it';
  const behind = (asks: ShardName) =>
    scene(subject, did, { queriesTakeMs: [500, 0] }, async (stage) => {
      const ids = shardNames.flatMap((shard) => stage.idsOf(shard, 1));
      const slow = stage.idsOf(asks, 1)[0] as string;
      stage.ask(slow);
      for (const id of ids) stage.router.send(id, 'on');
      const second = stage.ask(slow);
      await stage.waitUntil(100);
      for (const id of ids) {
        const isThere = stage.received.some(
          ({ item }) => item.id === id && item.type === 'message',
        );
        if (isThere) continue;
        const saw = `until 100 ms the message for ${id} has not reached its shard`;
        throw surprise(saw, 'it is there after 10 ms', blocks);
      }
      if (second.log === undefined) {
        const saw = 'the second query, which takes no time, had no answer until 100 ms';
        throw surprise(saw, 'answers come as they are ready', blocks);
      }
    });
  return [behind('a'), behind('c')];
}
