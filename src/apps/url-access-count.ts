/**
 * Counts how often each URL was asked for, from the log of a web server (Common Log Format and
 * what extends it). A line that holds no request is left out: every real log has some.
 *
 *     npm run mapreduce -- --job url-access-count test/fixtures/inputs/access-log.txt
 *
 * Source: OSDI '04, section 2.3, "Count of URL Access Frequency".
 */
import type { Emit, RecordKey } from '../mapreduce/job.ts';

/** `"GET /index.html HTTP/1.0"`; a request of HTTP/0.9 names no version. */
const request = /"[A-Z]+ (\S+)(?: HTTP\/\d(?:\.\d)?)?"/;

export function map(_key: RecordKey, line: string, emit: Emit): void {
  const url = request.exec(line)?.[1];
  if (url !== undefined) emit(url, '1');
}

export function reduce(_url: string, counts: string[]): string {
  return String(counts.reduce((sum, count) => sum + Number(count), 0));
}

/** A sum of sums is a sum: the combiner is the reducer. */
export const combine = reduce;
