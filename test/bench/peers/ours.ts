/**
 * Ourselves, as a user would write it: an object is registered, a client dials. The codec is
 * the wire that both ends speak; all limits are on.
 */
import { bytes, int, string, struct } from '../../../src/rpc/go-types.ts';
import { type CodecName, dial, Server } from '../../../src/rpc/index.ts';
import { arith, decodeBase64, encodeBase64, loopback, type Peer } from './peer.ts';

const Args = struct('Args', { A: int, B: int });

/** What a Go program would declare; without it a value maps by what it is. */
const types = {
  Add: { args: Args, reply: int },
  Echo: { args: string, reply: string },
  EchoBytes: { args: bytes, reply: bytes },
};

/** The service that the Go programs have under the same name. */
class Arith {
  Add({ A, B }: { A: number; B: number }) {
    return arith.add(A, B);
  }
  Echo(text: string) {
    return arith.echo(text);
  }
  EchoBase64(base64: string) {
    return arith.echoBase64(base64);
  }
  EchoBytes(bytes: Uint8Array) {
    return bytes;
  }
}

export function ours(codec: CodecName): Peer {
  const isGo = codec === 'gob' || codec === 'go-json';
  const typesOf = (method: keyof typeof types) => (isGo ? { types: types[method] } : {});
  return {
    async serve() {
      const server = new Server();
      server.register(new Arith(), isGo ? { types } : {});
      const address = await server.listen(`${loopback}:0`);
      return Number(address.slice(address.lastIndexOf(':') + 1));
    },

    async connect(port) {
      const client = await dial(`${loopback}:${port}`, { codec });
      const [add, echo, echoBytes] = [
        typesOf('Add'),
        typesOf('Echo'),
        typesOf('EchoBytes'),
      ];
      return {
        add: (A, B) => client.call('Arith.Add', { A, B }, add),
        echo: (text) => client.call('Arith.Echo', text, echo),
        echoBytes: async (bytes) =>
          codec === 'json-rpc'
            ? decodeBase64(await client.call('Arith.EchoBase64', encodeBase64(bytes)))
            : client.call('Arith.EchoBytes', bytes, echoBytes),
      };
    },
  };
}
