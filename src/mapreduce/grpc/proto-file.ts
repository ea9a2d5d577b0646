/**
 * Where the definition of the gRPC services is: both ends read it when they start.
 */
import { join } from 'node:path';

/** An absolute path. */
export const grpcProto = join(import.meta.dirname, 'mapreduce.proto');
