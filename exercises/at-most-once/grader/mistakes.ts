/**
 * Why a request ran twice: the same failure has several causes, and one more experiment tells
 * them apart.
 */
import { CheckFailure } from '../../../src/grading/check.ts';
import { World } from '../../../src/sim/world.ts';
import { Bank, type Subject } from './bank.ts';
import { countEntries } from './memory.ts';

const noTable = 'no table: the server does not know a copy of what it has run';
const forgets =
  'the table forgets too early: the reply may be lost, and be asked for once more';
const freshId =
  'a retry is a new request for the server: it has to carry the same number as the first';

/** After a retry ran again: would the server have known a copy of the very same message? */
export async function recogniseRetry(subject: Subject, error: unknown): Promise<unknown> {
  if (!(error instanceof CheckFailure)) return error;
  const { explanation } = error;
  const guesses = [repeated, checkThenAct];
  if (!explanation.mistake || !guesses.includes(explanation.mistake)) return error;
  const known = explanation.mistake === repeated ? freshId : checkThenAct;
  const unknown = async () => ((await keepsWhatRuns(subject)) ? forgets : noTable);
  const mistake = (await bearsLateCopy(subject)) ? known : await unknown();
  return new CheckFailure({ ...explanation, mistake });
}

/** Stands in the place of the mistake until the experiment has been made. */
export const repeated = 'a retry ran again';
/** Likewise, where the runs overlapped: without any table they do that too. */
export const checkThenAct =
  'check, then act: the copy came while the first one ran, and was not in the table yet';

/** Whether the server holds more while two deposits run, of which one may replace another. */
async function keepsWhatRuns(subject: Subject): Promise<boolean> {
  const world = new World({ delayMs: 10 });
  const bank = new Bank(world, subject, () => 30);
  const [idle, busy] = await world.run(async () => {
    const client = bank.connect();
    const deposit = (account: string) => bank.deposit(client, { account, amount: 10 });
    const count = () => countEntries(bank.server, [world]);
    await bank.within(500, deposit('x'));
    const before = count();
    const both = Promise.all([deposit('y'), deposit('z')]);
    await bank.pass(25);
    const during = count();
    await bank.within(500, both);
    return [before, during] as const;
  });
  return busy > idle;
}

/** The second or third message is the deposit: each comes once more, long after it has run. */
async function bearsLateCopy(subject: Subject): Promise<boolean> {
  const deposit = { account: 'x', amount: 10 };
  for (const number of [1, 2, 3]) {
    const faults = `double request ${number} after 40`;
    const world = new World({ delayMs: 10, faults });
    const bank = new Bank(world, subject);
    await world.run(async () => {
      await bank.within(500, bank.deposit(bank.connect(), deposit));
      await bank.pass(100);
    });
    if (bank.countRuns(deposit) > 1) return false;
  }
  return true;
}
