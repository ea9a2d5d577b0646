/** JSON-RPC 2.0 messages that are not one plain call keep the promises of those that are. */
import { expect, test } from 'vitest';
import type { CodecName } from '../../../src/rpc/index.ts';
import { toBuffer } from '../fuzz/seeds.ts';
import { createTarget, LooseEnd, misdeeds, settle } from '../fuzz/target.ts';

async function answerTo(text: string, codec: CodecName = 'json-rpc') {
  const server = createTarget({ codecs: [codec], limits: { maxNameLength: 20 } });
  const end = new LooseEnd();
  void server.serveConn(end);
  end.push(Buffer.from(text));
  await settle();
  expect(misdeeds.splice(0)).toEqual([]);
  return end.sent.map((frame) => toBuffer(frame).toString());
}

const request = (method: string, params: unknown, id: unknown = 1) =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params });

test('a method in a batch or with id null gets its args by their Go types', async () => {
  const wrong = request('Typed.Add', { A: 'x' });
  const message = 'json: cannot unmarshal string into Go struct field Args.A of type int';
  const [batch] = await answerTo(`[${wrong},${request('Typed.Add', { a: 1, Z: 1 })}]\n`);
  expect(JSON.parse(batch as string)).toEqual([
    { jsonrpc: '2.0', id: 1, error: { code: -32602, message } },
    { jsonrpc: '2.0', id: 1, result: { C: 1 } },
  ]);
  const [single] = await answerTo(`${request('Typed.Add', { A: 'x' }, null)}\n`);
  expect(JSON.parse(single as string).error).toEqual({ code: -32602, message });
});

test('an unknown method in a batch is named, as outside of one', async () => {
  const [batch] = await answerTo(`[${request('Target.Nope', {})}]\n`);
  expect(JSON.parse(batch as string)[0].error).toEqual({
    code: -32601,
    message: "rpc: can't find method Target.Nope",
  });
});

test.each([
  ['a method', request('x'.repeat(21), {})],
  ['an id', request('Target.Add', {}, 'x'.repeat(21))],
])('%s that is too long is refused by the name of the limit', async (_what, text) => {
  for (const message of [`${text}\n`, `[${text}]\n`]) {
    const [answer] = await answerTo(message);
    const { id, error } = [JSON.parse(answer as string)].flat()[0];
    expect(id).toBe(null);
    expect(error).toEqual({
      code: -32600,
      message: 'rpc: a method or id is over 20 characters (maxNameLength)',
    });
  }
});

test('a number with too many digits is not echoed as an id', async () => {
  const text = request('Target.Add', {}).replace('1', `1${'0'.repeat(20)}`);
  expect(JSON.parse((await answerTo(`${text}\n`))[0] as string)).toMatchObject({
    id: null,
    error: {
      message: 'rpc: request is with an id of over 20 characters (maxNameLength)',
    },
  });
});

test('bytes in a batch over framed JSON leave the frames around it whole', async () => {
  const batch = `[${request('Target.Bytes', {})},${request('Target.Echo', { a: 1 })}]`;
  const head = Buffer.alloc(4);
  head.writeUInt32BE(batch.length);
  const [answer] = await answerTo(head.toString('latin1') + batch, 'framed-json');
  const results = JSON.parse((answer as string).slice(4));
  expect(results).toHaveLength(2);
  expect(results[1].result).toEqual({ a: 1 });
});
