/**
 * Takes an error of the server for silence.
 *
 * Fails: once-is-enough
 * Looks like: it is definite
 */
import { dial } from '../../../src/rpc/index.ts';

/** Resolves with the server's answer, however often messages are lost or late. */
export async function ping(serverAddr: string): Promise<string> {
  const client = await dial(serverAddr);
  try {
    for (;;) {
      const call = client.go<string>('Pinger.Ping', {}, { deadlineMs: 100 });
      const { reply } = await call.done;
      if (reply !== undefined) return reply;
    }
  } finally {
    await client.close();
  }
}
