/**
 * What a worker is told of the run: one that the master starts, where its files are; one that
 * joins, how to get them.
 */
import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { Place } from './addresses.ts';
import { slownessOf } from './fault-plan.ts';
import type { MasterOptions } from './master-options.ts';
import { fingerprint } from './remote-file.ts';
import type { CodeFacts, JoinReply, WorkerConfig } from './wire.ts';

/** For a process of this machine. */
export function createWorkerConfig(
  worker: number,
  options: MasterOptions,
  place: Place,
): WorkerConfig {
  const { jobModule, taskThread } = options.bundle;
  return {
    worker,
    ...place,
    masterPid: process.pid,
    token: options.token,
    runDir: options.runDir,
    outputDir: options.outputDir,
    store: options.store.config,
    jobModule,
    taskThread,
    params: options.params,
    reduceTasks: options.reduceTasks,
    heartbeatMs: options.heartbeatMs,
    memoryBytes: options.memoryBytes,
    slowness: slownessOf(options.faults, worker),
  };
}

/** For a worker anywhere. */
export function describeRun(
  { id, name }: { id: number; name: string },
  options: MasterOptions,
): JoinReply {
  const { jobModule, taskThread } = options.bundle;
  return {
    worker: id,
    name,
    code: { job: describeCode(jobModule), taskThread: describeCode(taskThread) },
    params: options.params,
    reduceTasks: options.reduceTasks,
    store: options.store.config,
    memoryBytes: options.memoryBytes,
    slowness: slownessOf(options.faults, id),
    heartbeatMs: options.heartbeatMs,
    lostAfterMs: options.lostAfterMs,
  };
}

function describeCode(path: string): CodeFacts {
  const bytes = readFileSync(path);
  return { bytes: bytes.length, crc32: crc32(bytes), fingerprint: fingerprint(bytes) };
}
