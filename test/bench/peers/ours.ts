/**
 * Ourselves, as a user would write it: an object is registered, a client dials. The codec is
 * the wire that both ends speak; all limits are on.
 */
import { dial, Server } from '../../../src/rpc/index.ts';
import { arith, decodeBase64, encodeBase64, loopback, type Peer } from './peer.ts';

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

export function ours(codec: string): Peer {
  return {
    async serve() {
      const server = new Server();
      server.register(new Arith());
      const address = await server.listen(`${loopback}:0`);
      return Number(address.slice(address.lastIndexOf(':') + 1));
    },

    async connect(port) {
      const options: object = { codec };
      const client = await dial(`${loopback}:${port}`, options);
      return {
        add: (A, B) => client.call('Arith.Add', { A, B }),
        echo: (text) => client.call('Arith.Echo', text),
        echoBytes: async (bytes) =>
          codec === 'json-rpc'
            ? decodeBase64(await client.call('Arith.EchoBase64', encodeBase64(bytes)))
            : client.call('Arith.EchoBytes', bytes),
      };
    },
  };
}
