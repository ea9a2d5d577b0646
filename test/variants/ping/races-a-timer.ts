/**
 * Correct: every call may still be answered, and a timer of its own starts the next.
 */
import { dial } from '../../../src/rpc/index.ts';

/** Resolves with the server's answer, however often messages are lost or late. */
export async function ping(serverAddr: string): Promise<string> {
  const client = await dial(serverAddr);
  try {
    let answer: string | undefined;
    while (answer === undefined) {
      const late = new Promise<undefined>((resolve) =>
        setTimeout(resolve, 80, undefined),
      );
      answer = await Promise.race([client.call<string>('Pinger.Ping', {}), late]);
    }
    return answer;
  } finally {
    await client.close();
  }
}
