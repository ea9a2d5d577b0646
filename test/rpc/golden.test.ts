/**
 * What Go said, recorded, and what we say to the same bytes. Every difference is in
 * `slides-notes/differences-from-go.md`, with its reason.
 */
import { describe, expect, test } from 'vitest';
import { createGobClientCodec, createGobServerCodec } from '../../src/rpc/gob/codec.ts';
import { Client, defaultLimits, Server } from '../../src/rpc/index.ts';
import { describeAnswers } from './canonical.ts';
import { listDifferences } from './differences.ts';
import { Args, Arith, arithTypes, Reply } from './go/arith.ts';
import * as gob from './gob/golden.ts';
import { RawEnd } from './raw-end.ts';
import * as recording from './recording.ts';

test('the whole recording is looked at', () => {
  expect(recording.countLines()).toEqual({
    conversations: recording.readConversations().length,
    replies: recording.readReplies().length,
    calls: recording.readGobSession().length,
    values: recording.readGobValues().size,
  });
});

async function askOurServer(input: Buffer): Promise<string> {
  const server = new Server({ codecs: ['go-json'], http: false });
  server.register(new Arith(), { types: arithTypes });
  const end = new RawEnd();
  void server.serveConn(end);
  end.say(input);
  await end.settled();
  const lines = end.sent.toString().split('\n').slice(0, -1);
  return describeAnswers(lines, end.isHungUp);
}

test('our JSON server answers each request as Go did, or as documented', async () => {
  const differences = [];
  for (const { input, output, isHungUp } of recording.readConversations()) {
    const ours = await askOurServer(input);
    const go = describeAnswers(output, isHungUp);
    if (go !== ours) differences.push({ input: input.toString().trim(), go, ours });
  }
  expect(differences).toEqual(listDifferences('Requests in JSON'));
});

/** The recorded end of one call, and ours: the reply or the error, and what came after. */
async function compareReply(recorded: recording.Reply) {
  const end = new RawEnd();
  const client = new Client(end, { codec: 'go-json' });
  const types = { args: Args, reply: Reply };
  const call = client.go('Arith.Add', { A: 1, B: 2 }, { types });
  const sent = end.sent.toString();
  end.say(recorded.response);
  end.abort();
  const { reply, error } = await call.done;
  const next = await client.go('Arith.Add', {}).done;
  const close = await client.close();
  const { isServerError, error: goError } = recorded;
  const goReply = recorded.reply.replace(/^&\{(\d+)\}$/, '{"C":$1}');
  return {
    sent,
    go: describeEnd(goReply, goError, isServerError),
    ours: describeEnd(
      recorded.hasReply ? JSON.stringify(reply) : '<nil>',
      error?.message ?? '<nil>',
      error?.name === 'ServerError',
    ),
    after: [
      ['the next call', recorded.nextError, next.error?.message],
      ['a second Close', recorded.secondClose, String(close)],
    ],
  };
}

function describeEnd(reply: string, error: string, isServerError: boolean): string {
  if (error === '<nil>') return `reply ${reply}`;
  return `${isServerError ? 'ServerError' : 'error'} ${error}`;
}

test('our JSON client makes of each reply what Go did, or what is documented', async () => {
  const differences = [];
  const after = new Map<string, object>();
  for (const recorded of recording.readReplies()) {
    const { sent, go, ours, after: later } = await compareReply(recorded);
    expect(sent).toBe(recorded.sent);
    if (go !== ours) differences.push({ input: recorded.response.trim(), go, ours });
    for (const [input = '', was, is] of later)
      if (was !== is) after.set(`${input} ${was} ${is}`, { input, go: was, ours: is });
  }
  expect(differences).toEqual(listDifferences('Replies in JSON'));
  expect([...after.values()]).toEqual(listDifferences('After the connection has ended'));
});

describe('the recorded gob session', () => {
  const session = recording.readGobSession();

  test("our server reads Go's requests, and our client Go's replies", () => {
    const server = createGobServerCodec(defaultLimits);
    const client = createGobClientCodec(defaultLimits);
    for (const [seq, { method, request, response, error }] of session.entries()) {
      server.push(request);
      expect(server.readRequest()).toEqual({ serviceMethod: method, seq });
      client.push(response);
      expect(client.readResponse()).toEqual({
        seq,
        error: error === '<nil>' ? undefined : { message: error, code: -32000 },
      });
    }
    expect([server.hasPartialFrame, client.readResponse()]).toEqual([false, undefined]);
  });

  test("to Go's requests our server gives Go's replies, byte for byte but for type ids", async () => {
    const server = new Server({ codecs: ['gob'], http: false });
    server.register(new Arith(), { types: arithTypes });
    const end = new RawEnd();
    void server.serveConn(end);
    const ours = createGobClientCodec(defaultLimits);
    const go = createGobClientCodec(defaultLimits);
    let seen = 0;
    for (const { method, request, response } of session) {
      end.say(request);
      await end.settled();
      ours.push(end.sent.subarray(seen));
      seen = end.sent.length;
      go.push(response);
      const [mine, its] = [ours.readResponse(), go.readResponse()];
      expect(mine).toEqual(its);
      if (!mine || !its) throw new Error(`${method}: no response`);
      expect(ours.readReply(mine, undefined)).toEqual(go.readReply(its, undefined));
    }
    const recorded = Buffer.concat(session.map(({ response }) => response));
    expect(seen).toBe(recorded.length);
  });
});

/** What is in `gob/golden.ts` is written and read there; Go 1.26 wrote the same as Go 1.19. */
test('each recorded gob value is one that gob/golden.test.ts encodes and decodes', () => {
  const tested = Object.values(gob.values) as string[];
  for (const [name, hex] of recording.readGobValues())
    expect(
      tested.some((bytes) => bytes.startsWith(hex)),
      name,
    ).toBe(true);
});
