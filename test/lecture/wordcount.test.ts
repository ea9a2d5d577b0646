/** The slides' word-count service: Go's idea of a word, any word safe, errors loud. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  fields,
  formatMap,
  makeRequest,
  sampleInput,
  WordCountServer,
} from '../../src/lecture/wordcount.ts';
import { dial } from '../../src/rpc/index.ts';

let server: WordCountServer;
let address: string;

beforeEach(async () => {
  server = new WordCountServer();
  address = await server.listen('localhost:0');
});

afterEach(() => server.close());

test("the slides' sentence, with the true number of byes", async () => {
  expect(formatMap(await makeRequest(sampleInput, address))).toBe(
    'map[I:1 am:1 bye:3 good:2 hello:3 night:1]',
  );
});

test('any word is safe', async () => {
  const words = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'];
  const counts = await makeRequest([...words, ...words].join(' '), address);
  expect(Object.entries(counts).sort()).toEqual(words.map((word) => [word, 2]).sort());
});

test.each([
  ['', []],
  [' \t\n ', []],
  ['  a  b\tc\nd\r\ne\vf\fg ', ['a', 'b', 'c', 'd', 'e', 'f', 'g']],
  [
    'no-break\u00a0space, next\u0085line, ideographic\u3000space',
    ['no-break', 'space,', 'next', 'line,', 'ideographic', 'space'],
  ],
  ['\ufeffmark is no space', ['\ufeffmark', 'is', 'no', 'space']],
  ['Case, kept!', ['Case,', 'kept!']],
])("fields(%j) as Go's strings.Fields", (text, words) => {
  expect(fields(text)).toEqual(words);
});

test('keys print in byte order, as Go prints them', () => {
  expect(formatMap({ '\uffee': 1, '🚀': 2, b: 3, B: 4 })).toBe(
    'map[B:4 b:3 \uffee:1 🚀:2]',
  );
});

test.each([[{}], [{ Input: 5 }], [null], ['text']])(
  'args %j are refused, definitely',
  async (args) => {
    const client = await dial(address);
    const { error } = await client.go('WordCountServer.Compute', args).done;
    expect(error).toMatchObject({
      message: 'WordCountServer.Compute: Input must be a string',
      isDefinite: true,
    });
    await client.close();
  },
);

test('only Compute may be called from the wire', async () => {
  const client = await dial(address);
  for (const method of ['listen', 'close', 'constructor']) {
    await expect(client.call(`WordCountServer.${method}`, {})).rejects.toThrow(
      "rpc: can't find method",
    );
  }
  await client.close();
});
