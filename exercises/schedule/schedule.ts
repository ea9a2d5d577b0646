/**
 * Exercise: the master hands out the tasks of a job. README.md says what to do.
 */
import { type Channel, dial, ServerError } from '../../src/rpc/index.ts';

export interface Job {
  maps: number;
  reduces: number;
  /** A task that has failed by itself so many times fails the job. */
  maxFailures: number;
}

/** What `Worker.DoTask` is asked. */
export interface Task {
  kind: 'map' | 'reduce';
  /** From 0. */
  index: number;
  /** Of a reduce task: for each map task, the address of the worker that has its output. */
  inputs?: string[];
}

/** What it replies. */
export interface TaskReply {
  /** Map tasks whose output could not be read. If there are any, the task is not done. */
  missing: number[];
}

/**
 * Runs every task of `job` on the workers whose addresses come out of `registered`. Resolves
 * when all are done; rejects when a task keeps failing, or when every worker is lost.
 */
export async function LaunchTasks(job: Job, registered: Channel<string>): Promise<void> {
  // TODO: begin with one worker and its map tasks. Then several workers, the barrier, the
  // reduce tasks; then what is to be done when a call throws, and when an output is missing.
  throw new Error('LaunchTasks is not written yet');
}
