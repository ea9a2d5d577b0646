/**
 * The same work as a task without state, for whoever calls it: a process of ours, or a thread
 * of another pool.
 */
import type { WorkMessage } from './scaling-machine.ts';
import { spin } from './work.ts';

export function answer(message: unknown): number {
  return spin((message as WorkMessage).Steps);
}
