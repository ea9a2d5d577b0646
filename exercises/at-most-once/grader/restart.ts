/**
 * What must hold when the server has crashed and started again with an empty memory: what may
 * have run does not run again, and its client is told that nobody knows.
 */
import { CheckFailure } from '../../../src/grading/check.ts';
import { type Bank, nameOf, type Outcome } from './bank.ts';
import { tellDone, tellReceipt } from './judges.ts';
import { type Judge, patienceMs } from './workloads.ts';

export const expectNothingTwice: Judge = (bank) => {
  for (const outcome of bank.outcomes) {
    const { deposit } = outcome;
    const lives = bank.livesOf(deposit);
    if (lives.length > 1) {
      throw fail(bank, {
        saw: `${nameOf(deposit)} ran ${lives.length} times, in the server's lives ${lives.join(' and ')}`,
        expected: 'the second life does not run what the first may have run',
        mistake:
          'after a restart the table is empty, and an old request looks like a new one',
      });
    }
  }
  for (const outcome of bank.outcomes) expectHonestEnd(bank, outcome);
  expectFewUnknown(bank);
};

function expectHonestEnd(bank: Bank, outcome: Outcome): void {
  const { deposit, end, receipt, incarnation, error } = outcome;
  const [life] = bank.livesOf(deposit);
  if (end === 'unknown') return;
  if (end === 'error') {
    throw fail(bank, {
      saw: `${nameOf(deposit)} was rejected: ${String(error)}`,
      expected: 'a receipt, or an UnknownOutcomeError where nobody knows',
      mistake: 'a definite error says that the outcome is known: here it is not',
    });
  }
  if (end === 'open') {
    throw fail(bank, {
      saw: `no answer for ${nameOf(deposit)} after ${patienceMs} ms`,
      expected: 'a receipt, or an UnknownOutcomeError where nobody knows',
      mistake: isAnswered(bank) ? endlessUnknown : neverAnswered,
    });
  }
  const isRight =
    receipt?.account === deposit.account && receipt.balance === deposit.amount;
  if (!isRight || life === undefined) {
    const runs = life === undefined ? ', and it never ran' : '';
    throw fail(bank, {
      saw: `${tellReceipt(outcome)}${runs}`,
      expected: 'the receipt of its run, or an UnknownOutcomeError where nobody knows',
      mistake:
        'a client of this life has the id of one of the last: ids differ from life to life',
    });
  }
  if (life === incarnation) return;
  throw fail(bank, {
    saw: `${nameOf(deposit)} ran in life ${life} of the server, and life ${incarnation} had the receipt`,
    expected: 'an UnknownOutcomeError: with the crash the table is gone',
    mistake: 'a variable of the module: in a real crash it would be gone',
  });
}

const endlessUnknown = '"unknown" is an answer: asking again does not change it';
const neverAnswered =
  'a request of the last life is not answered: it is dropped, or a variable of the module has outlived the crash';

/** Whether replies came again and again, when the server was up again. */
function isAnswered({ world: { events } }: Bank): boolean {
  const restart = events.findIndex(({ type }) => type === 'restarted');
  const replies = events
    .slice(restart)
    .filter((event) => event.type === 'delivered' && event.message.direction === 'reply');
  return replies.length > 10;
}

/** One crash takes the answer of one deposit from a client that makes them in turn. */
function expectFewUnknown(bank: Bank): void {
  const crashes = bank.world.events.filter(({ type }) => type === 'crashed').length;
  for (const node of new Set(bank.outcomes.map((outcome) => outcome.node))) {
    const unknown = bank.outcomes.filter(
      (outcome) => outcome.node === node && outcome.end === 'unknown',
    );
    if (unknown.length <= crashes) continue;
    throw fail(bank, {
      saw: `unknown: ${unknown.map(({ deposit }) => nameOf(deposit)).join(', ')}; crashes: ${crashes}`,
      expected:
        'after the first "unknown" the client is known again: the next one succeeds',
      mistake: 'the client goes on with the id of the last life: it has to register anew',
    });
  }
}

function fail(
  bank: Bank,
  explanation: { saw: string; expected: string; mistake?: string },
): CheckFailure {
  const hasCrashed = bank.world.events.some(({ type }) => type === 'crashed');
  const crash = hasCrashed ? '; the server crashed, and started again' : '';
  return new CheckFailure({ did: `${tellDone(bank)}${crash}`, ...explanation });
}
