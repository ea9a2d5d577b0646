/**
 * The other end of experiment 3: it decodes what it is sent, and says how many bytes those
 * were and of which kind the payload's fields are.
 */
import { createFormat, type Format, type FormatName } from './formats.ts';
import type { PayloadName } from './payloads.ts';

/** What is sent: encoded bytes, and how to decode them. */
export interface EncodedMessage {
  readonly Format: FormatName;
  readonly Payload: PayloadName;
  readonly Body: Uint8Array;
}

const formats = new Map<string, Format>();

export function answer(message: unknown): number {
  const { Format, Payload, Body } = message as EncodedMessage;
  const name = `${Format} ${Payload}`;
  const format = formats.get(name) ?? createFormat(Format, Payload);
  formats.set(name, format);
  return Object.keys(format.decode(Body)).length;
}
