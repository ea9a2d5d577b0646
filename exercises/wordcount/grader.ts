/**
 * Grades the word-count exercise over real sockets: the student's server is asked by our
 * client, the student's client asks our server.
 */
import { CheckFailure, type Exercise } from '../../src/grading/check.ts';
import { fields, sampleInput } from '../../src/lecture/wordcount.ts';
import { dial, NetworkError, Server, ServerError } from '../../src/rpc/index.ts';

interface StudentServer {
  listen(serverAddr: string): Promise<string>;
  close(): Promise<void>;
}

interface Subject {
  WordCountServer: new () => StudentServer;
  makeRequest(input: string, serverAddr: string): Promise<Record<string, number>>;
}

type Counts = Record<string, number>;

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
      run: (subject) => askStudent(subject, async (ask) => void (await ask('one'))),
    },
    {
      id: 'counts',
      sentence: 'Compute counts the words of any sentence',
      points: 20,
      slide: serverSlide,
      waitsOn: 'serves',
      run: (subject) => expectCounts(subject, [sampleInput, 'to be or not to be', 'a']),
    },
    {
      id: 'fields',
      sentence: 'only white space separates words, and all of it does',
      points: 15,
      slide: serverSlide,
      waitsOn: 'counts',
      run: (subject) =>
        expectCounts(subject, [
          'two  spaces',
          ' at both ends ',
          'a\ttab and\na newline',
          '',
          ' \n ',
          'Case case, CASE: kept!',
        ]),
    },
    {
      id: 'any-word',
      sentence: 'every word is counted, even constructor',
      points: 15,
      slide: serverSlide,
      waitsOn: 'counts',
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
      run: expectClosed,
    },
    {
      id: 'client',
      sentence: 'makeRequest asks the server and unpacks its reply',
      points: 10,
      slide: clientSlide,
      run: expectClient,
    },
    {
      id: 'errors',
      sentence: 'makeRequest rejects when it has no answer',
      points: 10,
      slide: clientSlide,
      waitsOn: 'client',
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
  const address = await server.listen('localhost:0');
  if (typeof address !== 'string' || !/:[1-9]\d*$/.test(address)) {
    throw new CheckFailure({
      did: "await server.listen('localhost:0')",
      saw: `it resolved with ${show(address)}`,
      expected: 'the address that the server really has, like localhost:40001',
      mistake: 'the promise that Server.listen returns is not awaited or not returned',
    });
  }
  const client = await dial(address);
  const ask: Ask = async (input) => {
    const call = client.go<{ Counts?: unknown }>('WordCountServer.Compute', {
      Input: input,
    });
    const { reply, error } = await call.done;
    if (error) throw explainCallError(input, error);
    return reply?.Counts;
  };
  await use(ask);
  await client.close();
  await server.close();
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

function countTruly(input: string): Counts {
  const counts = new Map<string, number>();
  for (const word of fields(input)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** Mistakes that leave a signature in the counts. */
function recognise(input: string, saw: unknown): string | undefined {
  if (typeof saw !== 'object' || saw === null) return undefined;
  const words = Object.keys(saw);
  const counts = saw as Counts;
  if (counts.bye === 4)
    return 'the result printed on the slide, which is wrong: count the byes';
  if (words.length === 0 && input.trim() !== '') {
    return 'a Map, which JSON turns into {}: Object.fromEntries makes an object of it';
  }
  if (words.includes('')) {
    return "split(' '), which gives empty strings: Go's strings.Fields never does";
  }
  if (words.some((word) => /\s/.test(word)))
    return 'only blanks separate words: so do tabs';
  if (words.every((word) => word === word.toLowerCase()) && /[A-Z]/.test(input)) {
    return 'words are changed to lower case: strings.Fields leaves them as they are';
  }
  if (/constructor|__proto__/.test(input)) {
    return 'a plain {} already knows names like constructor and __proto__: a Map does not';
  }
  return undefined;
}

async function expectClosed(subject: Subject): Promise<void> {
  const server = new subject.WordCountServer();
  const address = await server.listen('localhost:0');
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

/** A server of ours under the student's client, with counts that nobody can know in advance. */
async function withOurServer(
  compute: (request: { Input: string }) => unknown,
  use: (address: string) => Promise<void>,
): Promise<void> {
  const server = new Server();
  server.registerName('WordCountServer', { Compute: compute });
  const address = await server.listen('localhost:0');
  await use(address);
  await server.close();
}

async function expectClient({ makeRequest }: Subject): Promise<void> {
  const asked: unknown[] = [];
  const counts = { apples: 17, constructor: 3 };
  const compute = (request: { Input: string }) => {
    asked.push(request?.Input);
    return { Counts: counts };
  };
  await withOurServer(compute, async (address) => {
    const saw = await makeRequest('apples and oranges', address);
    const did =
      "called makeRequest('apples and oranges', address) against a server of ours";
    if (asked.length !== 1 || asked[0] !== 'apples and oranges') {
      const inputs = `the server was asked ${asked.length} times: ${show(asked)}`;
      const isIdle = asked.length === 0;
      throw new CheckFailure({
        did,
        saw: inputs,
        expected: 'one request, with that Input',
        mistake: isIdle ? 'client.call is not awaited, or never called' : undefined,
      });
    }
    if (!isSame(saw, counts)) {
      const expected = `what the server counted: ${show(counts)}`;
      throw new CheckFailure({ did, saw: show(saw), expected });
    }
  });
}

async function expectErrors({ makeRequest }: Subject): Promise<void> {
  const fail = () => {
    throw new Error('the disk is full');
  };
  let gone = '';
  await withOurServer(fail, async (address) => {
    gone = address;
    const did = 'called makeRequest against a server whose Compute fails';
    await expectRejection(
      makeRequest('a', address),
      did,
      ServerError,
      'the disk is full',
    );
  });
  const did = 'called makeRequest with an address where nobody listens';
  await expectRejection(makeRequest('a', gone), did, NetworkError, 'connection refused');
}

async function expectRejection(
  promise: Promise<unknown>,
  did: string,
  type: new (...args: never[]) => Error,
  text: string,
): Promise<void> {
  const outcome = await promise.then(
    (value) => `it resolved with ${show(value)}`,
    (error) => (error instanceof type ? undefined : `it rejected with ${error}`),
  );
  if (outcome === undefined) return;
  throw new CheckFailure({
    did,
    saw: outcome,
    expected: `it rejects with the ${type.name} of the call: "… ${text}"`,
    mistake: 'the error is swallowed: nobody can tell no words from no answer',
  });
}

function isSame(saw: unknown, expected: Counts): boolean {
  return typeof saw === 'object' && saw !== null && show(saw) === show(expected);
}

/** A value as JSON with sorted keys, own keys like __proto__ included. */
function show(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return JSON.stringify(value) ?? String(value);
  }
  const pairs = Object.entries(value).map(([key, item]) => `${show(key)}: ${show(item)}`);
  return pairs.length === 0 ? '{}' : `{ ${pairs.sort().join(', ')} }`;
}
