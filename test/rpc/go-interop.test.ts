/**
 * Go programs and ours, each as the other's client and server. The oracle is Go itself: what
 * its client prints of its own server is what it must print of ours.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  formatMap,
  makeRequest,
  sampleInput,
  WordCountServer,
} from '../../src/lecture/wordcount.ts';
import { Server } from '../../src/rpc/index.ts';
import { Arith, arithTypes } from './go/arith.ts';
import {
  describeWithGo,
  type GoAddresses,
  runGo,
  startArithServer,
  startWordCountServer,
} from './go/go.ts';

const counted = 'map[I:1 am:1 bye:3 good:2 hello:3 night:1]';

describeWithGo("the slides' word count in Go and ours", () => {
  test('the Go client counts at our server, knowing nothing of us', async () => {
    const server = new WordCountServer();
    const address = await server.listen('localhost:0');
    const words = sampleInput.split(' ');
    const printed = await runGo('wordcount', ['client', address, ...words]);
    expect(printed).toBe(`Result: ${counted}\n`);
    await server.close();
  });

  test('our client counts at the Go server', async () => {
    const address = await startWordCountServer();
    const counts = await makeRequest(sampleInput, address, { codec: 'gob' });
    expect(formatMap(counts)).toBe(counted);
  });

  test('the Go client counts at the Go server: the oracle', async () => {
    const address = await startWordCountServer();
    const words = sampleInput.split(' ');
    const printed = await runGo('wordcount', ['client', address, ...words]);
    expect(printed).toBe(`Result: ${counted}\n`);
  });
});

describeWithGo('a Go client', () => {
  const server = new Server();
  let goServer: GoAddresses;
  let ours: string;

  beforeAll(async () => {
    goServer = await startArithServer();
    server.register(new Arith(), { types: arithTypes });
    ours = await server.listen('127.0.0.1:0');
  });
  afterAll(() => server.close());

  describe.each(['gob', 'gob-http', 'go-json'] as const)('over %s', (codec) => {
    const play = async (address: string) =>
      (await runGo('arith-client', [codec, address]))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line, emptyIsNil) as Step);

    test('calls everything, and cannot tell our server from its own', async () => {
      const [wanted, got] = await Promise.all([play(goServer[codec]), play(ours)]);
      const last = wanted.at(-1) as Step;
      // Documented, under `Requests in JSON`. Ours is one that Go's client can read.
      if (codec === 'go-json') {
        expect(last).toMatchObject({
          error: 'invalid error <nil>',
          isServerError: false,
        });
        wanted[wanted.length - 1] = { step: last.step, reply: { C: 0 } };
      }
      expect(got).toEqual(wanted);
    });

    test('sends 500 values made by chance, and gets each back', async () => {
      const printed = await runGo('arith-client', [codec, ours, '1', '500']);
      expect(printed).toBe('{"reply":500,"step":"values"}\n');
    });
  });
});

interface Step {
  readonly step: string;
  readonly reply?: unknown;
  readonly error?: string;
}

/** Documented: a nil slice, map or []byte. What is nil in Go is empty here, so neither can be told. */
function emptyIsNil(name: string, value: unknown): unknown {
  if (name === 'Data' && value === '') return null;
  if (name === 'reply' && typeof value === 'string' && value.startsWith('{')) {
    return JSON.parse(value, emptyIsNil);
  }
  const isEmpty = typeof value === 'object' && Object.keys(value ?? {}).length === 0;
  return isEmpty ? null : value;
}
