/**
 * Where everything of the diagram stands: a column for each party, a strip for each row, and in
 * each strip who is busy with a call above its arrow and below it. Pure.
 */
import type { Call, CallModel, Row } from './call-model.ts';

export interface Strip {
  readonly row: Row;
  /** Columns of the arrow's ends: of a request, from its caller to who is called. */
  readonly from: number;
  readonly to: number;
  /** Columns whose parties have a call under way before this row, and after it. */
  readonly above: readonly number[];
  readonly below: readonly number[];
}

export interface Layout {
  readonly parties: readonly string[];
  readonly strips: readonly Strip[];
  /** Calls that are not shown because they are older than what is kept. */
  readonly folded: number;
}

/** More have no room; the last column is for all others. */
export const maxParties = 16;
export const otherParties = 'others';

/** `first` stand on the left; calls of groups in `hidden` are left out. */
export function layOutCalls(
  model: CallModel,
  first: readonly string[],
  hidden: ReadonlySet<string>,
): Layout {
  const parties = listParties(model, first);
  const columns = new Map(parties.map((name, column) => [name, column]));
  const columnOf = (name: string) => columns.get(name) ?? parties.length - 1;
  const rows = model.rows.filter(({ call }) => !hidden.has(call.group));
  const busy = new Busy(parties.length);
  for (const call of listOpenBefore(model, rows, hidden))
    busy.add(columnOf(call.request.to), 1);
  const strips = rows.map((row): Strip => {
    const caller = columnOf(row.call.request.from);
    const called = columnOf(row.call.request.to);
    const isRequest = row.entry.type === 'request';
    const above = busy.list();
    busy.add(called, isRequest ? 1 : -1);
    const [from, to] = isRequest ? [caller, called] : [called, caller];
    return { row, from, to, above, below: busy.list() };
  });
  const shown = [...model.groups.values()].filter(({ name }) => !hidden.has(name));
  const folded = shown.reduce((sum, group) => sum + group.folded, 0);
  return { parties, strips, folded };
}

/** In the order of their names: worker 2 before worker 10. */
function listParties({ rows, open }: CallModel, first: readonly string[]): string[] {
  const names = new Set<string>();
  for (const { request } of [...rows.map(({ call }) => call), ...open.values()]) {
    names.add(request.from);
    names.add(request.to);
  }
  for (const name of first) names.delete(name);
  const others = [...names].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const all = [...first, ...others];
  return all.length > maxParties ? [...all.slice(0, maxParties - 1), otherParties] : all;
}

/** Their requests were folded away, and their ends were not, or are still to come. */
function listOpenBefore(
  { open }: CallModel,
  rows: readonly Row[],
  hidden: ReadonlySet<string>,
): Call[] {
  const begun = new Set(
    rows.filter(({ entry }) => entry.type === 'request').map(({ call }) => call),
  );
  const ended = rows.filter(({ call }) => !begun.has(call)).map(({ call }) => call);
  const waiting = [...open.values()].filter((call) => !begun.has(call));
  return [...ended, ...waiting].filter((call) => !hidden.has(call.group));
}

/** How many calls each column is busy with. */
class Busy {
  readonly #calls: number[];

  constructor(columns: number) {
    this.#calls = Array.from({ length: columns }, () => 0);
  }

  add(column: number, calls: 1 | -1): void {
    this.#calls[column] = (this.#calls[column] ?? 0) + calls;
  }

  list(): number[] {
    return this.#calls.flatMap((calls, column) => (calls > 0 ? [column] : []));
  }
}
