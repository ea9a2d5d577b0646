/**
 * Exercise: backup tasks for stragglers. README.md says what to do.
 */
import { Channel, type Client, dial } from '../../src/rpc/index.ts';

/** What `Worker.DoTask` replies to `{ task }`. */
export interface TaskReply {
  result: string;
}

/**
 * Runs the tasks 0 to `tasks` - 1 of one phase on `workers`, and calls `handleResult` once for
 * each, with its first result. Resolves when all results are in.
 */
export async function RunPhase(
  tasks: number,
  workers: readonly string[],
  handleResult: (task: number, result: string) => void,
): Promise<void> {
  // TODO: first without backups: who is idle gets the next task. Then a backup for a task that
  // takes too long, the race between the two, and what becomes of the loser.
  throw new Error('RunPhase is not written yet');
}
