/** The link that the exercise is given; and the solution, unchanged, over a real network. */
import { expect, test } from 'vitest';
import { BankClient, BankServer } from '../../solutions/at-most-once/at-most-once.ts';
import { type Deposit, Link } from '../../src/lecture/at-most-once.ts';
import { AbandonedError, Server, ServerError } from '../../src/rpc/index.ts';
import { World } from '../../src/sim/world.ts';

test('over TCP every deposit runs once, and a failed one rejects', async () => {
  const ran: Deposit[] = [];
  const execute = async (deposit: Deposit) => {
    ran.push(deposit);
    if (deposit.account === 'frozen') throw new Error('the account is frozen');
    return { account: deposit.account, balance: deposit.amount };
  };
  const server = new Server();
  server.registerName('Bank', new BankServer(execute, 1));
  const client = new BankClient(await server.listen('localhost:0'));
  const deposits = [1, 2, 3].map((amount) => ({ account: `account ${amount}`, amount }));
  const receipts = await Promise.all(deposits.map((deposit) => client.deposit(deposit)));
  expect(receipts).toEqual(
    deposits.map(({ account, amount }) => ({ account, balance: amount })),
  );
  const failing = client.deposit({ account: 'frozen', amount: 1 });
  await expect(failing).rejects.toThrow('the account is frozen');
  expect(ran).toHaveLength(4);
  await Promise.all([client.close(), server.close()]);
});

/** Tries once in a world with these faults; tells how that ended, and when. */
async function tryOnce(faults: string, delayMs = 10) {
  const world = new World({ delayMs, faults });
  const Add = ({ A, B }: { A: number; B: number }) => {
    if (A < 0) throw new Error('negative');
    return A + B;
  };
  const boot = async () => {
    const server = new Server();
    server.registerName('Arith', { Add });
    await server.listen('sim:server');
  };
  world.addNode('server', { boot });
  return world.run(async () => {
    const link = new Link('sim:server');
    const results: unknown[] = [];
    for (const A of [1, -1, 2]) {
      const end = await link.sendRPC('Arith.Add', { A, B: 1 }).catch((error) => error);
      results.push([world.time.nowMs, end]);
    }
    await link.close();
    return { results, open: world.network.openConnections };
  });
}

test('a reply comes when it comes, and so does an error of the server', async () => {
  const { results, open } = await tryOnce('');
  const negative = expect.any(ServerError);
  expect(results).toEqual([
    [20, 2],
    [40, negative],
    [60, 3],
  ]);
  expect(open).toBe(0);
});

test.each([
  ['a lost message', 'lose request 1'],
  ['a lost reply', 'lose reply 1'],
  ['a crash', 'crash server on request 1\nrestart server at 50'],
  ['nobody who listens', 'crash server at 0\nrestart server at 50'],
])('%s: it gives up after 100 ms, and the next try succeeds', async (_what, faults) => {
  const { results } = await tryOnce(faults);
  expect(results).toEqual([
    [100, expect.any(AbandonedError)],
    [120, expect.any(ServerError)],
    [140, 3],
  ]);
});
