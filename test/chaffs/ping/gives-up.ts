/**
 * Has a deadline, and takes it for the end.
 *
 * Fails: asked-again
 * Looks like: that is no answer
 */
import { dial } from '../../../src/rpc/index.ts';

/** Resolves with the server's answer, however often messages are lost or late. */
export async function ping(serverAddr: string): Promise<string> {
  const client = await dial(serverAddr);
  try {
    return await client.call<string>('Pinger.Ping', {}, { deadlineMs: 100 });
  } finally {
    await client.close();
  }
}
