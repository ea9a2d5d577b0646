/** jayson: JSON-RPC 2.0 with a TCP client that dials anew for every call; measured as it is. */
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import {
  arith,
  decodeBase64,
  encodeBase64,
  importPeer,
  loopback,
  type Peer,
} from './peer.ts';

type Answer = (error: unknown, result: unknown) => void;

interface Package {
  server(methods: Record<string, (params: never, answer: Answer) => void>): {
    tcp(): Server;
  };
  client: {
    tcp(options: { host: string; port: number }): {
      request(
        method: string,
        params: unknown,
        answer: (error: unknown, response: { result: never; error?: object }) => void,
      ): void;
    };
  };
}

export const jayson: Peer = {
  async serve() {
    const { server } = await importPeer<Package>('jayson');
    const tcp = server({
      add: ({ a, b }: { a: number; b: number }, answer) => answer(null, arith.add(a, b)),
      echo: ([text]: [string], answer) => answer(null, arith.echo(text)),
      echoBase64: ([text]: [string], answer) => answer(null, arith.echoBase64(text)),
    }).tcp();
    tcp.listen(0, loopback);
    await once(tcp, 'listening');
    return (tcp.address() as AddressInfo).port;
  },

  async connect(port) {
    const { client } = await importPeer<Package>('jayson');
    const tcp = client.tcp({ host: loopback, port });
    const call = (method: string, params: unknown) =>
      new Promise<never>((resolve, reject) => {
        tcp.request(method, params, (error, response) => {
          if (error ?? response.error) reject(error ?? response.error);
          else resolve(response.result);
        });
      });
    return {
      add: (a, b) => call('add', { a, b }),
      echo: (text) => call('echo', [text]),
      echoBytes: async (bytes) =>
        decodeBase64(await call('echoBase64', [encodeBase64(bytes)])),
    };
  },
};
