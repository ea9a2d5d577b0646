/**
 * Knows blanks, tabs and newlines only.
 *
 * Fails: fields
 */
import { dial, Server } from '../../../src/rpc/index.ts';

export interface WordCountRequest {
  Input: string;
}

export interface WordCountReply {
  Counts: Record<string, number>;
}

export class WordCountServer {
  readonly server = new Server();

  /** Counts the words of `Input`; a word is a run of anything but white space. */
  Compute(request: WordCountRequest): WordCountReply {
    const counts = new Map<string, number>();
    for (const word of request.Input.split(/[ \t\n]+/).filter(Boolean)) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    return { Counts: Object.fromEntries(counts) };
  }

  /** Registers this object and listens; resolves with the address that is really bound. */
  async listen(serverAddr: string): Promise<string> {
    this.server.register(this);
    return this.server.listen(serverAddr);
  }

  /** Stops listening and ends every connection. */
  async close(): Promise<void> {
    await this.server.close();
  }
}

/** Asks the server at `serverAddr` to count; rejects when it cannot. */
export async function makeRequest(
  input: string,
  serverAddr: string,
): Promise<Record<string, number>> {
  const client = await dial(serverAddr);
  try {
    const args: WordCountRequest = { Input: input };
    const reply = await client.call<WordCountReply>('WordCountServer.Compute', args);
    return reply.Counts;
  } finally {
    await client.close();
  }
}
