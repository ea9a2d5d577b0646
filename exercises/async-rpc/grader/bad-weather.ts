/**
 * Scenes in which replies overtake each other, methods fail, and messages or connections are
 * lost; each is played for each of the three ways.
 */
import { type Scenario, surprise } from '../../../src/grading/scenarios.ts';
import { RpcError, ServerError } from '../../../src/rpc/index.ts';
import { uniform } from '../../../src/sim/delays.ts';
import { expectAll, launchOn, openAll, startAll } from './first-calls.ts';
import { type SceneOptions, type Stage, scene } from './stage.ts';
import {
  type Client,
  expectReply,
  type Observed,
  type Result,
  type Subject,
  showResult,
  theResult,
  type Way,
  ways,
} from './ways.ts';

function forEachWay(make: (way: Way) => Scenario[]): Scenario[] {
  return ways.flatMap(make);
}

/** Replies come in another order than the requests, come twice, or look all the same. */
export function reorderedReplies(subject: Subject): Scenario[] {
  return forEachWay((way) => [
    inAnyOrder(subject, way, [1, 2, 3], { faults: 'delay reply 1 by 500' }),
    inAnyOrder(subject, way, [7, 7, 7], { faults: 'delay reply 2 by 500' }),
    inAnyOrder(subject, way, [1, 2, 3], { faults: 'double reply 1 after 5' }),
    twoServers(subject, way),
    ...[1, 2, 3, 4].map((seed) =>
      inAnyOrder(subject, way, [1, 2, 3, 4, 5, 6], {
        seed,
        reply: { reorderRate: 0.5, holdMs: uniform(1, 200), duplicateRate: 0.2 },
      }),
    ),
  ]);
}

function inAnyOrder(
  subject: Subject,
  way: Way,
  indexes: readonly number[],
  weather: Omit<SceneOptions, 'requests'>,
): Scenario {
  const did = `calls with ${way} for the tasks ${indexes.join(', ')}, all at once`;
  const options = { seed: 1, ...weather, requests: indexes.length };
  return scene(subject, did, options, async (stage) => {
    const client = await stage.openClient();
    const calls = startAll(stage, indexes, way, client);
    await stage.waitUntil(3000);
    expectAll(calls, 3000);
  });
}

/** Two connections have the same sequence numbers, and nothing to do with each other. */
function twoServers(subject: Subject, way: Way): Scenario {
  const servers = { a: 50, b: 0 };
  const did = `calls with ${way} to two servers, a client for each`;
  return scene(subject, did, { requests: 4, seed: 1, servers }, async (stage) => {
    const [a, b] = (await openAll(stage, ['a', 'b'])) as [Client, Client];
    const toA = startAll(stage, [1, 2], way, a);
    const toB = startAll(stage, [3, 4], way, b);
    await stage.waitUntil(500);
    const unanswered = [...toA, ...toB].find(({ call }) => call.results.length === 0);
    if (unanswered) {
      throw surprise(
        `${unanswered.call.name}: no result until 500 ms`,
        'one result for every call',
        'something of one client is shared by all clients',
      );
    }
    expectAll(toA, 500);
    expectAll(toB, 500);
  });
}

const unhandled =
  'an error that nobody awaits is rejected, or thrown where nobody catches';
const fails = 'the disk is full';

/** The method fails, or the request cannot even be sent: the caller gets an error, later. */
export function failingCalls(subject: Subject): Scenario[] {
  const failing = forEachWay((way) => [
    scene(
      subject,
      `two calls with ${way}, of which the first one's method fails`,
      { requests: 2, seed: 1, mistake: unhandled },
      async (stage) => {
        const client = await stage.openClient();
        const first = stage.start(way, client, { Index: 1, Fails: fails });
        const second = stage.start(way, client, { Index: 2 });
        await stage.waitUntil(100);
        expectServerError(first, 100);
        expectReply(second, { Index: 2, Run: 2 }, 100);
      },
    ),
    unsendable(subject, way),
  ]);
  return [...failing, nobodyWaits(subject)];
}

function expectServerError(call: Observed, byMs: number): void {
  const result = theResult(call, byMs);
  const { error, reply } = result;
  const isRight = error instanceof ServerError && error.message === fails;
  if (isRight && reply === undefined) return;
  throw surprise(
    `${call.name}: ${showResult(result)}`,
    `error ServerError: ${fails}, and no reply`,
    error === undefined ? 'a remote error is taken for a reply' : undefined,
  );
}

function unsendable(subject: Subject, way: Way): Scenario {
  const did = `a call with ${way} whose args cannot be sent: they contain themselves`;
  const options = { requests: 0, seed: 1, mistake: 'what connection.send throws' };
  return scene(subject, did, options, async (stage) => {
    const client = await stage.openClient();
    const args: Record<string, unknown> = { Index: 1 };
    args.Self = args;
    const call = stage.start(way, client, args);
    await stage.waitUntil(100);
    expectError(call, true, 100);
  });
}

/** Nobody looks at done, nobody receives: that is no reason to end the process. */
function nobodyWaits(subject: Subject): Scenario {
  const did = 'failing calls with go and makeRequest, and nobody waits for them';
  const options = { requests: 2, seed: 1, mistake: unhandled };
  return scene(subject, did, options, async (stage) => {
    const client = await stage.openClient();
    client.go('Worker.RunTask', { Index: 1, Fails: fails });
    client.makeRequest('Worker.RunTask', { Index: 2, Fails: fails });
    await stage.waitUntil(100);
  });
}

