/**
 * Asks once and waits, for ever if need be.
 *
 * Fails: asked-again
 * Looks like: waits for ever
 */
import { dial } from '../../../src/rpc/index.ts';

/** Resolves with the server's answer, however often messages are lost or late. */
export async function ping(serverAddr: string): Promise<string> {
  const client = await dial(serverAddr);
  try {
    return await client.call<string>('Pinger.Ping', {});
  } finally {
    await client.close();
  }
}
