/**
 * What a viewer of Chrome trace events demands of a document, and what ours promises beyond
 * it: strict, field by field. Returns one sentence for each breach.
 */
import { isDeepStrictEqual } from 'node:util';
import type { TraceDocument } from '../../src/mapreduce/trace-format.ts';

type Fields = Record<string, unknown>;

/** The fields of each kind of event, all required and no others allowed. */
const fields: Record<string, readonly string[]> = {
  M: ['ph', 'name', 'pid', 'tid', 'args'],
  X: ['ph', 'name', 'cat', 'ts', 'dur', 'pid', 'tid', 'args'],
  i: ['ph', 'name', 's', 'ts', 'pid', 'tid', 'args'],
  C: ['ph', 'name', 'ts', 'pid', 'args'],
};

const outcomes = [
  ...['completed', 'completed, output lost later', 'failed', 'input missing', 'ignored'],
  ...['cancelled', 'killed', 'lost', 'unfinished'],
];

/** By category: what a bar that is no attempt may say. */
const spans: Record<string, RegExp> = {
  phase: /^(workers start|(stage \d+, )?(map|reduce) phase)$/,
  absence: /^(dead, not noticed|worker lost)$/,
};

/** Reads the text as a viewer does, and finds everything that breaks a rule. */
export function findBreaches(text: string): string[] {
  const document: Fields = JSON.parse(text);
  const events = document.traceEvents;
  if (!Array.isArray(events)) return ['traceEvents is not a list'];
  const breaches = events.flatMap((event: Fields) =>
    findEventBreaches(event).map((breach) => `${breach}: ${JSON.stringify(event)}`),
  );
  if (document.displayTimeUnit !== 'ms') breaches.push('displayTimeUnit is not ms');
  return [...breaches, ...findNamelessLanes(events), ...findOverlaps(events)];
}

function findEventBreaches(event: Fields): string[] {
  const known = fields[event.ph as string];
  if (!known) return ['unknown ph'];
  const breaches: string[] = [];
  if (!isDeepStrictEqual(Object.keys(event).sort(), [...known].sort()))
    breaches.push('wrong fields');
  for (const field of ['ts', 'dur', 'pid', 'tid']) {
    if (known.includes(field) && !isCount(event[field]))
      breaches.push(`${field} is no count`);
  }
  for (const field of ['name', 'cat']) {
    if (
      known.includes(field) &&
      !(typeof event[field] === 'string' && event[field] !== '')
    )
      breaches.push(`${field} is no text`);
  }
  return [...breaches, ...findArgsBreaches(event, event.args as Fields)];
}

function findArgsBreaches(event: Fields, args: Fields): string[] {
  if (typeof args !== 'object' || args === null) return ['no args'];
  switch (event.ph) {
    case 'M': {
      if (event.name === 'thread_sort_index')
        return isCount(args.sort_index) ? [] : ['no sort_index'];
      const isName = event.name === 'process_name' || event.name === 'thread_name';
      return isName && typeof args.name === 'string' ? [] : ['not a name'];
    }
    case 'X': {
      const name = event.name as string;
      const spanNames = spans[event.cat as string];
      if (spanNames)
        return spanNames.test(name) ? [] : ['not a bar of a phase or a worker'];
      const outcome = args.outcome as string;
      const isKnown = outcomes.includes(outcome) && isCount(args.attempt);
      const expected = [
        ...(args.backup ? ['backup'] : []),
        ...(args['re-execution'] ? ['again'] : []),
        ...(outcome === 'completed' ? [] : [`${outcome}`.replace('completed, ', '')]),
      ];
      const task = args.task as string;
      const isTask = new RegExp(`^${event.cat} \\d+$`).test(task);
      const isTold = name === [task, ...expected].join(', ');
      return isTask && isKnown && isTold ? [] : ['not a bar of an attempt'];
    }
    case 'i':
      return event.s === 't' || event.s === 'p' ? [] : ['wrong scope'];
    default:
      return Object.values(args).every(isCount) ? [] : ['a counter that is no count'];
  }
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Every lane has exactly one name, and something on it: Perfetto shows no other. */
function findNamelessLanes(events: readonly Fields[]): string[] {
  const used = new Set(
    events.filter(({ ph, tid }) => ph !== 'M' && tid !== undefined).map(laneOf),
  );
  const names = events.filter(({ name }) => name === 'thread_name').map(laneOf);
  const processes = new Set(events.map(({ pid }) => pid));
  const named = events
    .filter(({ name }) => name === 'process_name')
    .map(({ pid }) => pid);
  const breaches: string[] = [];
  if (!isDeepStrictEqual([...used].sort(), names.sort()))
    breaches.push('lanes without name, or with nothing else');
  if (!isDeepStrictEqual([...processes], named)) breaches.push('processes without name');
  return breaches;
}

function laneOf({ pid, tid }: Fields): string {
  return `${pid} ${tid}`;
}

/** Bars on one lane may touch, not overlap: a viewer would nest or drop them. */
function findOverlaps(events: readonly Fields[]): string[] {
  const bars = events.filter(({ ph }) => ph === 'X');
  return [...new Set(bars.map(laneOf))].flatMap((lane) => {
    const there = bars
      .filter((bar) => laneOf(bar) === lane)
      .sort((a, b) => Number(a.ts) - Number(b.ts) || Number(a.dur) - Number(b.dur));
    return there.flatMap((bar, i) => {
      const next = there[i + 1];
      const end = Number(bar.ts) + Number(bar.dur);
      if (!next || end <= Number(next.ts)) return [];
      return [
        `lane ${lane}: ${bar.name} ends at ${end}, ${next.name} begins at ${next.ts}`,
      ];
    });
  });
}

/** The bars as `worker: task outcome`, in the order of the attempts. */
export function listBars({ traceEvents }: TraceDocument): string[] {
  return traceEvents.flatMap((event) => {
    if (event.ph !== 'X' || event.cat in spans) return [];
    const { stage, task, outcome } = event.args;
    return [
      `${event.tid}: ${stage === undefined ? '' : `stage ${stage}, `}${task} ${outcome}`,
    ];
  });
}

/** The other bars as `lane: name from - to`, in milliseconds. */
export function listSpans({ traceEvents }: TraceDocument): string[] {
  return traceEvents.flatMap((event) => {
    if (event.ph !== 'X' || !(event.cat in spans)) return [];
    const lane = event.cat === 'phase' ? 'master' : event.tid;
    const [from, to] = [event.ts, event.ts + event.dur].map((time) => time / 1000);
    return [`${lane}: ${event.name} ${from} - ${to}`];
  });
}

/** The marks as `lane: name`. */
export function listMarks({ traceEvents }: TraceDocument): string[] {
  return traceEvents.flatMap((event) => {
    if (event.ph !== 'i') return [];
    return [`${event.s === 'p' ? 'all' : event.tid}: ${event.name}`];
  });
}
