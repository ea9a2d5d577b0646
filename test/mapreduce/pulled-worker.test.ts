/** A worker that pulls, as its master serves it: real gRPC, and a process that does nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GrpcClient } from '../../src/mapreduce/grpc/definition.ts';
import { type GrpcMaster, serveMaster } from '../../src/mapreduce/grpc/master-service.ts';
import { grpcProto } from '../../src/mapreduce/grpc/proto-file.ts';
import { PulledWorker } from '../../src/mapreduce/grpc/pulled-worker.ts';
import { SpareProcess } from '../../src/mapreduce/spares.ts';
import type { RunTaskArgs, WorkerConfig } from '../../src/mapreduce/wire.ts';

const token = 'a-token-of-a-test';
const task: RunTaskArgs = {
  ...{ kind: 'reduce', attempt: 7, reduce: 3, sources: [], delayMs: 0 },
  hasFailpoint: false,
};
const completed = { outcome: 'cancelled' } as const;

let folder: string;
let worker: PulledWorker;
let server: GrpcMaster;
let master: GrpcClient;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pulled-worker-test-'));
  const main = join(folder, 'idle.mjs');
  writeFileSync(main, 'setInterval(() => {}, 1e6);');
  worker = new PulledWorker(
    new SpareProcess([main]),
    { worker: 1, token } as WorkerConfig,
    () => {},
  );
  const service = {
    Register() {},
    RefuseJob() {},
    Heartbeat() {},
    FailpointReached() {},
  };
  const find = () => worker;
  server = await serveMaster(grpcProto, '127.0.0.1:0', token, service, find);
  master = new GrpcClient(server.address, grpcProto, 'Master');
});

afterEach(async () => {
  master.close();
  server.close();
  await worker.end();
  rmSync(folder, { recursive: true, force: true });
});

const ask = () => master.call<object>('GetTask', { token, worker: 1 });
const report = (attempt: number) => {
  const replyJson = JSON.stringify(completed);
  return master.call('ReportCompletion', { token, worker: 1, attempt, replyJson });
};

test('GetTask is answered when there is a task, not before', async () => {
  await worker.connect();
  const asked = ask();
  await master.call('Heartbeat', { token, worker: 1 });
  const { done } = worker.runTask(task);
  expect(await asked).toMatchObject({
    run: { attempt: 7, taskJson: JSON.stringify(task) },
  });
  await report(7);
  expect((await done).reply).toEqual(completed);
});

test('what nobody has asked for yet waits, in order', async () => {
  await worker.connect();
  void worker.runTask(task);
  worker.cancelTask(7);
  expect(await ask()).toHaveProperty('run.attempt', 7);
  expect(await ask()).toMatchObject({ cancel: { attempt: 7 } });
});

test("a completion counts for its attempt, also after the worker's next one has begun", async () => {
  await worker.connect();
  const first = worker.runTask(task);
  const second = worker.runTask({ ...task, attempt: 8 });
  await report(8);
  await report(7);
  expect((await Promise.all([first.done, second.done])).length).toBe(2);
});

test('an attempt that was never given is refused, and a caller without the token', async () => {
  await worker.connect();
  await expect(report(9)).rejects.toThrow('worker 1 was not given attempt 9');
  const strange = master.call('GetTask', { token: 'another', worker: 1 });
  await expect(strange).rejects.toThrow('the token is not the run’s');
});

test('a question that was answered is no lost worker', async () => {
  const { closed } = await worker.connect();
  let isClosed = false;
  void closed.then(() => {
    isClosed = true;
  });
  void worker.runTask(task);
  await ask();
  await master.call('Heartbeat', { token, worker: 1 });
  expect(isClosed).toBe(false);
});
