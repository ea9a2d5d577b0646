/**
 * Ten thousand requests made by chance, answered by Go's JSON server and by ours. Whatever
 * differs must belong to a class that `slides-notes/differences-from-go.md` explains.
 */
import { expect, test } from 'vitest';
import { Server } from '../../src/rpc/index.ts';
import { describeAnswers } from './canonical.ts';
import { listDifferences } from './differences.ts';
import { Arith, arithTypes } from './go/arith.ts';
import { describeWithGo, runGo } from './go/go.ts';
import { makeRequests } from './go-requests.ts';
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
  await ends.at(-1)?.settled();
  return ends.map((end) => describeAll(end.sent.toString()));
}

/** Takes out of both answers what a documented class of differences is about. */
type Forget = (go: string, ours: string, input: string) => readonly [string, string];

const classes: Record<string, Forget> = {
  'a nil slice, map or []byte': (...answers) =>
    forget(answers, /\[\]|\{\}|(?<=:)""/g, 'null'),
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
    const [id = '', rest = ''] = answer.split(/(?="result":)/);
    return id + rest.replace(pattern, by as string);
  });
  return [go, ours];
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
