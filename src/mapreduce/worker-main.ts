/**
 * The entry point of a worker process, started by the master with its configuration as JSON,
 * and the run's token in its environment.
 */
import { tokenVariable } from './token.ts';
import { runWorker } from './worker.ts';

// Ctrl-C reaches every process of the terminal; the master decides what it means.
process.on('SIGINT', () => {});

const token = process.env[tokenVariable] ?? '';
// Not for the processes that a job may start.
delete process.env[tokenVariable];
void runWorker({ ...JSON.parse(process.argv[2] as string), token });
