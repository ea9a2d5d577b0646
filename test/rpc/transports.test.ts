/** The contract over every real transport. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, dial, pipe, Server } from '../../src/rpc/index.ts';
import { Arith } from './arith.ts';
import { describeTransport, type Setup } from './transport-contract.ts';

type Body = (setup: Setup) => Promise<void>;

async function serve(
  connect: (server: Server) => Promise<() => Promise<Client>>,
  body: Body,
) {
  const server = new Server();
  const arith = new Arith();
  server.register(arith);
  const anotherClient = await connect(server);
  const client = await anotherClient();
  await body({ server, arith, client, anotherClient });
  await client.close();
  await server.close();
}

async function listen(server: Server, address: string): Promise<() => Promise<Client>> {
  const bound = await server.listen(address);
  return () => dial(bound);
}

describeTransport('TCP', (body) =>
  serve((server) => listen(server, 'localhost:0'), body),
);

describeTransport('a unix socket', async (body) => {
  const folder = mkdtempSync(join(tmpdir(), 'rpc-'));
  await serve((server) => listen(server, `unix:${join(folder, 'socket')}`), body);
  rmSync(folder, { recursive: true });
});

describeTransport('an in-memory pipe', (body) =>
  serve(async (server) => {
    return async () => {
      const [left, right] = pipe();
      void server.serveConn(left);
      return new Client(right);
    };
  }, body),
);
