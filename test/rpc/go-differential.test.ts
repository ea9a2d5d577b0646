/**
 * Requests and values made by chance, ten thousand and more, answered by Go and by us. Whatever
 * differs must belong to a class that `slides-notes/differences-from-go.md` explains.
 */
import { expect, test } from 'vitest';
import { dial, Server } from '../../src/rpc/index.ts';
import { writeJson } from '../../src/rpc/json/json-writer.ts';
import { canonical, describeAnswers } from './canonical.ts';
import { listDifferences } from './differences.ts';
import { Arith, arithTypes, Rich } from './go/arith.ts';
import { describeWithGo, runGo, startArithServer } from './go/go.ts';
import { makeRequests } from './go-requests.ts';
import { makeRiches } from './go-rich.ts';
import { RawEnd } from './raw-end.ts';

/** Asked after each request: a server that has hung up does not answer it. */
const probe = '\n{"method":"Arith.Echo","params":["still here"],"id":"probe"}\n';

function describeAll(output: string): string {
  const lines = output.split('\n').slice(0, -1);
  const answers = lines.filter((line) => !line.startsWith('{"id":"probe"'));
  return describeAnswers(answers, answers.length === lines.length);
}

async function askGo(requests: readonly string[]): Promise<string[]> {
  const lines = requests.map((text) => Buffer.from(text + probe).toString('base64'));
  const printed = await runGo('arith-server', ['oracle'], `${lines.join('\n')}\n`);
  const answers = printed.split('\n').slice(0, -1);
  return answers.map((line) => describeAll(Buffer.from(line, 'base64').toString()));
}

async function askUs(requests: readonly string[]): Promise<string[]> {
  const limits = { maxConnections: Infinity };
  const server = new Server({ codecs: ['go-json'], http: false, limits });
  server.register(new Arith(), { types: arithTypes });
  const ends = requests.map((text) => {
    const end = new RawEnd();
    void server.serveConn(end);
    end.say(text + probe);
    end.finish();
    return end;
  });
  // Connections take turns; each hangs up when it has answered what it was asked.
  while (!ends.every((end) => end.isHungUp)) await ends.at(-1)?.settled();
  return ends.map((end) => describeAll(end.sent.toString()));
}

/** Takes out of both answers, but not of their ids, what a class of differences is about. */
type Forget = (go: string, ours: string, input: string) => readonly [string, string];

const classes: Record<string, Forget> = {
  'a nil slice, map or []byte': (go, ours) => forgetNil(go, ours),
  'a large integer in an interface': (go, ours, input) =>
    /\bAny"/.test(input)
      ? forget([go, ours], /-?\d{16,}/g, (digits) => String(Number(digits)))
      : [go, ours],
  'a time that is none': (go, ours) =>
    /"error":"(parsing time|Time.UnmarshalJSON)/.test(go)
      ? forget([go, ours], /"error":".*"\}/gs, '"error":"some"}')
      : [go, ours],
  'a reply that JSON cannot hold': (go, ours) =>
    ours.includes('json: unsupported type') && go === 'waits for more'
      ? ['', '']
      : [go, ours],
};

function forget(
  answers: readonly string[],
  pattern: RegExp,
  by: string | ((text: string) => string),
): readonly [string, string] {
  const [go = '', ours = ''] = answers.map((answer) => {
    const start = Math.max(answer.indexOf('"result":'), 0);
    return answer.slice(0, start) + answer.slice(start).replace(pattern, by as string);
  });
  return [go, ours];
}

function forgetNil(go: string, ours: string): readonly [string, string] {
  return forget([go, ours], /\[\]|\{\}|(?<=:)""/g, 'null');
}

function isEqualWithout(
  names: readonly string[],
  go: string,
  ours: string,
  input: string,
) {
  let left: readonly [string, string] = [go, ours];
  for (const name of names) left = (classes[name] as Forget)(...left, input);
  return left[0] === left[1];
}

