/**
 * Correct: call, and catch what is indefinite.
 */
import { dial, type RpcError } from '../../../src/rpc/index.ts';

/** Resolves with the server's answer, however often messages are lost or late. */
export async function ping(serverAddr: string): Promise<string> {
  const client = await dial(serverAddr);
  try {
    for (;;) {
      try {
        return await client.call<string>('Pinger.Ping', {}, { deadlineMs: 100 });
      } catch (error) {
        if ((error as RpcError).isDefinite) throw error;
      }
    }
  } finally {
    await client.close();
  }
}