function launchWithLoss(subject: Subject): Scenario {
  const did = 'launchTasks with three workers, of which b crashes meanwhile';
  const servers = { a: 100, b: 100, c: 100 };
  const options = { requests: 3, seed: 1, servers, faults: 'crash b at 50' };
  return scene(subject, did, options, async (stage) => {
    const workers = await openAll(stage, ['a', 'b', 'c']);
    const { results, endedMs } = await launchOn(stage, workers);
    const seen = results
      .sort((one, other) => one.index - other.index)
      .map(({ index, result }) => `${index} ${result.error ? 'error' : 'reply'}`);
    const saw = `${seen.join(', ') || 'nothing'}; resolved: ${endedMs !== undefined}`;
    const expected = '0 reply, 1 error, 2 reply; resolved: true';
    if (saw !== expected) throw surprise(saw, expected);
  });
}

/** The connection goes while calls wait; and calls come when it has gone. */
export function lostConnections(subject: Subject): Scenario[] {
  const losses = forEachWay((way) => [
    scene(
      subject,
      `three calls with ${way}; the connection is cut when the first reply is sent`,
      { requests: 3, seed: 1, faults: 'cut reply 1', mistake: unhandled },
      async (stage) => {
        const client = await stage.openClient();
        const calls = startAll(stage, [1, 2, 3], way, client);
        await stage.waitUntil(200);
        for (const { call } of calls) expectError(call, false, 200);
      },
    ),
    scene(
      subject,
      `two calls with ${way}; the server crashes, and a third call comes after that`,
      {
        requests: 2,
        seed: 1,
        servers: { server: 100 },
        faults: 'crash server at 50',
        mistake: unhandled,
      },
      async (stage) => {
        const client = await stage.openClient();
        const calls = startAll(stage, [1, 2], way, client);
        await stage.waitUntil(200);
        for (const { call } of calls) expectError(call, false, 200);
        const third = stage.start(way, client, { Index: 3 });
        await stage.waitUntil(300);
        expectError(third, true, 300);
      },
    ),
  ]);
  return [...losses, launchWithLoss(subject)];
}

/** An error of the right kind: did the method certainly not run, or may it have run? */
function expectError(call: Observed, isDefinite: boolean, byMs: number): void {
  const result = theResult(call, byMs);
  const { error } = result;
  if (error instanceof RpcError && error.isDefinite === isDefinite) return;
  const expected = isDefinite
    ? 'a definite error: nothing was sent, so the method did not run'
    : 'an indefinite error: the method may have run, or not';
  throw surprise(
    `${call.name}: ${showResult(result)}`,
    expected,
    recogniseOutcome(result),
  );
}

function recogniseOutcome({ reply, error }: Result): string | undefined {
  if (reply !== undefined) return 'the call is made again: it may have run twice now';
  return error === undefined ? 'no answer is taken for an answer' : undefined;
}

const timeoutMs = 100;
const retried = 'a timeout is taken for "it did not happen": the call is sent again';

/** No reply in time. The method may have run: the client says so, and leaves it at that. */
export function timeouts(subject: Subject): Scenario[] {
  const withFaults = (way: Way, faults: string, ran: readonly number[]): Scenario => {
    const did = `two calls with ${way} on a client with a timeout of ${timeoutMs} ms`;
    const options = { requests: 2, seed: 1, faults, mistake: retried };
    return scene(subject, did, options, async (stage) => {
      const client = await stage.openClient({ timeoutMs });
      const calls = startAll(stage, [1, 2], way, client);
      await stage.waitUntil(50);
      for (const { call } of calls.slice(0, 1)) expectNothingYet(call);
      await stage.waitUntil(1500);
      expectTimeout(calls[0]?.call as Observed, stage);
      const [Run = 0] = ran;
      expectReply(calls[1]?.call as Observed, { Index: 2, Run }, 1500);
    });
  };
  return forEachWay((way) => [
    withFaults(way, 'lose reply 1', [2]),
    withFaults(way, 'delay reply 1 by 500', [2]),
    withFaults(way, 'lose request 1', [1]),
  ]);
}

function expectNothingYet({ name, results }: Observed): void {
  if (results.length === 0) return;
  throw surprise(
    `${name}: a result at 50 ms`,
    `none before the timeout, ${timeoutMs} ms`,
  );
}

function expectTimeout(call: Observed, { world }: Stage): void {
  const sent = world.network.requestsSent;
  if (sent > 2) throw surprise(`requests sent: ${sent}`, '2: no call twice', retried);
  expectError(call, false, 1500);
  const atMs = call.results[0]?.atMs;
  if (atMs === timeoutMs) return;
  throw surprise(`${call.name}: its error came at ${atMs} ms`, `at ${timeoutMs} ms`);
}

/** When all calls have ended, whichever way, no timer keeps the process alive. */
export function clearedTimers(subject: Subject): Scenario[] {
  const ending = (way: Way, did: string, args: object, options: Partial<SceneOptions>) =>
    scene(
      subject,
      `a call with ${way} ${did}, on a client with a timeout of 60 s`,
      {
        requests: 1,
        seed: 1,
        endsSoon: true,
        mistake: 'a timer is never cleared',
        ...options,
      },
      async (stage) => {
        const client = await stage.openClient();
        stage.start(way, client, args);
        await stage.waitUntil(100);
      },
    );
  return forEachWay((way) => [
    ending(way, 'that gets its reply', { Index: 1 }, {}),
    ending(way, 'whose method fails', { Index: 1, Fails: fails }, {}),
    ending(
      way,
      'whose connection is cut',
      { Index: 1 },
      {
        faults: 'cut reply 1',
      },
    ),
    ending(way, 'that cannot be sent', { Index: 1n }, { requests: 0 }),
  ]);
}
