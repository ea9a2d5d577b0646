/**
 * Experiment 3: what it costs to turn a message into bytes and back, by format and by what the
 * message holds; and which part that is of the time a message takes to another process.
 *
 * Source: "Process-Based Workers", "Experiment 3: Serialization Cost".
 */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Channel } from '../channels/channel.ts';
import { buildEnds, openChannel } from '../channels/open-channel.ts';
import type { Experiment, Run, Summary } from './experiment.ts';
import { createFormat, type Format, type FormatName, formatNames } from './formats.ts';
import { summarise } from './numbers.ts';
import { createPayload, type PayloadName, payloadNames } from './payloads.ts';
import type { EncodedMessage } from './serialisation-end.ts';
import {
  concludeSerialisation,
  drawSerialisation,
  tabulateSerialisation,
} from './serialisation-report.ts';
import { takeTurns } from './turns.ts';

/** One payload in one format; times in microseconds. */
export interface SerialisationCost {
  readonly format: FormatName;
  readonly payload: PayloadName;
  readonly bytes: number;
  readonly encodeUs: Summary;
  readonly decodeUs: Summary;
  /** From before encoding here to the answer of the process that has decoded it. */
  readonly totalUs: Summary;
}

export const serialisation: Experiment<readonly SerialisationCost[]> = {
  number: 3,
  title: 'What serialisation costs',
  question:
    'Which data are expensive to serialise, is encoding or decoding the dearer half, and ' +
    'which part of a message’s time is it? The bytes go over a unix socket, alone.',
  measure,
  tables: tabulateSerialisation,
  figures: drawSerialisation,
  conclude: concludeSerialisation,
};

/** A format that has its turn, and what has been measured of it. */
interface Contender {
  readonly name: FormatName;
  readonly payload: PayloadName;
  readonly value: object;
  /** For what stays here; the other for what goes out: each is one stream. */
  readonly here: Format;
  readonly outgoing: Format;
  readonly bytes: Uint8Array;
  readonly lapsUs: { encode: number[]; decode: number[]; total: number[] };
}

async function measure(run: Run): Promise<readonly SerialisationCost[]> {
  const endFile = join(import.meta.dirname, 'serialisation-end.ts');
  const channel = await openChannel(
    'unix-framed-json',
    await buildEnds(endFile, run.folder),
  );
  try {
    const costs: SerialisationCost[] = [];
    for (const [index, payload] of payloadNames.entries()) {
      const value = createPayload(payload, run.createRandom(index));
      const contenders = formatNames.map((name) => makeContender(name, payload, value));
      await measurePayload(contenders, channel, run, index);
      costs.push(...contenders.map(summariseContender));
    }
    return costs;
  } finally {
    await channel.close();
  }
}

/** Throws where a format does not give back what it was given: its speed would mean nothing. */
function makeContender(name: FormatName, payload: PayloadName, value: object): Contender {
  const here = createFormat(name, payload);
  const outgoing = createFormat(name, payload);
  // The first one may hold types that the later ones do not repeat.
  const back = here.decode(here.encode(value));
  const bytes = here.encode(value);
  if (!isDeepStrictEqual(toPlain(back), toPlain(value)))
    throw new Error(`${name} does not give back ${payload} as it was`);
  const lapsUs = { encode: [], decode: [], total: [] };
  return { name, payload, value, here, outgoing, bytes, lapsUs };
}

/** Of which class the objects are does not matter. */
function toPlain(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}

async function measurePayload(
  contenders: readonly Contender[],
  channel: Channel,
  run: Run,
  index: number,
): Promise<void> {
  const rounds = run.isQuick ? 3 : 5;
  const ms = run.isQuick ? 5 : 40;
  await takeTurns(contenders, rounds, async (contender, round) => {
    run.signal.throwIfAborted();
    const { name, value, here, bytes, lapsUs } = contender;
    const encode = timeOften(() => here.encode(value), ms);
    const decode = timeOften(() => here.decode(bytes), ms);
    const total = await timeMessages(contender, channel, ms);
    if (round < 0) return;
    lapsUs.encode.push(encode);
    lapsUs.decode.push(decode);
    lapsUs.total.push(total);
    const done = (index + round / rounds) / payloadNames.length;
    run.progress(done, 1, `${contender.payload}, ${name}`);
  });
}

/** The median of what each took, in microseconds, of as many as fit in `ms`. */
function timeOften(doOnce: () => unknown, ms: number): number {
  const lapsUs: number[] = [];
  const beginMs = performance.now();
  for (let nowMs = beginMs; nowMs - beginMs < ms; ) {
    const previousMs = performance.now();
    doOnce();
    nowMs = performance.now();
    lapsUs.push((nowMs - previousMs) * 1000);
  }
  return summarise(lapsUs).median;
}

async function timeMessages(
  { name, payload, value, outgoing }: Contender,
  channel: Channel,
  ms: number,
): Promise<number> {
  const lapsUs: number[] = [];
  const fields = Object.keys(value).length;
  const beginMs = performance.now();
  for (let nowMs = beginMs; nowMs - beginMs < ms; ) {
    const previousMs = performance.now();
    const Body = outgoing.encode(value);
    const message: EncodedMessage = { Format: name, Payload: payload, Body };
    const answered = await channel.call(message);
    if (answered !== fields)
      throw new Error(`wrong answer: ${answered} fields, not ${fields}`);
    nowMs = performance.now();
    lapsUs.push((nowMs - previousMs) * 1000);
  }
  return summarise(lapsUs).median;
}

function summariseContender({
  name,
  payload,
  bytes,
  lapsUs,
}: Contender): SerialisationCost {
  return {
    format: name,
    payload,
    bytes: bytes.length,
    encodeUs: summarise(lapsUs.encode),
    decodeUs: summarise(lapsUs.decode),
    totalUs: summarise(lapsUs.total),
  };
}
