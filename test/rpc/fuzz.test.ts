/**
 * Frames with something wrong, through real connections of one server: whatever comes, nothing
 * is thrown, nothing hangs, nothing is left behind, and a well-behaved client of each wire is
 * still answered.
 *
 * A hundred thousand of them by default, for the sake of those who wait; a million took 26 s:
 *
 *     FUZZ_FRAMES=1000000 FUZZ_SEED=7 npx vitest run test/rpc/fuzz.test.ts
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, codecNames, pipe, type Server } from '../../src/rpc/index.ts';
import { Mutator } from './fuzz/mutator.ts';
import { type Seed, seeds } from './fuzz/seeds.ts';
import { shrink } from './fuzz/shrink.ts';
import { createTarget, LooseEnd, misdeeds, settle } from './fuzz/target.ts';

const frames = Number(process.env.FUZZ_FRAMES ?? 100_000);
const firstSeed = Number(process.env.FUZZ_SEED ?? 20_260_101);
const framesABatch = 5_000;
/** One push may compile, collect garbage, or lose the processor; it may not loop. */
const maxPushMs = 3_000;
const maxGrowthBytes = 48 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

let server: Server;
let neighbours: Client[];
const thrownOutside: unknown[] = [];
const note = (error: unknown) => thrownOutside.push(error);

beforeAll(() => {
  // Nobody reads the stacks of a million refusals, and to collect them is half of the work.
  Error.stackTraceLimit = 0;
  process.on('unhandledRejection', note).on('uncaughtException', note);
  // So few calls in flight that one which is never taken back is soon missed.
  server = createTarget({ limits: { maxTotalInFlight: 200 }, log: () => {} });
  neighbours = codecNames.map((codec) => {
    const [left, right] = pipe();
    void server.serveConn(left);
    return new Client(right, { codec });
  });
});

afterAll(async () => {
  Error.stackTraceLimit = 10;
  process.off('unhandledRejection', note).off('uncaughtException', note);
  for (const neighbour of neighbours) await neighbour.close();
  await server.close();
});

/** What is wrong with sending this to a server; undefined: nothing. */
function offend(end: LooseEnd, chunks: readonly Buffer[]): unknown {
  try {
    for (const chunk of chunks) {
      const startMs = performance.now();
      end.push(chunk);
      const tookMs = performance.now() - startMs;
      if (tookMs > maxPushMs) return new Error(`a push took ${Math.round(tookMs)} ms`);
    }
  } catch (error) {
    return error;
  }
  return misdeeds.splice(0)[0];
}

async function fails(chunks: readonly Buffer[]): Promise<boolean> {
  const another = createTarget();
  const end = new LooseEnd();
  void another.serveConn(end);
  const offence = offend(end, chunks);
  await settle();
  end.abort();
  return offence !== undefined || thrownOutside.splice(0).length > 0;
}

async function report(
  error: unknown,
  seed: number,
  sent: readonly (readonly Buffer[])[],
) {
  thrownOutside.splice(0);
  for (const chunks of sent) {
    if (!(await fails(chunks))) continue;
    const smallest = await shrink(chunks, fails);
    const hex = smallest.map((chunk) => chunk.toString('hex')).join(' ');
    throw new Error(`seed ${seed}, smallest input ${hex}`, { cause: error });
  }
  throw new Error(`seed ${seed}: not seen again with one connection`, { cause: error });
}

/** One batch: connections one after the other, each until it ends or has nothing more to say. */
async function runBatch(seed: number, conversations: readonly Seed[]): Promise<number> {
  const mutator = new Mutator(seed);
  const sent: Buffer[][] = [];
  let answers = 0;
  for (let count = 0; count < framesABatch; ) {
    const end = new LooseEnd();
    void server.serveConn(end);
    const chunks: Buffer[] = [];
    sent.push(chunks);
    const conversation = mutator.pick(conversations);
    for (let i = 0; i < 2 * conversation.length && !end.isClosed; i++, count++) {
      const frame = conversation[i % conversation.length] as Buffer;
      const isValid = mutator.below(4) === 0;
      const bytes = isValid ? frame : mutator.mutate(frame, mutator.pick(conversation));
      const pieces = mutator.cut(bytes);
      chunks.push(...pieces);
      const offence = offend(end, pieces);
      if (offence !== undefined) await report(offence, seed, sent);
      // It rests, and others have their turn.
      while (end.isPaused && !end.isClosed) await settle();
    }
    if (mutator.below(2) === 0) await null;
    answers += end.sent.length;
    end.abort();
  }
  await settle();
  if (thrownOutside.length > 0) await report(thrownOutside[0], seed, sent);
  return answers;
}

async function expectNeighboursAnswered(): Promise<void> {
  for (const neighbour of neighbours) {
    expect(await neighbour.call('Target.Later', { A: 5, B: 0 })).toBe(5);
    expect(await neighbour.call('Target.Add', { A: 7, B: 8 })).toEqual({ C: 15 });
  }
}

const owners = { Object, Array, String, Number, Promise, Function, Map, Buffer };
const listProperties = () =>
  Object.entries(owners).map(([name, { prototype }]) => [
    name,
    Reflect.ownKeys(prototype),
  ]);

test(`${frames} frames with something wrong are answered or refused, and nothing else`, async () => {
  const before = listProperties();
  // Those that are cheap to refuse come more often.
  const weights = 'json-rpc go-json framed-json mixed '.repeat(3);
  const names = `${weights}gob http`.split(' ');
  const batches = Math.ceil(frames / framesABatch);
  let heapBytes = 0;
  let answers = 0;
  for (let batch = 0; batch < batches; batch++) {
    const kind = seeds[names[batch % names.length] as string] as readonly Seed[];
    answers += await runBatch(firstSeed + batch, kind);
    await expectNeighboursAnswered();
    if (batch !== Math.floor(batches / 4)) continue;
    collectGarbage();
    heapBytes = process.memoryUsage().heapUsed;
  }
  collectGarbage();
  expect(process.memoryUsage().heapUsed - heapBytes).toBeLessThan(maxGrowthBytes);
  expect(listProperties()).toEqual(before);
  expect(answers, 'many mutants are still answered').toBeGreaterThan(frames / 20);
}, 600_000);

/** Node's own HTTP server reads these, so they need a stream. */
async function ask(bytes: readonly Buffer[]): Promise<void> {
  const [left, right] = pipe();
  const served = server.serveConn(left);
  right.receive({
    bytes: () => {},
    drained: () => {},
    ended: () => right.end(),
    closed: () => {},
  });
  for (const chunk of bytes) right.send(chunk);
  right.end();
  await served;
}

test(`${frames / 100} HTTP requests with something wrong are answered or refused`, async () => {
  const mutator = new Mutator(firstSeed);
  const heads = seeds.http?.[0] as Seed;
  for (let i = 0; i < frames / 100; i++) {
    const sent = mutator.cut(mutator.mutate(mutator.pick(heads), mutator.pick(heads)));
    await ask(sent);
    if (thrownOutside.length === 0) continue;
    const hex = Buffer.concat(sent).toString('hex');
    throw new Error(`seed ${firstSeed}, input ${hex}`, { cause: thrownOutside[0] });
  }
  await expectNeighboursAnswered();
}, 600_000);
