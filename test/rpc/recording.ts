/** Reads `test/fixtures/go/net-rpc.txt`: what Go said, line by line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// Some of what was sent is no UTF-8: here a character is a byte.
const file = join(import.meta.dirname, '../fixtures/go/net-rpc.txt');
const text = readFileSync(file, 'latin1');

function section(name: string): string {
  const start = text.indexOf(`=== ${name}\n`);
  const end = text.indexOf('\n=== ', start + 1);
  return text.slice(text.indexOf('\n', start) + 1, end === -1 ? undefined : end);
}

function decode(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

/** One client's bytes, and Go's answers. */
export interface Conversation {
  readonly input: Buffer;
  /** Whole lines of JSON, as they came. */
  readonly output: readonly string[];
  readonly isHungUp: boolean;
}

export function readConversations(): Conversation[] {
  const pattern = /^IN {2}(.*?)\n+OUT (.*)$/gms;
  return section('jsonrpc server raw')
    .split(/\n(?=IN )/)
    .flatMap((block) => [...block.matchAll(new RegExp(pattern, 'gm'))])
    .map(([, input = '', output = '']) => ({
      input: Buffer.from(input, 'latin1'),
      output: readQuoted(output),
      isHungUp: output.includes('SERVER CLOSED CONN'),
    }));
}

function readQuoted(output: string): string[] {
  const quoted = output.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
  const texts = quoted.map((item) => JSON.parse(decode(item)) as string);
  return texts.filter((item) => item !== '').map((item) => item.trimEnd());
}

/** One reply to Go's JSON client, and what became of the call and of those after it. */
export interface Reply {
  /** Undefined: the caller gave Go no variable for the reply. */
  readonly hasReply: boolean;
  readonly sent: string;
  readonly response: string;
  readonly error: string;
  readonly isServerError: boolean;
  readonly reply: string;
  readonly nextError: string;
  readonly secondClose: string;
}

export function readReplies(): Reply[] {
  const pattern =
    /^client(-nilreply)?: sent=("(?:[^"\\]|\\.)*") resp=("(?:[^"\\]|\\.)*") -> err=(.*?) \(ServerError=(\w+)\) reply=(.*?); next call err=(.*?); close=<nil> close2=(.*)$/gm;
  return [...section('jsonrpc client raw').matchAll(pattern)].map(
    ([
      ,
      nil,
      sent = '',
      response = '',
      error = '',
      isServer,
      reply = '',
      next,
      close,
    ]) => ({
      hasReply: nil === undefined,
      sent: JSON.parse(decode(sent)),
      response: JSON.parse(decode(response)),
      error,
      isServerError: isServer === 'true',
      reply,
      nextError: next ?? '',
      secondClose: close ?? '',
    }),
  );
}

/** One call of the gob session. */
export interface Exchange {
  readonly method: string;
  readonly request: Buffer;
  readonly response: Buffer;
  /** `<nil>`: none. */
  readonly error: string;
  readonly reply: string;
}

export function readGobSession(): Exchange[] {
  const pattern =
    /^-- (.*)\nC write \d+ bytes: (\w+)\nS write \d+ bytes: (\w+)\n {3}err=(.*) reply=(.*)$/gm;
  return [...section('gob session over pipe').matchAll(pattern)].map(
    ([, method = '', request = '', response = '', error = '', reply = '']) => ({
      method,
      request: Buffer.from(request, 'hex'),
      response: Buffer.from(response, 'hex'),
      error,
      reply,
    }),
  );
}

/** Single gob values by their names, in hexadecimal. */
export function readGobValues(): Map<string, string> {
  const lines = section('raw gob values').trimEnd().split('\n');
  return new Map(
    lines.map((line) => {
      const [, name = '', hex = ''] = /^(.*?) +([0-9a-f]+)$/.exec(line) ?? [];
      return [name, hex];
    }),
  );
}

/** Every line of the recording that one of the readers above must have read. */
export function countLines() {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  return {
    conversations: count(/^IN /gm),
    replies: count(/^client/gm),
    calls: count(/^-- /gm),
    values: section('raw gob values').trimEnd().split('\n').length,
  };
}
