/**
 * What clients do in each check, the smallest workload first, and what the network may do to
 * them meanwhile.
 */
import type { Deposit } from '../../../src/lecture/at-most-once.ts';
import type { FaultModel } from '../../../src/sim/fault-model.ts';
import type { Scenario } from '../../../src/sim/run-schedule.ts';
import { Bank, type Client, frozen, type Subject } from './bank.ts';

export interface Workload {
  /** What was done, for a person: `one client makes one deposit`. */
  readonly name: string;
  readonly faults: FaultModel;
  /** How long the execution of a deposit takes; 5 ms by default. */
  readonly workMs?: (deposit: Deposit) => number;
  program(bank: Bank): Promise<unknown>;
}

/** Throws a CheckFailure, or the error of a deposit, when something is wrong. */
export type Judge = (bank: Bank) => void;

/** Virtual milliseconds until we look whether everything is answered. */
export const patienceMs = 1000;
/** Later than that no message comes, however slow it is. */
const lingerMs = 400;
/** More than a deadline, so that a request is sent again meanwhile. */
const slowMs = 250;

export function createScenario(
  subject: Subject,
  { name, faults, workMs, program }: Workload,
  judge: Judge,
): Scenario {
  return {
    name,
    faults,
    world: { delayMs: 10 },
    async run(world) {
      const bank = new Bank(world, subject, workMs);
      await world.run(async () => {
        await bank.within(patienceMs, program(bank));
        await bank.pass(lingerMs);
      });
      judge(bank);
    },
  };
}

const x: Deposit = { account: 'x', amount: 10 };
const y: Deposit = { account: 'y', amount: 20 };
const z: Deposit = { account: 'z', amount: 30 };

export const one: Workload = {
  name: 'one client makes one deposit',
  faults: {},
  program: (bank) => bank.deposit(bank.connect(), x),
};

export const equal: Workload = {
  name: 'one client deposits 10 into x, and 10 into x again',
  faults: {},
  program: (bank) => inTurn(bank, [x, x]),
};

export const equalTogether: Workload = {
  name: 'one client makes two equal deposits at a time',
  faults: {},
  program: (bank) => together(bank, [x, x]),
};

/** Nothing but their machines tells the two apart. */
export const twoClients: Workload = {
  name: 'two clients make one deposit each',
  faults: {},
  program: (bank) => Promise.all([inTurn(bank, [x], 'ann'), inTurn(bank, [y], 'bob')]),
};

/** The first one takes longest, so that the replies come in the opposite order. */
export const threeTogether: Workload = {
  name: 'one client makes three deposits at a time, of which the first takes longest',
  faults: {},
  workMs: ({ amount }) => 40 - amount,
  program: (bank) => together(bank, [x, y, z]),
};

export const threeEach: Workload = {
  name: 'two clients make three deposits each, one after the other, and are closed',
  faults: {},
  program: (bank) =>
    Promise.all([
      inTurn(bank, [x, y, z], 'ann').then((ann) => bank.close(ann, 'ann')),
      inTurn(bank, [z, y, x], 'bob').then((bob) => bank.close(bob, 'bob')),
    ]),
};

/** No two copies are ever there at the same time, but for a retry. */
export const oneRepeated: Workload = {
  ...one,
  faults: { losses: 1, slow: 1, slowMs },
};

export const oneCopied: Workload = {
  ...one,
  faults: { copies: 1, slow: 1, slowMs },
};

export const twoCopied: Workload = {
  name: 'one client makes two deposits at a time',
  faults: { losses: 1, copies: 1, slow: 1, slowMs },
  program: (bank) => together(bank, [x, y]),
};

export const failing: Workload = {
  name: 'one client deposits into an account that takes no money',
  faults: { losses: 1, copies: 1, slow: 1, slowMs },
  program: (bank) => bank.deposit(bank.connect(), { account: frozen, amount: 10 }),
};

/** Each request says that the ones before it are done. */
export const threeCopied: Workload = {
  name: 'one client makes three deposits, one after the other',
  faults: { copies: 1, slow: 1, slowMs },
  program: (bank) => inTurn(bank, [x, y, z]),
};

const crashes = { nodes: ['server'], atMost: 1, restartAfterMs: 40 };

export const threeOverCrash: Workload = {
  ...threeCopied,
  faults: { losses: 1, crashes },
};

/** Bob comes when the server is up again, and before Ann tries again. */
export const latecomer: Workload = {
  name: 'ann makes two deposits; bob makes one, and registers later',
  faults: { crashes },
  program: (bank) =>
    Promise.all([
      inTurn(bank, [x, y], 'ann'),
      bank.pass(90).then(() => inTurn(bank, [z], 'bob')),
    ]),
};

async function inTurn(bank: Bank, deposits: Deposit[], node?: string): Promise<Client> {
  const client = bank.connect(node);
  for (const deposit of deposits) await bank.deposit(client, deposit, node);
  return client;
}

async function together(bank: Bank, deposits: Deposit[]): Promise<void> {
  const client = bank.connect();
  await Promise.all(deposits.map((deposit) => bank.deposit(client, deposit)));
}
