/**
 * Grades the word-count exercise over real sockets: the student's server is asked by our
 * client, the student's client asks our server.
 */
import { CheckFailure, type Exercise } from '../../src/grading/check.ts';
import { sampleInput } from '../../src/lecture/wordcount.ts';
import { dial, NetworkError, Server } from '../../src/rpc/index.ts';
import { countTruly, isSame, recognise, show } from './grader/counts.ts';
import { hints } from './grader/hints.ts';
import { hangUp, OurServer, serveWith } from './grader/our-server.ts';

interface StudentServer {
  listen(serverAddr: string): Promise<string>;
  close(): Promise<void>;
}

interface Subject {
  WordCountServer: new () => StudentServer;
  makeRequest(input: string, serverAddr: string): Promise<Record<string, number>>;
}

const serverSlide = 'Go example: Word count server';
const clientSlide = 'Go example: Word count client';

const exercise: Exercise<Subject> = {
  name: 'wordcount',
  exports: ['WordCountServer', 'makeRequest'],
  checks: [
    {
      id: 'serves',
      sentence: 'listen registers the service and binds the address',
      points: 20,
      slide: serverSlide,
      hints: hints.serves,
      run: (subject) => askStudent(subject, async (ask) => void (await ask('one'))),
    },
    {
      id: 'counts',
      sentence: 'Compute counts the words of any sentence',
      points: 20,
      slide: serverSlide,
      waitsOn: 'serves',
      hints: hints.counts,
      run: async (subject) => {
        await expectCounts(subject, [sampleInput, 'to be or not to be', 'a']);
        await expectApart(subject, ['one two two', 'three']);
      },
    },
    {
      id: 'fields',
      sentence: 'only white space separates words, and all of it does',
      points: 15,
      slide: serverSlide,
      waitsOn: 'counts',
      hints: hints.fields,
      run: (subject) =>
        expectCounts(subject, [
          'two  spaces',
          ' at both ends ',
          'a\ttab and\na newline',
          'all\r\nof\u000bthe\u000cwhite\u00a0space\u3000there is',
          'naïve 日本語 😀 x²',
          '',
          ' \n ',
          'Case case, CASE: kept!',
          'x '.repeat(20_000),
        ]),
    },
    {
      id: 'any-word',
      sentence: 'every word is counted, even constructor',
      points: 15,
      slide: serverSlide,
      waitsOn: 'counts',
      hints: hints['any-word'],
      run: (subject) =>
        expectCounts(subject, [
          'constructor toString constructor',
          '__proto__ a __proto__',
        ]),
    },
    {
      id: 'closes',
      sentence: 'close stops the server',
      points: 10,
      slide: serverSlide,
      waitsOn: 'serves',
      hints: hints.closes,
      run: expectClosed,
    },
    {
      id: 'client',
      sentence: 'makeRequest asks the server and unpacks its reply',
      points: 10,
      slide: clientSlide,
      hints: hints.client,
      run: expectClient,
    },
    {
      id: 'errors',
      sentence: 'makeRequest rejects when it has no answer',
      points: 10,
      slide: clientSlide,
      waitsOn: 'client',
      hints: hints.errors,
      run: expectErrors,
    },
  ],
};

export default exercise;

type Ask = (input: string) => Promise<unknown>;

/** Starts the student's server and lets `use` call it over a socket of ours. */
async function askStudent(
  subject: Subject,
  use: (ask: Ask) => Promise<void>,
): Promise<void> {
  const server = new subject.WordCountServer();
  const address = await server.listen('127.0.0.1:0');
  checkAddress(address);
  const client = await dial(address);
  const ask: Ask = async (input) => {
    const call = client.go<{ Counts?: unknown }>('WordCountServer.Compute', {
      Input: input,
    });
    const { reply, error } = await call.done;
    if (error) throw explainCallError(input, error);
    return reply?.Counts ?? reply;
  };
  await use(ask);
  await client.close();
  await server.close();
}

function checkAddress(address: unknown): void {
  if (typeof address === 'string' && /^127\.0\.0\.1:[1-9]\d*$/.test(address)) return;
  throw new CheckFailure({
    did: "await server.listen('127.0.0.1:0')",
    saw: `it resolved with ${show(address)}`,
    expected: 'the address that is really bound, like 127.0.0.1:40001',
    mistake:
      'what Server.listen resolves with is not awaited, not returned, or not its argument',
  });
}

