/** The solution of `async-rpc` over a real socket, as it is over the simulated network. */
import { expect, test } from 'vitest';
import { AsyncClient, launchTasks } from '../../solutions/async-rpc/async-rpc.ts';
import { connect } from '../../src/lecture/async-rpc.ts';
import { NotSentError, Server, ServerError } from '../../src/rpc/index.ts';

class Worker {
  readonly seen: number[] = [];

  RunTask({ Index }: { Index: number }): number {
    if (Index === 1) throw new Error('the disk is full');
    this.seen.push(Index);
    return 10 * Index;
  }
}

test('three tasks on one connection; after it is lost nothing is sent', async () => {
  const worker = new Worker();
  const server = new Server();
  server.register(worker);
  const connection = await connect(await server.listen('127.0.0.1:0'));
  const client = new AsyncClient(connection, 60_000);
  const results: unknown[] = [];
  await launchTasks([client, client, client], (index, { reply, error }) => {
    results[index] = error ?? reply;
  });
  expect(results).toEqual([0, new ServerError('the disk is full'), 20]);

  const lost = new Promise<void>((resolve) => connection.onLost(resolve));
  await server.close();
  await lost;
  const { error } = await client.go('Worker.RunTask', { Index: 5 }).done;
  expect(error).toBeInstanceOf(NotSentError);
  expect(worker.seen).toEqual([0, 2]);
});
