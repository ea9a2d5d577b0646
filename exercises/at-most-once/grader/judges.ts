/**
 * What must hold when a workload is over, and the mistakes whose traces are known.
 */
import { CheckFailure } from '../../../src/grading/check.ts';
import { listWaiting } from '../../../src/sim/waiting.ts';
import { type Bank, frozen, frozenText, nameOf, type Outcome } from './bank.ts';
import { checkThenAct, repeated } from './mistakes.ts';
import { type Judge, patienceMs } from './workloads.ts';

/** Each deposit ran once, and its client has the receipt of that very run. */
export const expectReceipts: Judge = (bank) => {
  expectAnswers(bank);
  for (const { deposit } of bank.outcomes) expectRuns(bank, deposit, 1);
};

/** The same, and it went over the network: a request there, a reply back. */
export const expectOneOverNetwork: Judge = (bank) => {
  expectReceipts(bank);
  const isDeposit = (label: string) => label.startsWith('Bank.Deposit');
  const { events } = bank.world;
  if (events.some((event) => event.type === 'sent' && isDeposit(event.message.label))) {
    return;
  }
  throw new CheckFailure({
    did: tellDone(bank),
    saw: 'it ran, and no request for Bank.Deposit crossed the network',
    expected: 'the client reaches its server over the network alone',
  });
};

/** Equal deposits are two: the balance tells the first from the second. */
export const expectTwoRuns: Judge = (bank) => {
  const [first] = bank.outcomes as [Outcome];
  for (const outcome of bank.outcomes) expectEnd(bank, outcome);
  const runs = bank.countRuns(first.deposit);
  const balances = bank.outcomes.map(({ receipt }) => receipt?.balance).sort();
  if (runs === 2 && balances.join() === '10,20') return;
  throw new CheckFailure({
    did: `deposited ${nameOf(first.deposit)} twice`,
    saw: `runs: ${runs}, balances on the receipts: ${balances.join(' and ')}`,
    expected: 'runs: 2, balances on the receipts: 10 and 20',
    mistake:
      runs === 1
        ? 'the table goes by what a request says: equal requests are no copies'
        : undefined,
  });
};

/** Two clients' sequence numbers are the same, and yet they are two. */
export const expectNoMixUp: Judge = (bank) => {
  const stranger = findStranger(bank);
  if (!stranger) return expectReceipts(bank);
  throw new CheckFailure({
    did: 'two clients made a deposit each, and both call theirs their first',
    saw: tellReceipt(stranger),
    expected: `the receipt of ${nameOf(stranger.deposit)}, which was to run too`,
    mistake: "the key of the table lacks the client's id, or two clients share one",
  });
};

export const expectOwnReceipts: Judge = (bank) => {
  const stranger = findStranger(bank);
  if (!stranger) return expectReceipts(bank);
  throw new CheckFailure({
    did: 'one client made three deposits at a time; the replies came in another order',
    saw: tellReceipt(stranger),
    expected: `the receipt of ${nameOf(stranger.deposit)}`,
    mistake: 'replies are matched by their order: each belongs to the call that asked',
  });
};

/** No connection is left, and each deposit and each registering costs a request and a reply. */
export const expectLowCost: Judge = (bank) => {
  expectReceiptsOfAll(bank);
  expectFewMessages(bank);
  const { openConnections } = bank.world.network;
  if (openConnections === 0) return;
  throw new CheckFailure({
    did: `${tellDone(bank)}; then closed both clients`,
    saw: `connections left open: ${openConnections}`,
    expected: 'connections left open: 0',
    mistake: 'close is to end the link: an open connection keeps the process alive',
  });
};

function expectFewMessages(bank: Bank): void {
  const sent = bank.world.events.flatMap((event) =>
    event.type === 'sent' ? [event.message] : [],
  );
  const deposits = bank.outcomes.length;
  const most = 2 * (deposits + 2);
  if (sent.length <= most) return;
  const registrations = sent.filter(({ label }) => label.includes('.Register')).length;
  throw new CheckFailure({
    did: `two clients made ${deposits} deposits; nothing was lost, nothing was late`,
    saw: `messages: ${sent.length}`,
    expected: `messages: at most ${most}, two for each deposit and for each client`,
    mistake:
      registrations > 2
        ? 'a client registers once, not for each deposit'
        : 'one request is enough; what is done can be said in the next one',
  });
}

