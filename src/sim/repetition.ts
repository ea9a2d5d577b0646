/**
 * What goes round and round when a run has no end: the shortest cycle of messages and notes
 * that the last events repeat.
 */
import type { SimEvent } from './events.ts';

const minRepeats = 3;
const maxPeriod = 50;

/** The steps of the cycle, in words; undefined: the end of these events repeats nothing. */
export function findRepetition(events: readonly SimEvent[]): string[] | undefined {
  const said = events.slice(-minRepeats * maxPeriod * 2).flatMap(describe);
  for (let period = 1; period <= maxPeriod; period++) {
    const tail = said.slice(-minRepeats * period);
    if (tail.length < minRepeats * period) return undefined;
    if (tail.every((text, i) => text === tail[i % period])) return tail.slice(0, period);
  }
  return undefined;
}

/** Without numbers, which never repeat. */
function describe(event: SimEvent): string[] {
  if (event.type === 'noted') return [`${event.node}: ${event.text}`];
  if (event.type === 'refused') return [`${event.from} ─ ${event.to}: ${event.why}`];
  if (event.type !== 'sent') return [];
  const { from, to, label } = event.message;
  return [`${from} → ${to}: ${label.replace(/ ?#\d+/, '')}`];
}
