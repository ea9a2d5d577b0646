/**
 * The three ways to call, made comparable: what each caller has seen of its call, and when.
 */
import { isDeepStrictEqual } from 'node:util';
import type { CheckFailure } from '../../../src/grading/check.ts';
import { surprise } from '../../../src/grading/scenarios.ts';
import type { Connection } from '../../../src/lecture/async-rpc.ts';
import { Channel, type RpcError } from '../../../src/rpc/index.ts';
import type { World } from '../../../src/sim/world.ts';

export interface Result {
  readonly reply?: unknown;
  readonly error?: RpcError;
}

export interface Call extends Result {
  readonly done: Promise<Call>;
}

export interface Client {
  sendRPC(method: string, args: unknown, handle: (result: Result) => void): void;
  makeRequest(method: string, args: unknown): Channel<Result>;
  go(method: string, args: unknown): Call;
}

export interface Subject {
  AsyncClient: new (connection: Connection, timeoutMs: number) => Client;
  launchTasks(
    workers: readonly Client[],
    handleResult: (index: number, result: Result) => void,
  ): Promise<void>;
}

export const ways = ['sendRPC', 'makeRequest', 'go'] as const;
export type Way = (typeof ways)[number];

/** What the caller of one call has seen. */
export interface Observed {
  readonly name: string;
  readonly results: { readonly result: Result; readonly atMs: number }[];
  /** What is wrong whatever the results are. */
  trouble?: CheckFailure;
}

const method = 'Worker.RunTask';

/** Starts a call and watches it; what the student's code throws, it throws. */
export function start(way: Way, client: Client, args: object, world: World): Observed {
  const number = 1 + (counts.get(world) ?? 0);
  counts.set(world, number);
  const observed: Observed = { name: `call ${number} (${way})`, results: [] };
  const add = ({ reply, error }: Result = {}) =>
    observed.results.push({
      result: { reply, ...(error !== undefined && { error }) },
      atMs: world.time.nowMs,
    });
  if (way === 'sendRPC') client.sendRPC(method, args, add);
  else if (way === 'go') watchCall(observed, client.go(method, args), add);
  else watchChannel(observed, client.makeRequest(method, args), add);
  if (observed.results.length > 0) {
    observed.trouble ??= surprise(
      `${observed.name}: its result was there before ${way} had returned`,
      'the result comes later: the caller goes on first',
      'the callback is called at once where the call cannot be sent',
    );
  }
  return observed;
}

/** The calls started in each world. */
const counts = new WeakMap<World, number>();

function watchCall(observed: Observed, call: Call, add: (result: Result) => void): void {
  expectCall(observed.name, call);
  call.done.then(
    (settled) => {
      if (settled === call) add(call);
      else observed.trouble = explainOtherCall(observed.name);
    },
    (error) => {
      observed.trouble = surprise(
        `${observed.name}: done rejected with ${error}`,
        'done resolves with the Call, and call.error says what went wrong',
        'done rejects: who does not await it gets an unhandled rejection',
      );
    },
  );
}

export function expectCall(name: string, call: Call): void {
  if (call?.done instanceof Promise) return;
  const saw = `${name}: it returned ${show(call)}`;
  throw surprise(saw, 'a Call, at once: { done: a promise, … }');
}

export function explainOtherCall(name: string): CheckFailure {
  return surprise(
    `${name}: done resolved with something else than the Call that go returned`,
    'the same object, so that a caller who knows the Call knows whose done it is',
    'done delivers a copy, the bare reply, or another call',
  );
}

function watchChannel(
  observed: Observed,
  channel: Channel<Result>,
  add: (result?: Result) => void,
): void {
  expectChannel(observed.name, channel);
  void (async () => {
    for await (const result of channel) add(result);
  })();
}

export function expectChannel(name: string, channel: unknown): void {
  if (channel instanceof Channel) return;
  const saw = `${name}: it returned ${show(channel)}`;
  throw surprise(saw, 'a Channel, at once');
}

/** The one result of a call. Throws where there is none, or several. */
export function theResult({ name, results, trouble }: Observed, byMs: number): Result {
  if (trouble) throw trouble;
  const [first] = results;
  if (!first) {
    throw surprise(`${name}: no result until ${byMs} ms`, 'one result for every call');
  }
  if (results.length > 1) {
    const moments = results.map(({ atMs }) => `${atMs} ms`).join(', ');
    const expected = 'one result for every call: the first one counts';
    throw surprise(`${name}: ${results.length} results, at ${moments}`, expected);
  }
  return first.result;
}

export function expectReply(observed: Observed, reply: object, byMs: number): void {
  const result = theResult(observed, byMs);
  const isRight = result.error === undefined && isDeepStrictEqual(result.reply, reply);
  if (isRight) return;
  const isAnothers = isTaskReply(result.reply);
  throw surprise(
    `${observed.name}: ${showResult(result)}`,
    `reply ${show(reply)}`,
    isAnothers ? "it got another call's reply: responses are matched by seq" : undefined,
  );
}

function isTaskReply(reply: unknown): boolean {
  return typeof reply === 'object' && reply !== null && 'Run' in reply;
}

export function showResult({ reply, error }: Result): string {
  if (error === undefined) return `reply ${show(reply)}`;
  const isKnown = typeof error.isDefinite === 'boolean';
  const kind = isKnown ? `, ${error.isDefinite ? 'definite' : 'indefinite'}` : '';
  const both = reply === undefined ? '' : `, and reply ${show(reply)}`;
  return `error ${String(error)}${kind}${both}`;
}

export function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
