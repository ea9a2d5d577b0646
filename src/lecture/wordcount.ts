/**
 * The slides' word-count server and its client, step by step in the slides' order: the method,
 * the listener, the client, the request.
 *
 * Source: slides, "Go example: Word count server" and "Word count client".
 */
import { int, record, struct } from '../rpc/go-types.ts';
import { type ClientOptions, dial, Server, type ServerOptions } from '../rpc/index.ts';

// #region messages
export interface WordCountRequest {
  Input: string;
}

export interface WordCountReply {
  /** Read it with Object.entries: `constructor` is a word too. */
  Counts: Record<string, number>;
}
// #endregion

/** To a Go program Counts is a map[string]int; without this it would be a struct. */
const types = { reply: struct('WordCountReply', { Counts: record(int) }) };

export class WordCountServer {
  readonly #server: Server;
  readonly #onRequest: (request: WordCountRequest) => void;

  /** `onRequest` sees each request before it is computed; a demo prints it. */
  constructor(
    onRequest: (request: WordCountRequest) => void = () => {},
    options: ServerOptions = {},
  ) {
    this.#onRequest = onRequest;
    // #region create
    this.#server = new Server(options);
    this.#server.register(this, { types: { Compute: types } });
    // #endregion
  }

  /** Step 1, the method that the wire may call. */
  // #region compute
  Compute(request: WordCountRequest): WordCountReply {
    if (typeof request?.Input !== 'string') {
      throw new Error('WordCountServer.Compute: Input must be a string');
    }
    this.#onRequest(request);
    const counts = new Map<string, number>();
    for (const word of fields(request.Input)) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    return { Counts: Object.fromEntries(counts) };
  }
  // #endregion

  /** Step 2: listen and accept. Lower-case, so nobody can call it over the wire. */
  // #region listen
  listen(serverAddr: string): Promise<string> {
    return this.#server.listen(serverAddr);
  }
  // #endregion

  close(): Promise<void> {
    return this.#server.close();
  }
}

/**
 * Step 3, the client: connect, call, unpack. Rejects with the call's RpcError or a NetworkError.
 * The slides' own server, in Go, speaks `{ codec: 'gob' }`.
 */
export async function makeRequest(
  input: string,
  serverAddr: string,
  options?: ClientOptions,
): Promise<Record<string, number>> {
  // #region client
  const client = await dial(serverAddr, options);
  try {
    const args: WordCountRequest = { Input: input };
    const method = 'WordCountServer.Compute';
    const reply = await client.call<WordCountReply>(method, args, { types });
    return reply.Counts;
  } finally {
    await client.close();
  }
  // #endregion
}

/** The words of a text as Go's strings.Fields sees them: runs of anything but white space. */
export function fields(text: string): string[] {
  return text.match(/\P{White_Space}+/gu) ?? [];
}

/** A map as Go's `%v` prints it: `map[I:1 am:1]`, keys in byte order. */
export function formatMap(counts: Record<string, number>): string {
  const pairs = Object.entries(counts).sort(([a], [b]) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  return `map[${pairs.map(([word, count]) => `${word}:${count}`).join(' ')}]`;
}

/** The slides' sentence. Their printed result says bye:4; count again. */
export const sampleInput = 'hello I am good hello bye bye bye good night hello';
