/**
 * Scenes in calm weather: one way after the other, and many calls at the same time.
 */
import { type Scenario, surprise } from '../../../src/grading/scenarios.ts';
import { type SceneOptions, type Stage, scene } from './stage.ts';
import {
  expectCall,
  expectChannel,
  expectReply,
  explainOtherCall,
  type Observed,
  type Result,
  type Subject,
  showResult,
  type Way,
  ways,
} from './ways.ts';

/** One call, then two one after the other; each has its own reply. */
export function basicCalls(subject: Subject, way: Way): Scenario[] {
  const one = scene(
    subject,
    `one call with ${way}`,
    { requests: 1, seed: 1 },
    async (stage) => {
      const client = await stage.openClient();
      const call = stage.start(way, client, { Index: 1 });
      await stage.waitUntil(100);
      expectReply(call, { Index: 1, Run: 1 }, 100);
    },
  );
  const two = scene(
    subject,
    `two calls with ${way}, the second before the first has its reply`,
    { requests: 2, seed: 1, mistake: 'the two calls share something' },
    async (stage) => {
      const client = await stage.openClient();
      const calls = startAll(stage, [1, 2], way, client);
      await stage.waitUntil(100);
      const counts = calls.map(({ call }) => call.results.length);
      if (counts.join() === '0,2') {
        throw surprise(
          'the second call got both results, the first call none',
          'one result for every call',
          'only the last callback is remembered',
        );
      }
      expectAll(calls, 100);
    },
  );
  return [one, two];
}

/** Nobody receives before the result is there, and every call has a channel of its own. */
export function channelCalls(subject: Subject): Scenario[] {
  const late = scene(
    subject,
    'makeRequest, and receive from its channel 200 ms after the reply',
    { requests: 1, seed: 1 },
    async (stage) => {
      const client = await stage.openClient();
      const channel = client.makeRequest('Worker.RunTask', { Index: 1 });
      expectChannel('call 1', channel);
      await stage.waitUntil(220);
      if (channel.length > 0 || channel.isClosed) return;
      const received = channel.tryReceive();
      if (received) return;
      throw surprise(
        'the channel is empty: the result is lost',
        'the result waits in the channel until somebody receives it',
        'trySend where nobody receives yet: the channel has no room',
      );
    },
  );
  const own = scene(
    subject,
    'makeRequest twice: are there two channels?',
    { requests: 2, seed: 1 },
    async (stage) => {
      const client = await stage.openClient();
      const [first, second] = [1, 2].map((Index) =>
        client.makeRequest('Worker.RunTask', { Index }),
      );
      if (first !== second) return;
      throw surprise(
        'both calls returned the same channel',
        'a channel for every call',
        'one shared channel: who receives first gets whatever came first',
      );
    },
  );
  return [own, ...basicCalls(subject, 'makeRequest'), late];
}

/** Every call has its own Call and its own done, which delivers it whenever one asks. */
export function goCalls(subject: Subject): Scenario[] {
  const own = scene(
    subject,
    'go twice, then await both done',
    {
      requests: 2,
      seed: 1,
      mistake: 'go throws, or something of its rejects: call.error is the place for it',
    },
    async (stage) => {
      const client = await stage.openClient();
      const calls = [1, 2].map((Index) => client.go('Worker.RunTask', { Index }));
      for (const [i, call] of calls.entries()) expectCall(`call ${i + 1}`, call);
      const [first, second] = calls as [(typeof calls)[0], (typeof calls)[0]];
      if (first === second || first.done === second.done) {
        throw surprise(
          'both calls have the same done',
          'a done for every call',
          'one shared done: it says that some call has ended, and not which',
        );
      }
      if (first.reply !== undefined || first.error !== undefined) {
        const saw = `before the reply could be there: ${showResult(first)}`;
        throw surprise(saw, 'reply and error are undefined until the call has ended');
      }
      await stage.waitUntil(200);
      for (const call of calls) {
        // Not awaited for ever: a done that is never resolved is to be told as what it is.
        const late = new Promise<undefined>((resolve) =>
          stage.world.time.schedule(10, () => resolve(undefined)),
        );
        const settled = await Promise.race([call.done, late]);
        if (settled === undefined) {
          const saw = 'done was awaited after the reply had come, and did not resolve';
          throw surprise(saw, 'done resolves whenever one asks');
        }
        if (settled !== call) throw explainOtherCall('a call');
      }
    },
  );
  return [own, ...basicCalls(subject, 'go')];
}

const taskMs = 100;

