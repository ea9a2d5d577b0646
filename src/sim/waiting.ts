/**
 * Who waits for what when nothing is left to happen: the calls without an answer, each with
 * what became of its messages. Reads the event log and nothing else.
 */
import type { Message, SimEvent } from './events.ts';

/** A line per unanswered call, the oldest first; none when no call is open. */
export function listWaiting(events: readonly SimEvent[]): string[] {
  const requests = events.flatMap((event) =>
    event.type === 'sent' && event.message.direction === 'request' ? [event.message] : [],
  );
  return requests
    .filter((request) => !isAnswered(request, events))
    .map(
      (request) =>
        `${request.from} waits for ${request.to}: ${request.label}, ${explain(request, events)}`,
    );
}

function isAnswered(request: Message, events: readonly SimEvent[]): boolean {
  return events.some(
    (event) => event.type === 'delivered' && isReplyTo(request, event.message),
  );
}

/** A reply has the number of its request behind the `#` of its label. */
function isReplyTo(request: Message, reply: Message): boolean {
  return (
    reply.direction === 'reply' &&
    reply.from === request.to &&
    reply.to === request.from &&
    numberOf(reply) === numberOf(request)
  );
}

function numberOf({ label }: Message): string | undefined {
  return /#(\d+)/.exec(label)?.[1];
}

function explain(request: Message, events: readonly SimEvent[]): string {
  const isAbout = (message: Message) =>
    message.direction === request.direction && message.number === request.number;
  const isLost = (matches: (message: Message) => boolean) =>
    events.find((event) => event.type === 'lost' && matches(event.message));
  const lostReply = isLost((message) => isReplyTo(request, message));
  if (lostReply) return `whose reply was lost at ${lostReply.atMs} ms`;
  const delivered = events.find(
    (event) => event.type === 'delivered' && isAbout(event.message),
  );
  if (delivered) return `which arrived at ${delivered.atMs} ms and was never answered`;
  const lost = isLost(isAbout);
  return lost ? `which was lost at ${lost.atMs} ms` : 'which is still under way';
}