describeWithGo('requests made by chance', () => {
  test('ten thousand: the answers are equal, or differ as documented', async () => {
    const requests = makeRequests(10_000, 1);
    const [goAnswers, ourAnswers] = [await askGo(requests), await askUs(requests)];
    expect(goAnswers.length).toBe(requests.length);
    const names = Object.keys(classes);
    const seen = new Set<string>();
    const unexplained = [];
    for (const [i, input] of requests.entries()) {
      const [go, ours] = [goAnswers[i] as string, ourAnswers[i] as string];
      if (go === ours) continue;
      for (const name of names)
        if (isEqualWithout([name], go, ours, input)) seen.add(name);
      if (!isEqualWithout(names, go, ours, input)) unexplained.push({ input, go, ours });
    }
    expect(unexplained.slice(0, 3)).toEqual([]);
    const documented = listDifferences('Requests made by chance').map(
      ({ input }) => input,
    );
    expect([...seen].sort(), 'each class really differs').toEqual([...documented].sort());
    expect(documented).toEqual(names);
  });
});

/** Several texts may name one float32. */
function describeRich(json: string): string {
  return canonical(json).replace(
    /"F32":([^,]+)/,
    (_, digits) => `"F32":${Math.fround(Number(digits))}`,
  );
}

describeWithGo('values made by chance', () => {
  test.each([
    ['gob', 1500],
    ['go-json', 500],
  ] as const)(
    'over %s Go takes each of %i for what it is, and gives it back',
    async (codec, count) => {
      const { [codec]: address } = await startArithServer();
      const client = await dial(address, { codec });
      for (const value of makeRiches(count, 2)) {
        const [reply, text] = await Promise.all([
          client.call('Arith.Rich', value, { types: arithTypes.Rich }),
          client.call<string>('Arith.Describe', value, { types: arithTypes.Describe }),
        ]);
        expect(canonical(writeJson(reply, Rich))).toBe(canonical(writeJson(value, Rich)));
        const [go, ours] = forgetNil(
          describeRich(text),
          describeRich(writeJson(value, Rich)),
        );
        expect(go).toBe(ours);
      }
      await client.close();
    },
  );
});

/** By name: what a request is about that no generator would find. */
const byHand: Record<string, string> = {
  'a member twice, the first of a wrong type':
    '{"method":5,"method":"Arith.Echo","params":["a"],"id":1}',
  'arrays nested 600 deep': `{"method":"Arith.Any","params":[${'['.repeat(600)}${']'.repeat(600)}],"id":1}`,
  'arrays nested 10,001 deep': `{"method":"Arith.Any","params":[${'['.repeat(10_001)}${']'.repeat(10_001)}],"id":1}`,
  'a method of 2,000 letters': `{"method":"Arith.${'A'.repeat(2000)}","params":[{}],"id":1}`,
  'an id of 2,000 letters': `{"method":"Arith.Add","params":[{}],"id":"${'x'.repeat(2000)}"}`,
  'a text of 5 MB': `{"method":"Arith.Echo","params":["${'x'.repeat(5_000_000)}"],"id":1}`,
};

function summarise(answer: string): string {
  if (answer === 'hangs up' || answer === 'waits for more') return answer;
  return /"error":null\}$/.test(answer) ? 'a result' : 'an error';
}

describeWithGo('requests made by hand', () => {
  test('our limits and our parser show, as documented', async () => {
    const requests = Object.values(byHand);
    const [goAnswers, ourAnswers] = [await askGo(requests), await askUs(requests)];
    const differences = Object.keys(byHand).flatMap((input, i) => {
      const [go, ours] = [goAnswers[i], ourAnswers[i]].map((answer = '') =>
        summarise(answer),
      );
      return go === ours ? [] : [{ input, go, ours }];
    });
    expect(differences).toEqual(listDifferences('Requests made by hand'));
  });
});
