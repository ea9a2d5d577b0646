/**
 * Go's own tests of net/rpc, told again for our server and client. The table of what each has
 * become is `slides-notes/go-tests.md`.
 */
import { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answer } from '../../src/rpc/answer.ts';
import type { ServerCodec } from '../../src/rpc/codec.ts';
import { struct } from '../../src/rpc/go-types.ts';
import {
  type Call,
  Channel,
  Client,
  ConnectionLostError,
  dial,
  dialHttp,
  NotSentError,
  pipe,
  Server,
  ShutdownError,
  streamTransport,
} from '../../src/rpc/index.ts';
import { reflectService } from '../../src/rpc/service.ts';
import { Services } from '../../src/rpc/services.ts';
import { Arith as GatedArith } from './arith.ts';
import {
  type Args,
  Arith,
  arith,
  builtinTypes,
  registerAll,
  sevenAndEight,
} from './go-services.ts';
import { RawEnd } from './raw-end.ts';

const server = new Server({ http: { rpcPath: '/foo', debugPath: '/bar' } });
const defaults = new Server();
let address: string;
let defaultAddress: string;

beforeAll(async () => {
  for (const each of [server, defaults]) {
    registerAll(each);
  }
  server.registerName('newServer.Arith', new Arith(), { types: arith });
  address = await server.listen('127.0.0.1:0');
  defaultAddress = await defaults.listen('127.0.0.1:0');
});
afterAll(() => Promise.all([server.close(), defaults.close()]));

describe.each(['gob', 'go-json', 'json-rpc'] as const)('net/rpc over %s', (codec) => {
  let client: Client;
  beforeAll(async () => {
    client = await dial(address, { codec });
  });
  afterAll(() => client.close());

  test('a call returns its reply, and an inherited method is a method', async () => {
    expect(await client.call('Arith.Add', sevenAndEight)).toEqual({ C: 15 });
    expect(await client.call('Embed.Exported', { A: 7, B: 0 })).toEqual({ C: 7 });
  });

  test('a method or a service that is not there is an error', async () => {
    const method = client.call('Arith.BadOperation', sevenAndEight);
    await expect(method).rejects.toThrow("rpc: can't find method Arith.BadOperation");
    const service = client.call('Nobody.Add', sevenAndEight);
    await expect(service).rejects.toThrow("rpc: can't find service Nobody.Add");
  });

  test('two calls at once: each waits on its own done', async () => {
    const mul = client.go('Arith.Mul', sevenAndEight);
    const add = client.go('Arith.Add', sevenAndEight);
    expect((await add.done).reply).toEqual({ C: 15 });
    expect((await mul.done).reply).toEqual({ C: 56 });
  });

  test('what a method throws is the error of its call', async () => {
    await expect(client.call('Arith.Div', { A: 7, B: 0 })).rejects.toThrow(
      'divide by zero',
    );
  });

  test('args of the wrong type are an error that speaks of types', async () => {
    await expect(client.call('Arith.Add', 'seven')).rejects.toThrow('type');
  });

  test('args and replies need not be structs', async () => {
    expect(await client.call('Arith.Scan', '12345')).toEqual({ C: 12345 });
    expect(await client.call('Arith.String', { A: 27, B: 35 })).toBe('27+35=62');
  });

  test('a service may have dots in its name, and belongs to its server', async () => {
    expect(await client.call('net.rpc.Arith.Add', sevenAndEight)).toEqual({ C: 15 });
    expect(await client.call('newServer.Arith.Add', sevenAndEight)).toEqual({ C: 15 });
    const other = await dial(defaultAddress, { codec });
    await expect(other.call('newServer.Arith.Add', {})).rejects.toThrow("can't find");
    await other.close();
  });

  test('a reply may be a map, a slice or an array', async () => {
    const call = (name: keyof typeof builtinTypes) => {
      const types = builtinTypes[name];
      return client.call(`BuiltinTypes.${name}`, sevenAndEight, { types });
    };
    expect(await call('Map')).toEqual(new Map([[7, 8]]));
    expect(await call('Slice')).toEqual([7, 8]);
    expect(await call('Array')).toEqual([7, 8]);
  });
});

describe('net/rpc over HTTP', () => {
  test('a client connects at the usual path, or at one of our own', async () => {
    for (const connect of [dialHttp(defaultAddress), dialHttp(address, '/foo')]) {
      const client = await connect;
      expect(await client.call('Arith.Add', sevenAndEight)).toEqual({ C: 15 });
      await client.close();
    }
    await expect(dialHttp(address)).rejects.toThrow(
      `dial-http tcp ${address}: unexpected HTTP response: 404 Not Found`,
    );
  });

  test('a client that has closed leaves no connection behind', async () => {
    const client = await dialHttp(defaultAddress);
    expect(await client.call('Arith.Mul', { A: 17, B: 8 })).toEqual({ C: 136 });
    await client.close();
    await client.closed;
  });

  test('a call after close is refused, and was never sent', async () => {
    const client = await dialHttp(defaultAddress);
    await client.close();
    const { error } = await client.go('Arith.Add', { A: 7, B: 9 }).done;
    expect(error).toBeInstanceOf(ShutdownError);
    expect(error).toMatchObject({ message: 'connection is shut down', isDefinite: true });
  });
});

