/**
 * The entry point of a worker process that pulls its tasks over gRPC.
 */
import { startWorker } from '../worker-start.ts';
import { GrpcMasterLink } from './master-client.ts';

void startWorker(async (config) => new GrpcMasterLink(config));
