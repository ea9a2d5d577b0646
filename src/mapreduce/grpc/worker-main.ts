/**
 * The entry point of a worker process that pulls its tasks over gRPC.
 */
import { tokenVariable } from '../token.ts';
import type { WorkerConfig } from '../wire.ts';
import { runWorker } from '../worker.ts';
import { GrpcMasterLink } from './master-client.ts';

// Ctrl-C reaches every process of the terminal; the master decides what it means.
process.on('SIGINT', () => {});

const token = process.env[tokenVariable] ?? '';
// Not for the processes that a job may start.
delete process.env[tokenVariable];
const config: WorkerConfig = { ...JSON.parse(process.argv[2] as string), token };
await runWorker(config, async () => new GrpcMasterLink(config));
