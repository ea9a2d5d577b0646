/**
 * The rows of a space-time diagram: which event stands on which, and how long each message is
 * under way in rows. Knows nothing of columns and characters.
 */
import type { LossReason, Message, SimEvent } from './events.ts';

/** One end of a message's way: a copy that arrives, or is lost. */
export interface Arrival {
  readonly row: number;
  /** Undefined: it was delivered. */
  readonly why: LossReason | undefined;
}

export interface Flight {
  readonly message: Message;
  readonly sentMs: number;
  readonly sentRow: number;
  isDoubled: boolean;
  /** None: it is still under way when the events end. */
  readonly arrivals: Arrival[];
}

/** What a row is about. A message that arrives before anything else happens needs one only. */
export interface Row {
  readonly event: SimEvent;
  readonly atMs: number;
  untilMs: number;
}

export interface Plan {
  readonly rows: readonly Row[];
  readonly flights: readonly Flight[];
}

export function planRows(events: readonly SimEvent[]): Plan {
  const rows: Row[] = [];
  const flights = new Map<string, Flight>();
  for (const event of events) {
    if (event.type === 'doubled' || event.type === 'delivered' || event.type === 'lost') {
      const flight = flights.get(nameOf(event.message));
      if (flight) follow(flight, event, rows);
      continue;
    }
    if (!isShown(event)) continue;
    const row = addRow(rows, event);
    if (event.type !== 'sent') continue;
    const { message, atMs: sentMs } = event;
    const flight = { message, sentMs, sentRow: row, isDoubled: false, arrivals: [] };
    flights.set(nameOf(message), flight);
  }
  return { rows, flights: [...flights.values()] };
}

/** A connection that opens or closes as it should is no news. */
function isShown(event: SimEvent): boolean {
  return event.type !== 'dialled' && (event.type !== 'closed' || event.isReset);
}

function addRow(rows: Row[], event: SimEvent): number {
  return rows.push({ event, atMs: event.atMs, untilMs: event.atMs }) - 1;
}

function follow(
  flight: Flight,
  event: SimEvent & { type: 'doubled' | 'delivered' | 'lost' },
  rows: Row[],
): void {
  if (event.type === 'doubled') {
    flight.isDoubled = true;
    return;
  }
  const why = event.type === 'lost' ? event.why : undefined;
  const isAtOnce = why !== undefined && event.atMs === flight.sentMs;
  const isNext = rows.length - 1 === flight.sentRow && !flight.isDoubled;
  const isSameRow = isAtOnce || isNext;
  const row = isSameRow ? flight.sentRow : addRow(rows, event);
  flight.arrivals.push({ row, why });
  if (isSameRow) (rows[row] as Row).untilMs = event.atMs;
}

function nameOf({ direction, number }: Message): string {
  return `${direction} ${number}`;
}