test('one request by a codec written by hand, and one whose args it cannot read', async () => {
  const services = new Services();
  services.add(reflectService(new Arith()));
  const request = { serviceMethod: 'Arith.Add' };
  const ask = async (args: Args | undefined) => {
    const codec: ServerCodec = {
      push: () => {},
      hasPartialFrame: false,
      readRequest: () => request,
      readArgs: () => {
        if (!args) throw new Error('unexpected EOF');
        return args;
      },
      encodeReply: (_request, reply) => JSON.stringify(reply),
      encodeError: (_request, message) => message,
      encodeFarewell: () => undefined,
    };
    const answered = await answer(services, codec, request);
    return answered.encode();
  };
  expect(await ask(sevenAndEight)).toBe('{"C":15}');
  expect(await ask(undefined)).toBe('unexpected EOF');
});

test('an object that has nothing to call is refused, with a hint where one helps', () => {
  const Local = struct('local', {});
  class ArgNotPublic {
    ArgNotPublic() {}
  }
  class ReplyNotPublic {
    ReplyNotPublic() {}
  }
  class TooMany {
    TooMany(_args: unknown, _reply: unknown) {}
  }
  const register =
    (receiver: object, types = {}) =>
    () =>
      new Server().register(receiver, { types });
  const args = { ArgNotPublic: { args: Local } };
  expect(register(new ArgNotPublic(), args)).toThrow('is not exported: "main.local"');
  const reply = { ReplyNotPublic: { reply: Local } };
  expect(register(new ReplyNotPublic(), reply)).toThrow('is not exported: "main.local"');
  expect(register(new TooMany())).toThrow('has 2 input parameters');
  expect(register(Arith)).toThrow('hint: pass an instance');
});

test('args that cannot be written do not stop the calls after them', async () => {
  const client = await dial(address, { codec: 'gob' });
  for (let attempt = 0; attempt < 2; attempt++) {
    const { error } = await client.go('Arith.Add', { A: 2n ** 64n }).done;
    expect(error).toBeInstanceOf(NotSentError);
  }
  expect(await client.call('Arith.Add', sevenAndEight)).toEqual({ C: 15 });
  await client.close();
});

test('a write that fails is the error of the call, word for word', async () => {
  const crasher = new Duplex({
    read: () => {},
    write: (_chunk, _encoding, done) => done(new Error('fake write failure')),
  });
  const client = new Client(streamTransport(crasher), { codec: 'gob' });
  const { error } = await client.go('foo', 1).done;
  expect(error).toBeInstanceOf(ConnectionLostError);
  expect(error).toMatchObject({ message: 'fake write failure', isDefinite: false });
});

test('a server that has stopped listening accepts nobody, and may be stopped again', async () => {
  const stopped = new Server();
  stopped.register(new Arith());
  const where = await stopped.listen('127.0.0.1:0');
  await stopped.close();
  await expect(dial(where)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await stopped.close();
});

test('a client that has half-closed gets the reply of its running call', async () => {
  const slow = new Server();
  const gated = new GatedArith();
  slow.registerName('Arith', gated);
  const [left, right] = pipe();
  const served = slow.serveConn(left);
  const client = new Client(right, { codec: 'gob' });
  await client.call('Arith.Add', sevenAndEight);
  const done = new Channel<Call>(1);
  client.go('Arith.Wait', {}, { done });
  right.end();
  while (gated.waiting === 0) await new Promise(setImmediate);
  gated.open();
  expect((await done.receive())?.error).toBeUndefined();
  await client.close();
  await served;
});

test('close lets go of the connection even when nothing can be read from it any more', async () => {
  const end = new RawEnd();
  const client = new Client(end, { codec: 'go-json' });
  end.say('no JSON\n');
  await client.close();
  expect(end.isHungUp).toBe(true);
});

test('a reply that gob cannot hold is the error of its call, and the next call works', async () => {
  class S {
    Recv() {
      return { C: 2n ** 64n };
    }

    Fine() {
      return { C: 1 };
    }
  }
  const own = new Server();
  own.register(new S());
  const client = await dial(await own.listen('127.0.0.1:0'), { codec: 'gob' });
  await expect(client.call('S.Recv', {})).rejects.toThrow('rpc: reply cannot be encoded');
  expect(await client.call('S.Fine', {})).toEqual({ C: 1 });
  await own.close();
});
