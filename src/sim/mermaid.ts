/**
 * Events as a Mermaid sequence diagram, which GitHub draws. An arrow stands where its message
 * arrives or is lost, with the time that it was under way.
 *
 * Simplification: Mermaid's arrows are level, so that arrows cannot cross; `space-time-svg.ts`
 * and `space-time.ts` show who overtakes whom.
 */
import type { SimEvent } from './events.ts';

/** A `sequenceDiagram`; the nodes stand from left to right as they are given. */
export function drawMermaid(
  events: readonly SimEvent[],
  nodes: readonly string[],
): string {
  const sentMs = new Map<string, number>();
  const lines = events.flatMap((event): string[] => {
    if (event.type === 'sent') sentMs.set(nameOf(event.message), event.atMs);
    return drawEvent(event, sentMs);
  });
  const participants = nodes.map((node) => `participant ${node}`);
  return ['sequenceDiagram', ...[...participants, ...lines].map(indent)].join('\n');
}

function drawEvent(event: SimEvent, sentMs: ReadonlyMap<string, number>): string[] {
  switch (event.type) {
    case 'delivered':
    case 'lost': {
      const { message, atMs } = event;
      const fromMs = sentMs.get(nameOf(message)) ?? atMs;
      const arrow = message.direction === 'request' ? '->>' : '-->>';
      const lost = message.direction === 'request' ? '-x' : '--x';
      const when = fromMs === atMs ? `${atMs}` : `${fromMs} to ${atMs}`;
      const how = event.type === 'lost' ? ', lost' : '';
      const line = event.type === 'lost' ? lost : arrow;
      return [
        `${message.from}${line}${message.to}: ${captionOf(message)} (${when} ms${how})`,
      ];
    }
    case 'noted':
      return [`Note over ${event.node}: ${plain(event.text)}`];
    case 'crashed':
    case 'restarted':
      return [`Note over ${event.node}: ${event.type} (${event.atMs} ms)`];
    default:
      return [];
  }
}

/** What a message says, without the number of its call. */
export function captionOf({ label }: { label: string }): string {
  const text = label.replace(/ #\S+?(?=:|$)/, '');
  return plain(text === 'ok' ? 'reply' : text);
}

/** Semicolons end a line of Mermaid, and `#` begins a code. */
function plain(text: string): string {
  return text.replaceAll('#', 'no. ').replaceAll(';', ',');
}

function nameOf({ direction, number }: { direction: string; number: number }): string {
  return `${direction} ${number}`;
}

function indent(line: string): string {
  return `  ${line}`;
}
