/**
 * Our client at a Go server. The oracle is our own server beside it: whatever the one replies,
 * the other must reply too, over every wire that Go speaks.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Complex, GoTime, pointer, string } from '../../src/rpc/go-types.ts';
import { type Call, Client, dial, dialHttp, Server } from '../../src/rpc/index.ts';
import { dialAddress } from '../../src/rpc/network.ts';
import { Args, Arith, arithTypes, Reply } from './go/arith.ts';
import { describeWithGo, type GoAddresses, startArithServer } from './go/go.ts';

type Name = keyof typeof arithTypes;

const long = 'long '.repeat(200_000);
const rich = {
  OK: true,
  I8: -128,
  I64: -(2n ** 63n),
  U16: 65_535,
  U64: 2n ** 64n - 1n,
  F32: Math.fround(0.1),
  F64: Math.PI,
  S: 'rích 🚀',
  Data: new Uint8Array([0, 255]),
  T: new GoTime(Date.UTC(2024, 1, 15, 12), 1),
  P: { Name: 'pointed to', Tags: ['a', ''] },
  List: [
    { Name: '', Tags: [] },
    { Name: 'second', Tags: [] },
  ],
  ByName: { '': { Name: '', Tags: [] }, k: { Name: 'v', Tags: ['t'] } },
  ByID: new Map([
    [-1, 0.5],
    [2, -2],
  ]),
  Fixed: [1, 0, -1],
  Any: 'anything',
};

/** [method, args, reply or error]; what comes back equal needs no third. */
const calls: [Name, unknown, unknown?][] = [
  ['Add', { A: 7, B: 8 }, { C: 15 }],
  ['Div', { A: 7, B: 2 }, { C: 3 }],
  ['Div', { A: 7, B: 0 }, 'divide by zero'],
  ['Empty', { A: 1, B: 2 }, { C: 0 }],
  ['Map', 5, { x: 5 }],
  ['Echo', ''],
  ['Echo', 'hé 世界 🚀 <&> \u2028 \0'],
  ['Echo', long],
  ['Bytes', new Uint8Array(0)],
  ['Bytes', new Uint8Array([0, 127, 128, 255])],
  ['Big', 2 ** 53 - 1],
  ['Big', 2n ** 53n + 1n],
  ['Big', 2n ** 63n - 1n],
  ['Big', -(2n ** 63n)],
  ['U', 2n ** 64n - 1n],
  ['F', 5e-324],
  ['F', -1.7976931348623157e308],
  ['Time', new GoTime(Date.UTC(2024, 1, 29, 23, 59, 59, 123), 456_789)],
  ['Time', new GoTime(Date.UTC(1969, 6, 20, 20, 17, 40), 0, -4 * 60)],
  ['Rich', rich],
];

const unknownNames = {
  'Arith.Nope': "rpc: can't find method Arith.Nope",
  'Nope.Add': "rpc: can't find service Nope.Add",
  nodot: 'rpc: service/method request ill-formed: nodot',
};

