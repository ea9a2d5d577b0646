/** The ways to launch tasks that the slides compare, in a simulated world: who waits for whom. */
import { expect, test } from 'vitest';
import {
  launchOnChannel,
  launchOneByOne,
  launchWithCallback,
  launchWithGo,
  runSomewhere,
  startWorker,
  Worker,
} from '../../src/lecture/master-worker.ts';
import { type Call, type Client, dial, ServerError } from '../../src/rpc/index.ts';
import { World } from '../../src/sim/world.ts';

/** Worker i takes `tookMs[i]`; undefined: it fails. Messages take 10 ms. */
async function launch<T>(
  tookMs: readonly (number | undefined)[],
  program: (workers: Client[], world: World) => Promise<T>,
  faults = '',
): Promise<{ result: T; ran: number[]; endMs: number }> {
  const world = new World({ delayMs: 10, faults });
  const ran: number[] = [];
  for (const [i, ms] of tookMs.entries()) {
    const run = async (index: number) => {
      if (ms === undefined) throw new Error('the disk is full');
      ran.push(index);
      await new Promise((resolve) => setTimeout(resolve, ms));
      return 10 * index;
    };
    const boot = async () => void (await startWorker(new Worker(run), `sim:w${i}`));
    world.addNode(`w${i}`, { boot });
  }
  let endMs = 0;
  const result = await world.run(async () => {
    const workers = await Promise.all(tookMs.map((_, i) => dial(`sim:w${i}`)));
    const ended = await program(workers, world);
    endMs = world.time.nowMs;
    return ended;
  });
  return { result, ran, endMs };
}

/** What `handle` is called with, in order. */
function collect() {
  const replies: (number | undefined)[] = [];
  return { replies, handle: (call: Call<number>) => void replies.push(call.reply) };
}

test('one by one takes the sum, and an error ends it', async () => {
  const { result, endMs } = await launch([30, 10, 20], launchOneByOne);
  expect(result).toEqual([0, 10, 20]);
  expect(endMs).toBe(60 + 3 * 20);
  await expect(launch([undefined, 10], launchOneByOne)).rejects.toBeInstanceOf(
    ServerError,
  );
});

test('at once takes as long as the slowest: results as they come, or in order', async () => {
  const { replies, handle } = collect();
  const channel = await launch([30, 10, 20], (workers) =>
    launchOnChannel(workers, handle),
  );
  expect(replies).toEqual([10, 20, 0]);
  expect(channel.endMs).toBe(50);

  const ordered = collect();
  const go = await launch([30, 10, 20], (workers) =>
    launchWithGo(workers, ordered.handle),
  );
  expect(ordered.replies).toEqual([0, 10, 20]);
  expect(go.endMs).toBe(50);
});

test('a callback is called later, the master goes on', async () => {
  const { replies, handle } = collect();
  await launch([30, 10], async (workers, world) => {
    launchWithCallback(workers, handle);
    expect(world.time.nowMs).toBe(0);
    expect(replies).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 100));
  });
  expect(replies).toEqual([10, 0]);
});

test('whoever asks again elsewhere may run a task twice', async () => {
  const program = (workers: Client[]) => runSomewhere(workers, { Index: 7 });
  const calm = await launch([30, 30], program);
  expect(calm).toMatchObject({ result: 70, ran: [7] });
  const lost = await launch([30, 30], program, 'lose reply 1');
  expect(lost).toMatchObject({ result: 70, ran: [7, 7], endMs: 150 });
  const fails = launch([undefined, 30], program);
  await expect(fails).rejects.toThrow('the disk is full');
  const nobody = launch([500], program);
  await expect(nobody).rejects.toThrow('no worker has answered');
});