/** Nothing runs twice. Whether it is answered, another check asks. */
export const expectNoRepetition =
  (mistake: string): Judge =>
  (bank) => {
    for (const { deposit } of bank.outcomes) {
      const runs = bank.countRuns(deposit);
      if (runs <= 1) continue;
      throw new CheckFailure({
        did: tellDone(bank),
        saw: `${nameOf(deposit)} ran ${runs} times`,
        expected: `${nameOf(deposit)} runs at most once`,
        mistake:
          mistake === repeated && bank.hasOverlap(deposit) ? checkThenAct : mistake,
      });
    }
  };

export const expectAnswers: Judge = (bank) => {
  for (const outcome of bank.outcomes) expectEnd(bank, outcome);
  for (const outcome of bank.outcomes) {
    const { deposit, receipt, end } = outcome;
    if (end === 'error') continue;
    const { account, amount } = deposit;
    if (receipt?.account === account && receipt.balance === amount) continue;
    throw new CheckFailure({
      did: tellDone(bank),
      saw: tellReceipt(outcome),
      expected: `the receipt of its one run, ${JSON.stringify({ account, balance: amount })}`,
      mistake:
        bank.countRuns(deposit) === 1 && (receipt ?? null) === null
          ? 'a copy is answered by itself: it waits for the reply of the first one'
          : undefined,
    });
  }
};

function expectReceiptsOfAll(bank: Bank): void {
  for (const outcome of bank.outcomes) expectEnd(bank, outcome);
}

function expectRuns(bank: Bank, deposit: Outcome['deposit'], expected: number): void {
  const runs = bank.countRuns(deposit);
  if (runs === expected) return;
  throw new CheckFailure({
    did: tellDone(bank),
    saw: `there is a receipt, and ${nameOf(deposit)} ran ${runs} times`,
    expected: `it runs ${expected === 1 ? 'once' : `${expected} times`}`,
  });
}

/** The call has ended, as the run of its deposit has. The server has never crashed. */
function expectEnd(bank: Bank, outcome: Outcome): void {
  const { deposit, end, error } = outcome;
  const isFrozen = deposit.account === frozen;
  if (end === 'open') throw explainSilence(bank, outcome);
  if (end === 'unknown') {
    throw new CheckFailure({
      did: tellDone(bank),
      saw: `${nameOf(deposit)} was rejected: ${String(error)}`,
      expected: 'an answer: the server has been up all the time, and knows it',
      mistake:
        'the client asks only once, or says that a request is done before it is answered',
    });
  }
  if (end === 'error' && isFrozen && String(error).includes(frozenText)) return;
  if (end === 'error') throw error;
  if (!isFrozen) return;
  throw new CheckFailure({
    did: tellDone(bank),
    saw: tellReceipt(outcome),
    expected: `it rejects with the error of its one run, "${frozenText}"`,
  });
}

function explainSilence(bank: Bank, { deposit }: Outcome): CheckFailure {
  const { events } = bank.world;
  const tries = events.filter(
    (event) => event.type === 'sent' && event.message.label.includes('.Deposit'),
  ).length;
  const waiting = listWaiting(events).slice(0, 2);
  const mistakes = {
    never: 'a request that was lost is sent again, with the same number',
    unheard: 'a copy is dropped, so that nobody answers it when the first reply is lost',
    error: 'the error of a deposit that has failed is an answer: it is definite',
  };
  const kind = deposit.account === frozen ? 'error' : tries <= 2 ? 'never' : 'unheard';
  return new CheckFailure({
    did: tellDone(bank),
    saw: [`no answer for ${nameOf(deposit)} after ${patienceMs} ms`, ...waiting].join(
      '\n',
    ),
    expected: 'an answer: the network works again after these faults',
    mistake: mistakes[kind],
  });
}

/** Somebody who has the receipt of another one's deposit. */
function findStranger({ outcomes }: Bank): Outcome | undefined {
  return outcomes.find(
    ({ deposit, receipt }) =>
      receipt?.account !== undefined &&
      receipt.account !== deposit.account &&
      outcomes.some((other) => other.deposit.account === receipt.account),
  );
}

export function tellReceipt({ deposit, receipt, error }: Outcome): string {
  const shown = receipt === undefined && error !== undefined ? error : receipt;
  const text = shown instanceof Error ? String(shown) : JSON.stringify(shown);
  return `${nameOf(deposit)} was answered with ${text}`;
}

export function tellDone({ outcomes }: Bank): string {
  const names = outcomes.map(({ deposit }) => nameOf(deposit));
  return `deposited ${names.join(', ')}`;
}
