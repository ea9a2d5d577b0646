/**
 * Worked example, solved: ask until there is an answer. README.md walks through it.
 */
import { dial } from '../../src/rpc/index.ts';

/** Resolves with the server's answer, however often messages are lost or late. */
export async function ping(serverAddr: string): Promise<string> {
  const client = await dial(serverAddr);
  try {
    for (;;) {
      const call = client.go<string>('Pinger.Ping', {}, { deadlineMs: 100 });
      const { reply, error } = await call.done;
      if (reply !== undefined) return reply;
      if (error?.isDefinite) throw error;
    }
  } finally {
    await client.close();
  }
}