/** Tasks of 100 ms on one connection: all of them take hardly longer than one. */
export function overlappingCalls(subject: Subject): Scenario[] {
  const pipelines = ways.map((way) =>
    scene(
      subject,
      `three calls at once with ${way}; every task takes ${taskMs} ms`,
      { requests: 3, seed: 1, servers: { server: taskMs } },
      async (stage) => {
        const client = await stage.openClient();
        const calls = startAll(stage, [1, 2, 3], way, client);
        await stage.waitUntil(150);
        const { requestsSent } = stage.world.network;
        if (requestsSent < 3) {
          throw surprise(
            `after 150 ms ${requestsSent} of the three requests had been sent`,
            'all three are sent at once: a call does not wait for the one before',
            'it looks asynchronous, and is sequential',
          );
        }
        expectAll(calls, 150);
      },
    ),
  );
  return [...pipelines, ...launches(subject)];
}

function launches(subject: Subject): Scenario[] {
  const three = { a: 300, b: 100, c: 200 };
  return [
    launch(subject, 'three workers, whose tasks take 300, 100 and 200 ms', three, [
      { index: 1, atMs: 120 },
      { index: 2, atMs: 220 },
      { index: 0, atMs: 320 },
    ]),
    launch(subject, 'one worker', { a: taskMs }, [{ index: 0, atMs: 120 }]),
    launch(subject, 'no worker at all', {}, []),
  ];
}

interface Handled {
  readonly index: number;
  readonly atMs: number;
}

/** launchTasks, one worker on each server; `expected`: what is handled, and when. */
function launch(
  subject: Subject,
  what: string,
  servers: Readonly<Record<string, number>>,
  expected: readonly Handled[],
): Scenario {
  const names = Object.keys(servers);
  const options: SceneOptions = { requests: names.length, seed: 1, servers };
  return scene(subject, `launchTasks with ${what}`, options, async (stage) => {
    const workers = await openAll(stage, names);
    const { handled, results, endedMs } = await launchOn(stage, workers);
    const should = printHandled(expected);
    if (printHandled(handled) !== should) {
      throw surprise(
        `handleResult was called for ${printHandled(handled)}`,
        `for ${should}: all at the same time, each as soon as it is there`,
        recogniseOrder(handled, expected),
      );
    }
    const lastMs = expected.at(-1)?.atMs ?? 0;
    if (endedMs !== lastMs) {
      const saw = `launchTasks resolved ${endedMs === undefined ? 'never' : `at ${endedMs} ms`}`;
      throw surprise(saw, `at ${lastMs} ms, after the last result`);
    }
    for (const { index, result } of results) {
      expectResult(index, result, { Index: index, Run: 1 });
    }
  });
}

function expectResult(index: number, result: Result, reply: object): void {
  expectReply(
    { name: `task ${index}`, results: [{ result: { ...result }, atMs: 0 }] },
    reply,
    0,
  );
}

export async function openAll(stage: Stage, servers: readonly string[]) {
  const clients = [];
  for (const server of servers) clients.push(await stage.openClient({ server }));
  return clients;
}

/** Runs launchTasks for a second of virtual time. */
export async function launchOn(
  stage: Stage,
  workers: Awaited<ReturnType<typeof openAll>>,
) {
  const { world } = stage;
  const handled: Handled[] = [];
  const results: { index: number; result: Result }[] = [];
  let endedMs: number | undefined;
  const launched = stage.subject.launchTasks(workers, (index, result) => {
    handled.push({ index, atMs: world.time.nowMs });
    results.push({ index, result: { reply: result?.reply, ...pickError(result) } });
  });
  const ended = Promise.resolve(launched).then(() => {
    endedMs = world.time.nowMs;
  });
  await Promise.race([ended, stage.waitUntil(1000)]);
  await stage.waitUntil(1000);
  return { handled, results, endedMs };
}

function pickError(result: Result): Result {
  return result?.error === undefined ? {} : { error: result.error };
}

function printHandled(handled: readonly Handled[]): string {
  if (handled.length === 0) return 'nothing';
  return handled.map(({ index, atMs }) => `task ${index} at ${atMs} ms`).join(', ');
}

function recogniseOrder(
  handled: readonly Handled[],
  expected: readonly Handled[],
): string | undefined {
  const lastMs = expected.at(-1)?.atMs ?? 0;
  if (handled.some(({ atMs }) => atMs > lastMs)) {
    return 'an await inside the loop: one task after the other';
  }
  const isAllAtOnce = handled.length > 1 && handled.every(({ atMs }) => atMs === lastMs);
  if (isAllAtOnce) return 'the first result waits for the slowest task';
  return undefined;
}

/** Tasks with these numbers, all started at the same moment. */
export function startAll(
  stage: Stage,
  indexes: readonly number[],
  way: Way,
  client: Parameters<Stage['start']>[1],
): { call: Observed; Index: number }[] {
  return indexes.map((Index) => ({ call: stage.start(way, client, { Index }), Index }));
}

/** Each call has the reply to its own request: the n-th that was sent ran as the n-th. */
export function expectAll(
  calls: readonly { call: Observed; Index: number }[],
  byMs: number,
): void {
  for (const [i, { call, Index }] of calls.entries()) {
    expectReply(call, { Index, Run: i + 1 }, byMs);
  }
}
