/**
 * What a worker is told about its work, whether its process was started by the master or has
 * joined.
 */
import type { Place } from './addresses.ts';
import { startCompiled } from './bundle.ts';
import { slownessOf } from './fault-plan.ts';
import type { MasterOptions } from './master-options.ts';
import type { GrpcPlace, WorkConfig, WorkerConfig } from './wire.ts';

/** Whoever runs the tasks of this job must know it. */
export function describeWork(worker: number, options: MasterOptions): WorkConfig {
  const { params, reduceTasks, heartbeatMs, memoryBytes, store, faults } = options;
  return {
    params,
    reduceTasks,
    outputFormat: options.outputFormat ?? 'key-value',
    heartbeatMs,
    memoryBytes,
    store: store.config,
    notesRecords: options.skipBadRecords !== undefined,
    slowness: slownessOf(faults, worker),
    stage: options.stage ?? 1,
  };
}

/** All that a process of the master's own must know, since it shares the master's disk. */
export function createWorkerConfig(
  worker: number,
  place: Place,
  options: MasterOptions,
  grpc: GrpcPlace | undefined,
): WorkerConfig {
  const { bundle, token, runDir, outputDir, canBeResumed = false } = options;
  const { jobModule, taskThread } = bundle;
  return {
    ...describeWork(worker, options),
    ...place,
    worker,
    grpc,
    masterPid: process.pid,
    ...{ token, runDir, outputDir, jobModule, taskThread, startCompiled, canBeResumed },
  };
}
