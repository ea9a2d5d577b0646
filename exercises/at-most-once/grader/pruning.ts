/**
 * What the server's table may cost: it grows with what is open, not with what has been.
 */
import { CheckFailure } from '../../../src/grading/check.ts';
import type { Scenario } from '../../../src/sim/run-schedule.ts';
import { Bank, type Subject } from './bank.ts';
import { expectAnswers } from './judges.ts';
import { countEntries } from './memory.ts';

const first = 6;
const more = 18;
/** An open entry more or less does not matter; one for each deposit does. */
const tolerance = 6;

export function createPruning(subject: Subject): Scenario {
  return {
    name: `one client makes ${first + more} deposits, one after the other`,
    faults: {},
    world: { delayMs: 10 },
    async run(world) {
      const bank = new Bank(world, subject);
      const [before, after] = await world.run(async () => {
        const client = bank.connect();
        const remember = async (from: number, to: number) => {
          for (let i = from; i < to; i++) {
            await bank.deposit(client, { account: `account ${i}`, amount: 10 });
          }
          return countEntries(bank.server, [world]);
        };
        return [await remember(0, first), await remember(first, first + more)] as const;
      });
      expectAnswers(bank);
      expectNoGrowth(before, after);
    },
  };
}

function expectNoGrowth(before: number, after: number): void {
  if (after - before <= tolerance) return;
  const each = Math.round(((after - before) / more) * 10) / 10;
  throw new CheckFailure({
    did: `made ${first + more} deposits in turn; counted what the server holds`,
    saw: `${before} entries after ${first} deposits, ${after} after ${first + more}: ${each} more with each`,
    expected: 'no more with each: a reply that its client has is forgotten',
    mistake: 'nothing is ever pruned: a client can say up to where it has its replies',
  });
}
