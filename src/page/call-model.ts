/**
 * The reducer of the diagram: entries become calls, and rows in the order of what was seen. It
 * keeps the latest rows, everyday ones apart from the others, and counts those it folded away.
 */
import type { CallEntry, CallFacts, EndSeen, RequestSeen } from './call-record.ts';

export interface Call {
  readonly request: RequestSeen;
  /** What it is counted as: its method, or one of many. */
  readonly group: string;
  end: EndSeen | undefined;
}

/** One line of the diagram: a call's request, or its end. */
export interface Row {
  readonly call: Call;
  readonly entry: CallEntry;
}

/** The calls of one method. */
export interface Group {
  readonly name: string;
  readonly isQuiet: boolean;
  calls: number;
  /** Those whose request is no longer kept. */
  folded: number;
}

/** Rows that are kept, after each folding and at most. */
const keptRows = { usual: [300, 400], quiet: [100, 150] } as const;
/** Names come from the wire, and anybody may make them up. */
const maxGroups = 30;
export const otherMethods = 'other methods';

export class CallModel {
  rows: Row[] = [];
  /** By name, in the order of their first calls. */
  readonly groups = new Map<string, Group>();
  /** Under way, by number. */
  readonly open = new Map<number, Call>();
  readonly counts = { request: 0, reply: 0, error: 0, silence: 0 };
  /** Entries that were gone before they could be read. */
  missed = 0;
  #next = 0;
  readonly #quiet: ReadonlySet<string>;
  #rowCounts = { usual: 0, quiet: 0 };

  constructor({ quiet }: Pick<CallFacts, 'quiet'>) {
    this.#quiet = new Set(quiet);
  }

  read(entry: CallEntry): void {
    if (entry.number < this.#next) return;
    if (entry.number > this.#next) this.#skip(entry.number - this.#next);
    this.#next = entry.number + 1;
    if (entry.type === 'request') this.#begin(entry);
    else this.#end(entry);
  }

  /** How calls that were under way have ended is not known, so they go. */
  #skip(count: number): void {
    this.missed += count;
    this.open.clear();
    for (const { call, entry } of this.rows)
      if (entry.type === 'request') this.#groupOf(call.group).folded++;
    this.rows = [];
    this.#rowCounts = { usual: 0, quiet: 0 };
  }

  #begin(request: RequestSeen): void {
    const { name } = this.#groupOf(request.method);
    this.#groupOf(name).calls++;
    const call = { request, group: name, end: undefined };
    this.open.set(request.call, call);
    this.#add({ call, entry: request });
  }

  /** Of a call whose request was missed there is nothing to tell. */
  #end(entry: EndSeen): void {
    const call = this.open.get(entry.call);
    if (!call) return;
    call.end = entry;
    this.open.delete(entry.call);
    this.#add({ call, entry });
  }

  #groupOf(method: string): Group {
    const isKnown = this.groups.has(method) || this.groups.size < maxGroups;
    const name = isKnown ? method : otherMethods;
    let group = this.groups.get(name);
    if (!group) {
      group = { name, isQuiet: this.#quiet.has(name), calls: 0, folded: 0 };
      this.groups.set(name, group);
    }
    return group;
  }

  #add(row: Row): void {
    this.counts[row.entry.type]++;
    this.rows.push(row);
    const kind = this.#kindOf(row);
    if (++this.#rowCounts[kind] > keptRows[kind][1]) this.#fold(kind);
  }

  #kindOf({ call }: Row): 'usual' | 'quiet' {
    return this.#groupOf(call.group).isQuiet ? 'quiet' : 'usual';
  }

  /** The oldest go, many at a time: the diagram does not move with each call. */
  #fold(kind: 'usual' | 'quiet'): void {
    let surplus = this.#rowCounts[kind] - keptRows[kind][0];
    this.#rowCounts[kind] -= surplus;
    this.rows = this.rows.filter((row) => {
      if (surplus === 0 || this.#kindOf(row) !== kind) return true;
      surplus--;
      if (row.entry.type === 'request') this.#groupOf(row.call.group).folded++;
      return false;
    });
  }
}
