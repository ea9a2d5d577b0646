/**
 * Runs of Cristian's algorithm as a page shows them: for each round trip and each thinking time
 * of the server a row of runs, from a request that took all of the round trip to a reply that
 * did. Pure: what a run was in numbers, and what it was in words.
 */

/** One run, as it was recorded. Times are milliseconds. */
export interface Exchange {
  /** How long the request was under way. */
  readonly outMs: number;
  /** And the reply. */
  readonly backMs: number;
  /** By the client's clock: the request left. */
  readonly T1: number;
  /** By the server's clock: it came, and the reply left. */
  readonly T2: number;
  readonly T3: number;
  /** By the client's clock again: the reply came. */
  readonly T4: number;
  /** Without the server's thinking. */
  readonly roundTripMs: number;
  /** What the server's clock says at T4, as the client thinks. */
  readonly estimate: number;
  /** What it truly says then. */
  readonly truth: number;
  /** Estimate minus truth: negative, the client's clock will be behind. */
  readonly errorMs: number;
  /** The error is never more, either way. */
  readonly boundMs: number;
}

/** The runs of one round trip, by their asymmetry. */
export interface ExchangeRow {
  readonly roundTripMs: number;
  readonly thinkMs: number;
  readonly exchanges: readonly Exchange[];
}

/** All that the page can show. */
export interface CristianRecord {
  /** The server's clock minus the client's. */
  readonly offsetMs: number;
  /** No message is quicker, as everybody knows. */
  readonly leastMs: number;
  /** By rising round trips, each with the same thinking times. */
  readonly roundTripsMs: readonly number[];
  readonly thinkingMs: readonly number[];
  readonly rows: readonly ExchangeRow[];
  /** What is looked at first. */
  readonly first: {
    readonly roundTripMs: number;
    readonly thinkMs: number;
    readonly asymmetryMs: number;
  };
}

/** How much longer the reply took than the request. */
export function asymmetryOf({ outMs, backMs }: Exchange): number {
  return backMs - outMs;
}

/** The run of a row whose asymmetry is nearest. */
export function findNearest({ exchanges }: ExchangeRow, asymmetryMs: number): number {
  const distances = exchanges.map((one) => Math.abs(asymmetryOf(one) - asymmetryMs));
  return distances.indexOf(Math.min(...distances));
}

/** What has just happened, in one sentence. */
export function tellExchange(exchange: Exchange): string {
  const { errorMs, boundMs } = exchange;
  const asymmetryMs = asymmetryOf(exchange);
  const bound = tellMs(boundMs);
  if (boundMs === 0)
    return `Both ways took ${tellMs(exchange.outMs)} ms, and no message takes less: the clock is right, and that is known.`;
  if (errorMs === 0)
    return `Both ways took ${tellMs(exchange.outMs)} ms: the clock is right, but nobody can know: it might be ${bound} ms off.`;
  const [slow, quick] = asymmetryMs > 0 ? ['reply', 'request'] : ['request', 'reply'];
  const state = errorMs < 0 ? 'behind' : 'ahead';
  const error = tellMs(Math.abs(errorMs));
  const limit =
    Math.abs(errorMs) === boundMs
      ? 'as far as it can be'
      : `and cannot be more than ${bound}`;
  return `The ${slow} took ${tellMs(Math.abs(asymmetryMs))} ms longer than the ${quick}: the clock is ${error} ms ${state}, ${limit}.`;
}

/** `−20 ms`, `+7.5 ms`, `0 ms`: with a true minus sign. */
export function tellSigned(ms: number): string {
  const sign = ms > 0 ? '+' : ms < 0 ? '−' : '';
  return `${sign}${tellMs(Math.abs(ms))} ms`;
}

/** As many digits as it has, two at most. */
export function tellMs(ms: number): string {
  return String(Math.round(ms * 100) / 100);
}