function explainCallError(input: string, error: Error): CheckFailure {
  const isUnknown = /can't find/.test(error.message);
  return new CheckFailure({
    did: `called WordCountServer.Compute with { Input: ${show(input)} }`,
    saw: `the error "${error.message}"`,
    expected: 'a reply { Counts: … }',
    mistake: isUnknown ? 'nothing is registered, or under another name' : undefined,
  });
}

function expectCounts(subject: Subject, inputs: readonly string[]): Promise<void> {
  return askStudent(subject, async (ask) => {
    for (const input of inputs) {
      const saw = await ask(input);
      const expected = countTruly(input);
      if (isSame(saw, expected)) continue;
      throw new CheckFailure({
        did: `called WordCountServer.Compute with { Input: ${show(input)} }`,
        saw: `Counts: ${show(saw)}`,
        expected: `Counts: ${show(expected)}`,
        mistake: recognise(input, saw),
      });
    }
  });
}

/** Two calls at once, as two clients would make them, know nothing of each other. */
function expectApart(subject: Subject, inputs: readonly string[]): Promise<void> {
  return askStudent(subject, async (ask) => {
    const seen = await Promise.all(inputs.map(ask));
    for (const [i, input] of inputs.entries()) {
      if (isSame(seen[i], countTruly(input))) continue;
      throw new CheckFailure({
        did: `called Compute with ${show(inputs)} at the same time`,
        saw: `Counts: ${show(seen[i])} for ${show(input)}`,
        expected: `Counts: ${show(countTruly(input))}`,
        mistake: 'the counts of one request are kept where another one finds them',
      });
    }
  });
}

async function expectClosed(subject: Subject): Promise<void> {
  const server = new subject.WordCountServer();
  const address = await server.listen('127.0.0.1:0');
  await server.close();
  const client = await dial(address).catch((error) => {
    if (error instanceof NetworkError) return undefined;
    throw error;
  });
  if (client === undefined) return;
  await client.close();
  throw new CheckFailure({
    did: 'await server.close(), then dialled its address',
    saw: 'the connection was accepted',
    expected: 'connection refused: nobody listens any more',
    mistake: 'close does not close, or is not waited for',
  });
}

async function expectClient({ makeRequest }: Subject): Promise<void> {
  const asked: unknown[] = [];
  const counts = { apples: 17, constructor: 3 };
  const server = serveWith((request) => {
    asked.push(request?.Input);
    return { Counts: counts };
  });
  const saw = await makeRequest('apples and oranges', server.address);
  const did =
    "called makeRequest('apples and oranges', address) against a server of ours";
  if (asked.length !== 1 || asked[0] !== 'apples and oranges') {
    throw new CheckFailure({
      did,
      saw: `the server was asked ${asked.length} times: ${show(asked)}`,
      expected: 'one request, with that Input',
      mistake:
        asked.length === 0 ? 'client.call is not awaited, or never called' : undefined,
    });
  }
  if (!isSame(saw, counts)) {
    const expected = `what the server counted: ${show(counts)}`;
    throw new CheckFailure({ did, saw: show(saw), expected });
  }
  await server.expectClosed(did);
}

async function expectErrors({ makeRequest }: Subject): Promise<void> {
  const fail = () => {
    throw new Error('the disk is full');
  };
  const failing = serveWith(fail);
  const didFail = 'called makeRequest against a server whose Compute fails';
  await expectRejection(makeRequest('a', failing.address), didFail);
  await failing.expectClosed(didFail);

  const rude = new OurServer(hangUp);
  const didHangUp =
    'called makeRequest against a server that hangs up instead of answering';
  await expectRejection(makeRequest('a', rude.address), didHangUp);

  const gone = new Server();
  const address = await gone.listen('127.0.0.1:0');
  await gone.close();
  const didDial = 'called makeRequest with an address where nobody listens';
  await expectRejection(makeRequest('a', address), didDial);
}

async function expectRejection(promise: Promise<unknown>, did: string): Promise<void> {
  const outcome = await promise.then(
    (value) => `it resolved with ${show(value)}`,
    () => 'rejected' as const,
  );
  if (outcome === 'rejected') return;
  throw new CheckFailure({
    did,
    saw: outcome,
    expected: 'it rejects',
    mistake: 'the error is swallowed: nobody can tell no words from no answer',
  });
}
