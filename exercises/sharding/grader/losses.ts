/**
 * Scenes in which shards are lost: what they were asked, and what belonged to them.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Scenario, surprise } from '../../../src/grading/scenarios.ts';
import { expectLog } from './routing.ts';
import { type Asked, type Stage, type Subject, scene } from './stage.ts';

const crash = 'crash a at 50';

/** Queries under way when their shard is lost: each rejects, and leaves no entry. */
export function lostQueries(subject: Subject): Scenario[] {
  const ask = (faults: string, what: string) =>
    scene(
      subject,
      `two queries to a and one to b, which take 200 ms; ${what}`,
      {
        faults,
        queriesTakeMs: [200],
        mistake: 'an error is thrown where nobody catches it',
      },
      async (stage) => {
        const [first = '', second = ''] = stage.idsOf('a', 2);
        const [other = ''] = stage.idsOf('b', 1);
        const lost = [stage.ask(first), stage.ask(second)];
        const answered = stage.ask(other);
        await stage.waitUntil(150);
        const { size } = stage.router.pending;
        await stage.waitUntil(1000);
        for (const asked of lost) expectLost(asked, 150);
        stage.expectPending(1, 'when a is lost and b has not answered yet', size);
        expectLog(answered, [], 1000);
        stage.expectPending(0, 'when all queries have ended');
      },
    );
  return [
    ask(crash, 'a crashes after 50 ms'),
    ask('cut request 2 to a', 'the connection to a is cut'),
    ask('crash a at 15', 'a crashes after 15 ms'),
  ];
}

function expectLost({ id, error, log, endedMs = 0 }: Asked, byMs: number): void {
  const message = error instanceof Error ? error.message : undefined;
  const saysSo = /\ba\b.*\blost\b|\blost\b.*\ba\b/.test(message ?? '');
  if (saysSo && endedMs <= byMs) return;
  const expected = 'a ShardLostError: shard a is lost';
  if (log !== undefined) {
    const mistake =
      'an answer is made up, or another shard is asked, which knows nothing';
    throw surprise(`query of ${id}: [${log}]`, expected, mistake);
  }
  if (error !== undefined) {
    throw surprise(`query of ${id}: ${error}, at ${endedMs} ms`, `${expected}, at once`);
  }
  const saw = `query of ${id}: neither answer nor error until ${byMs} ms`;
  throw surprise(saw, expected, 'nobody listens to onLost, or not for every query');
}

/** What comes after the loss goes to the shards that are left, and only what must move moves. */
export function movedIds(subject: Subject): Scenario[] {
  const moving = scene(
    subject,
    'a message for each of four ids; a crashes; another message, and a query',
    { faults: crash },
    async (stage) => {
      const ids = [...idsThatPart(stage), ...stage.idsOf('b', 1), ...stage.idsOf('c', 1)];
      for (const id of ids) stage.router.send(id, 'before');
      await stage.waitUntil(200);
      for (const id of ids) stage.router.send(id, 'after');
      const asked = ids.map((id) => stage.ask(id));
      await stage.waitUntil(1000);
      expectMoved(stage, ids);
      for (const [i, it] of asked.entries()) {
        expectLog(it, i < 2 ? ['after'] : ['before', 'after'], 1000);
      }
      stage.expectPending(0, 'when all queries have been answered');
    },
  );
  return [moving, nobodyLeft(subject)];
}

/** Two ids of a, of which one falls to b and one to c. */
function idsThatPart(stage: Stage): string[] {
  const ids = stage.idsOf('a', 50);
  const owners = stage.ownersOf(ids, ['b', 'c']);
  return ['b', 'c'].map((shard) => ids[owners.indexOf(shard)] ?? 'id-0');
}

function expectMoved(stage: Stage, ids: readonly string[]): void {
  const owners = stage.ownersOf(ids, ['b', 'c']);
  const seen = ids.map(
    (id) =>
      stage.received.find(
        ({ item }) => item.id === id && item.type === 'message' && item.text === 'after',
      )?.shard,
  );
  if (isDeepStrictEqual(seen, owners)) return;
  const i = seen.findIndex((shard, i) => shard !== owners[i]);
  throw surprise(
    `after the loss of a, the message for ${ids[i]} reached ${seen[i] ?? 'no shard'}`,
    `${owners[i]}, which a ring of b and c names`,
    seen[i] === undefined ? 'the lost shard is still on the ring' : undefined,
  );
}

function nobodyLeft(subject: Subject): Scenario {
  const did = 'all shards crash, one after the other; then a query';
  const faults = 'crash a at 50\ncrash b at 60\ncrash c at 70';
  const mistake = 'query throws at once: its promise should reject';
  return scene(subject, did, { faults, mistake }, async (stage) => {
    await stage.waitUntil(200);
    const asked = stage.ask('somebody');
    await stage.waitUntil(500);
    stage.expectPending(0, 'after the query');
    if (asked.error instanceof Error) return;
    const saw = asked.log ? `an answer: [${asked.log}]` : 'neither answer nor error';
    throw surprise(`${saw} until 500 ms`, 'it rejects: no shard is left');
  });
}
