/**
 * Counts what crossed a network, from its events alone.
 *
 * Source: MIT labrpc: GetCount, GetTotalCount and GetTotalBytes.
 */
import type { SimEvent } from './events.ts';

export interface MessageCounts {
  /** Requests that arrived, by the name of the node; a double counts again. */
  readonly requestsTo: ReadonlyMap<string, number>;
  /** Messages sent, requests and replies, whether they arrived or not. */
  readonly messages: number;
  /** The bytes of those messages. */
  readonly bytes: number;
}

export function countMessages(events: readonly SimEvent[]): MessageCounts {
  const requestsTo = new Map<string, number>();
  let messages = 0;
  let bytes = 0;
  for (const event of events) {
    if (event.type === 'sent') {
      messages++;
      bytes += event.message.bytes;
    }
    if (event.type === 'delivered' && event.message.direction === 'request') {
      const { to } = event.message;
      requestsTo.set(to, (requestsTo.get(to) ?? 0) + 1);
    }
  }
  return { requestsTo, messages, bytes };
}
