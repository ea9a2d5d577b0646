/**
 * The entry point of a worker process that is pushed its tasks, as JSON. Where Node makes a
 * snapshot of it, it rehearses, and each process that starts from the snapshot is a worker.
 */
import { startupSnapshot } from 'node:v8';
import { rehearse, tryThread } from './worker-rehearsal.ts';
import { startWorker } from './worker-start.ts';

if (startupSnapshot.isBuildingSnapshot()) {
  void rehearse();
  startupSnapshot.setDeserializeMainFunction(() => {
    if (process.argv[2] === 'try') tryThread();
    else void startWorker();
  });
} else {
  void startWorker();
}
