/**
 * Replies with something wrong, to a client: every call settles once, nothing is thrown
 * anywhere else. `FUZZ_SEED` says where to begin.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { int64, struct } from '../../src/rpc/go-types.ts';
import { type Call, Client, codecNames, RpcError } from '../../src/rpc/index.ts';
import { Mutator } from './fuzz/mutator.ts';
import { replies } from './fuzz/seeds.ts';
import { shrink } from './fuzz/shrink.ts';
import { LooseEnd, settle } from './fuzz/target.ts';

const firstSeed = Number(process.env.FUZZ_SEED ?? 20_260_101);
const rounds = Number(process.env.FUZZ_FRAMES ?? 0) / 100 || 1_000;
const types = { reply: struct('Reply', { C: int64 }) };

const thrownOutside: unknown[] = [];
const note = (error: unknown) => thrownOutside.push(error);
beforeAll(
  () => void process.on('unhandledRejection', note).on('uncaughtException', note),
);
afterAll(
  () => void process.off('unhandledRejection', note).off('uncaughtException', note),
);

/** Calls, gets `chunks` for an answer, loses its connection. What is wrong; undefined: nothing. */
async function offend(codec: (typeof codecNames)[number], chunks: readonly Buffer[]) {
  const end = new LooseEnd();
  const client = new Client(end, { codec });
  const calls = Array.from({ length: 12 }, (_, i) =>
    client.go('Target.Add', { A: i }, i % 2 === 0 ? { types } : {}),
  );
  const delivered: Call[] = [];
  for (const call of calls) void call.done.then((settled) => delivered.push(settled));
  try {
    for (const chunk of chunks) end.push(chunk);
  } catch (error) {
    return error;
  }
  end.abort();
  await client.closed;
  await null;
  const isWrong = ({ error, reply }: Call) =>
    error === undefined ? reply === undefined : !(error instanceof RpcError);
  if (new Set(delivered).size !== 12 || delivered.length !== 12)
    return new Error(`${delivered.length} of 12 calls have settled`);
  const wrong = delivered.find(isWrong);
  if (wrong) return new Error(`a call settled with ${wrong.error ?? wrong.reply}`);
  return thrownOutside.splice(0)[0];
}

describe.each(codecNames)('a server of %s that is wrong', (codec) => {
  test(`in ${10 * rounds} replies`, async () => {
    const mutator = new Mutator(firstSeed);
    const valid = replies(codec);
    for (let round = 0; round < rounds; round++) {
      const chunks = valid.flatMap((frame) => {
        const isValid = mutator.below(3) === 0;
        return mutator.cut(isValid ? frame : mutator.mutate(frame, mutator.pick(valid)));
      });
      const error = await offend(codec, chunks);
      if (error === undefined) continue;
      const fails = async (some: readonly Buffer[]) =>
        (await offend(codec, some)) !== undefined;
      const smallest = await shrink(chunks, fails);
      const hex = smallest.map((chunk) => chunk.toString('hex')).join(' ');
      throw new Error(`seed ${firstSeed}, round ${round}, smallest input ${hex}`, {
        cause: error,
      });
    }
    await settle();
    expect(thrownOutside).toEqual([]);
  });
});
