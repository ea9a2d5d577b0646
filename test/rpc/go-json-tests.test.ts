/**
 * Go's own tests of net/rpc/jsonrpc, told again for our server and client, which are asked by
 * hand. The table of what each has become is `slides-notes/go-tests.md`.
 */
import { describe, expect, test } from 'vitest';
import { Client, Server } from '../../src/rpc/index.ts';
import { registerAll, sevenAndEight } from './go-services.ts';
import { RawEnd } from './raw-end.ts';

/** A JSON server, asked by hand. */
function serveJson() {
  const server = new Server();
  registerAll(server);
  const end = new RawEnd();
  const served = server.serveConn(end);
  const ask = async (text: string) => {
    const seen = end.sent.length;
    end.say(text);
    await end.settled();
    return JSON.parse(end.sent.subarray(seen).toString() || 'null');
  };
  return { end, ask, served };
}

describe('net/rpc/jsonrpc', () => {
  test('a request without params is an error', async () => {
    const answered = await serveJson().ask('{"method": "Arith.Add", "id": "123"}');
    expect(answered).toEqual({
      id: '123',
      result: null,
      error: 'jsonrpc: request body missing params',
    });
  });

  test('an empty message is answered with an error', async () => {
    expect((await serveJson().ask('{}')).error).toContain('ill-formed');
  });

  test('ten requests by hand, without a newline: each id comes back', async () => {
    const { ask } = serveJson();
    for (let i = 0; i < 10; i++) {
      const request = `{"method": "Arith.Add", "id": "\\u000${i}", "params": [{"A": ${i}, "B": ${i + 1}}]}`;
      expect(await ask(request)).toEqual({
        id: String.fromCharCode(i),
        result: { C: 2 * i + 1 },
        error: null,
      });
    }
  });

  test('what is no JSON ends the connection', async () => {
    const { end, served } = serveJson();
    end.say('{id:1}');
    end.finish();
    await served;
    expect(end.sent.length).toBe(0);
  });

  test('a response that says neither result nor error is an error', async () => {
    const end = new RawEnd();
    const client = new Client(end, { codec: 'go-json' });
    const call = client.go('Arith.Add', sevenAndEight);
    end.say('{"id":0,"result":null,"error":null}');
    expect((await call.done).error?.message).toBe('invalid error <nil>');
  });

  test('an error is answered with the result null, whatever the method had made', async () => {
    const answered = await serveJson().ask(
      '{"method": "Arith.Div", "id": "123", "params": [{"A": 1}]}',
    );
    expect(answered).toEqual({ id: '123', result: null, error: 'divide by zero' });
  });

  test('a connection that fails while it is read is let go', async () => {
    const { end, served } = serveJson();
    end.abort(new Error('unexpected error!'));
    await served;
  });
});