describeWithGo('our client at a Go server', () => {
  const server = new Server();
  const clients: Client[] = [];
  let addresses: { Go: GoAddresses; our: GoAddresses };

  beforeAll(async () => {
    server.register(new Arith(), { types: arithTypes });
    const ours = await server.listen('127.0.0.1:0');
    addresses = {
      Go: await startArithServer(),
      our: { gob: ours, 'gob-http': ours, 'go-json': ours },
    };
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await server.close();
  });

  const wires = (['gob', 'gob-http', 'go-json'] as const).flatMap((wire) => [
    ['Go', wire] as const,
    ['our', wire] as const,
  ]);
  describe.each(wires)('%s server over %s', (whose, wire) => {
    const connect = async () => {
      const address = addresses[whose][wire];
      const client =
        wire === 'gob-http'
          ? await dialHttp(address)
          : await dial(address, { codec: wire });
      clients.push(client);
      return client;
    };
    let client: Client;
    beforeAll(async () => {
      client = await connect();
    });

    test('every kind of value arrives, and comes back as it was', async () => {
      for (const [name, args, wanted = args] of calls) {
        const types = arithTypes[name];
        const { reply, error } = await client.go(`Arith.${name}`, args, { types }).done;
        if (error === undefined) expect(reply, name).toEqual(wanted);
        else expect(error, name).toMatchObject({ name: 'ServerError', message: wanted });
      }
    });

    test('a megabyte of bytes', async () => {
      const sent = Buffer.from(Array.from({ length: 1_000_000 }, (_, i) => i * 7));
      const types = arithTypes.Bytes;
      const reply = await client.call<Uint8Array>('Arith.Bytes', sent, { types });
      expect(sent.equals(reply)).toBe(true);
    });

    test('the server understood each field', async () => {
      const text = await client.call<string>('Arith.Describe', rich, {
        types: arithTypes.Describe,
      });
      expect(JSON.parse(text)).toMatchObject({
        F32: 0.1,
        Data: 'AP8=',
        T: '2024-02-15T12:00:00.000000001Z',
        ByID: { '-1': 0.5, '2': -2 },
      });
      expect(text).toContain('"I64":-9223372036854775808,');
      expect(text).toContain('"U64":18446744073709551615,');
    });

    test('a name that leads nowhere fails its own call only', async () => {
      for (const [name, message] of Object.entries(unknownNames)) {
        const { error } = await client.go(name, { A: 1 }).done;
        expect(error).toMatchObject({ message, isDefinite: true });
      }
      expect(await client.call('Arith.Add', { A: 1, B: 1 })).toEqual({ C: 2 });
    });

    test('args that do not fit fail their own call only', async () => {
      const { error } = await client.go('Arith.Map', 'text').done;
      expect(error?.message).toMatch(/int/);
      expect(await client.call('Arith.Add', { A: 1, B: 1 })).toEqual({ C: 2 });
    });

    test('a reply that does not fit fails its own call only', async () => {
      const types = { args: Args, reply: string };
      const { error } = await client.go('Arith.Add', { A: 1, B: 1 }, { types }).done;
      expect(error?.message).toMatch(/^reading body /);
      expect(await client.call('Arith.Add', { A: 1, B: 1 })).toEqual({ C: 2 });
    });

    test('a hundred calls at once, each with its own reply', async () => {
      const numbers = Array.from({ length: 100 }, (_, i) => i);
      const replies = await Promise.all(
        numbers.map((i) => client.call('Arith.Add', { A: i, B: i })),
      );
      expect(replies).toEqual(numbers.map((i) => ({ C: 2 * i })));
    });

    test('a later call may be answered first', async () => {
      const settled: Call[] = [];
      const wait = client.go('Arith.Wait', 1, { types: arithTypes.Wait });
      void wait.done.then((call) => settled.push(call as Call));
      await client.call('Arith.Add', { A: 1, B: 2 });
      expect(settled).toEqual([]);
      await client.call('Arith.Open', 0, { types: arithTypes.Open });
      expect((await wait.done).reply).toBe(1);
    });

    const halfClosing = async (codec: 'gob' | 'go-json') => {
      const transport = await dialAddress(addresses[whose][wire]);
      const half = new Client(transport, { codec });
      const wait = half.go('Arith.Wait', 2, { types: arithTypes.Wait });
      transport.end();
      await client.call('Arith.Open', 0, { types: arithTypes.Open });
      expect((await wait.done).reply).toBe(2);
      await half.close();
    };
    // Once it speaks HTTP, Go's DialHTTP has no half to close either.
    if (wire !== 'gob-http') {
      test('a half-closed client gets its reply', () => halfClosing(wire));
    }

    if (wire !== 'go-json') {
      test('a complex number, which JSON cannot hold', async () => {
        const sent = new Complex(1.5, -2);
        const types = arithTypes.Complex;
        expect(await client.call('Arith.Complex', sent, { types })).toEqual(sent);
      });
    }

    // Over gob the process of an older Go server ends of it.
    if (whose === 'our' || wire === 'go-json') {
      test('a reply that is nil', async () => {
        const own = await connect();
        const types = { args: Args, reply: pointer(Reply) };
        const { reply, error } = await own.go('Arith.NilReply', {}, { types }).done;
        // Documented, under `Requests in JSON`.
        if (whose === 'Go') expect(error?.message).toBe('invalid error <nil>');
        else expect({ reply, error }).toEqual({ reply: { C: 0 } });
      });
    }
  });
});
