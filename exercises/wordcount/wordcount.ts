/**
 * Exercise: the slides' word-count server and client. README.md says what to do.
 */
import { dial, Server } from '../../src/rpc/index.ts';

export interface WordCountRequest {
  Input: string;
}

export interface WordCountReply {
  Counts: Record<string, number>;
}

// TODO: write the four functions below, in this order. `Server` and `dial` are all you need.
export class WordCountServer {
  readonly server = new Server();

  /** Counts the words of `Input`; a word is a run of anything but white space. */
  Compute(request: WordCountRequest): WordCountReply {
    throw new Error('Compute is not written yet');
  }

  /** Registers this object and listens; resolves with the address that is really bound. */
  async listen(serverAddr: string): Promise<string> {
    throw new Error('listen is not written yet');
  }

  /** Stops listening and ends every connection. */
  async close(): Promise<void> {
    throw new Error('close is not written yet');
  }
}

/** Asks the server at `serverAddr` to count; rejects when it cannot. */
export async function makeRequest(
  input: string,
  serverAddr: string,
): Promise<Record<string, number>> {
  throw new Error('makeRequest is not written yet');
}
