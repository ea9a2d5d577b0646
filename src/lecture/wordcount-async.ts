/**
 * The word-count client that does not wait, in the slides' two ways: the reply comes out of a
 * channel, or the call itself says when it is done.
 *
 * Source: slides, "Making client asynchronous - Option 1" and "Option 2".
 */
import { type Call, Channel, type Client } from '../rpc/index.ts';
import type { WordCountReply } from './wordcount.ts';

export type Counts = Record<string, number>;
export type Result = { counts: Counts } | { error: Error };

const method = 'WordCountServer.Compute';

/** Returns at once; one result comes out of the channel, be it good or bad. */
// #region option-1
export function requestOnChannel(Input: string, client: Client) {
  const channel = new Channel<Result>(1);
  client.call<WordCountReply>(method, { Input }).then(
    ({ Counts }) => channel.send({ counts: Counts }),
    (error) => channel.send({ error }),
  );
  return channel;
}
// #endregion

/** Returns at once, with the call; its `done` never rejects. */
// #region option-2
export function goRequest(Input: string, client: Client): Call<WordCountReply> {
  return client.go<WordCountReply>(method, { Input });
}
// #endregion

/** What the caller of option 2 does with the call. */
// #region handle
export async function countOf(word: string, Input: string, client: Client) {
  const call = goRequest(Input, client);
  // Here the client may do something else.
  await call.done;
  if (call.error) throw call.error;
  return call.reply?.Counts[word] ?? 0;
}
// #endregion
