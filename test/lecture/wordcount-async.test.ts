/** The word-count clients that do not wait, over a real socket. */
import { expect, test } from 'vitest';
import { sampleInput, WordCountServer } from '../../src/lecture/wordcount.ts';
import { countOf, requestOnChannel } from '../../src/lecture/wordcount-async.ts';
import { dial } from '../../src/rpc/index.ts';

test('a result comes out of the channel, or out of the call; so does an error', async () => {
  const server = new WordCountServer();
  const client = await dial(await server.listen('localhost:0'));
  expect(await requestOnChannel('a b a', client).receive()).toEqual({
    counts: { a: 2, b: 1 },
  });
  expect(await countOf('bye', sampleInput, client)).toBe(3);
  expect(await countOf('never', sampleInput, client)).toBe(0);
  await server.close();
  await client.closed;
  const error = expect.any(Error);
  expect(await requestOnChannel('a', client).receive()).toEqual({ error });
  await expect(countOf('a', 'a', client)).rejects.toEqual(error);
  await client.close();
});
