/**
 * The entry point of a worker process that is pushed its tasks, as JSON.
 */
import { startWorker } from './worker-start.ts';

void startWorker();
