/**
 * The world in which `ping` is called: one server, and a network with the faults of the check.
 */
import { CheckFailure } from '../../../src/grading/check.ts';
import { RpcError, Server } from '../../../src/rpc/index.ts';
import type { FaultModel } from '../../../src/sim/fault-model.ts';
import type { Scenario } from '../../../src/sim/run-schedule.ts';
import { listWaiting } from '../../../src/sim/waiting.ts';
import type { World } from '../../../src/sim/world.ts';

export interface Subject {
  ping(serverAddr: string): Promise<string>;
}

/** How `ping` ended, and what it cost. */
interface Outcome {
  readonly answer: unknown;
  readonly error: unknown;
  /** False: it was still asking when the world was over. */
  readonly hasEnded: boolean;
  readonly requests: number;
  readonly openConnections: number;
  readonly waiting: readonly string[];
}

type Judge = (outcome: Outcome) => void;

const answer = 'pong';
const errorText = 'out of order';
/** Virtual milliseconds: far longer than any fault lasts. */
const patienceMs = 3000;

/** One call of `ping`; with `isBroken` the server answers with an error. */
export function createPing(
  ping: Subject['ping'],
  faults: FaultModel,
  judge: Judge,
  isBroken = false,
): Scenario {
  return {
    name: `called ping, where the server answers with ${isBroken ? 'an error' : `"${answer}"`}`,
    faults,
    world: { delayMs: 10 },
    async run(world) {
      world.addNode('server', { boot: () => servePings(isBroken) });
      judge(await world.run(() => observe(world, ping)));
    },
  };
}

async function servePings(isBroken: boolean): Promise<void> {
  const server = new Server();
  server.registerName('Pinger', {
    Ping: () => {
      if (isBroken) throw new Error(errorText);
      return answer;
    },
  });
  await server.listen('sim:server');
}

async function observe(world: World, ping: Subject['ping']): Promise<Outcome> {
  const end = { answer: undefined as unknown, error: undefined as unknown };
  let hasEnded = false;
  const ended = ping('sim:server')
    .then(
      (value) => {
        end.answer = value;
      },
      (error) => {
        end.error = error ?? new Error('nothing');
      },
    )
    .then(() => {
      hasEnded = true;
    });
  const patience = new Promise<void>((resolve) => {
    world.time.schedule(patienceMs, resolve);
  });
  await Promise.race([ended, patience]);
  const { requestsSent: requests, openConnections } = world.network;
  const waiting = listWaiting(world.events).slice(0, 3);
  return { ...end, hasEnded, requests, openConnections, waiting };
}

export const expectAnswer: Judge = (outcome) => {
  expectEnd(outcome);
  if (outcome.error !== undefined) throw explainRejection(outcome.error);
  if (outcome.answer !== answer) {
    throw new CheckFailure({
      did: 'called ping',
      saw: `it resolved with ${JSON.stringify(outcome.answer)}`,
      expected: `what the server has answered, "${answer}"`,
    });
  }
  if (outcome.openConnections === 0) return;
  throw new CheckFailure({
    did: 'called ping, and looked at its connections when it had returned',
    saw: `connections left open: ${outcome.openConnections}`,
    expected: 'connections left open: 0',
    mistake: 'close belongs into a finally, and is awaited',
  });
};

export const expectOneRequest: Judge = (outcome) => {
  expectAnswer(outcome);
  if (outcome.requests === 1) return;
  throw new CheckFailure({
    did: 'called ping where nothing is lost and nothing is late',
    saw: `requests: ${outcome.requests}`,
    expected: 'requests: 1',
    mistake: 'asking again is for those who have waited in vain',
  });
};

export const expectError: Judge = (outcome) => {
  const { hasEnded, error, requests } = outcome;
  const isError = error instanceof Error && error.message.includes(errorText);
  if (hasEnded && isError && requests === 1) return;
  const end = hasEnded ? (isError ? 'rejected' : 'did not reject') : 'did not end';
  throw new CheckFailure({
    did: `called ping; the server's method throws "${errorText}"`,
    saw: `it ${end}, requests: ${requests}`,
    expected: "it rejects with the server's error, requests: 1",
    mistake:
      requests > 1 ? 'an error of the server is an answer: it is definite' : undefined,
  });
};

/** What is definite, and what is no RpcError, speaks for itself. */
function explainRejection(error: unknown): unknown {
  if (!(error instanceof RpcError) || error.isDefinite) return error;
  return new CheckFailure({
    did: 'called ping',
    saw: `it rejected with ${error.name}: ${error.message}`,
    expected: `it asks again, until the server has answered "${answer}"`,
    mistake: 'after a deadline nobody knows what has happened: that is no answer',
  });
}

function expectEnd({ hasEnded, requests, waiting }: Outcome): void {
  if (hasEnded) return;
  throw new CheckFailure({
    did: 'called ping',
    saw: [`no answer after ${patienceMs} ms, requests: ${requests}`, ...waiting].join(
      '\n',
    ),
    expected: 'an answer: the network works again after these faults',
    mistake: requests === 1 ? 'it waits for ever for a message that was lost' : undefined,
  });
}
