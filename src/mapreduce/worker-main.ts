/**
 * The entry point of a worker process, started by the master with its configuration as JSON.
 */
import { runWorker } from './worker.ts';

// Ctrl-C reaches every process of the terminal; the master decides what it means.
process.on('SIGINT', () => {});

await runWorker(JSON.parse(process.argv[2] as string));
