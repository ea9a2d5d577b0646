/**
 * The most frequent words of each host's pages: `host<tab>word:7 word:3`, at most as many as
 * `--param terms=10` says. Input: one page a line (`web-page.ts`).
 *
 *     npm run mapreduce -- --job term-vector test/fixtures/inputs/pages.txt
 *
 * Source: OSDI '04, section 2.3, "Term-Vector per Host".
 */
import type { Emit, JobParams, RecordKey } from '../mapreduce/job.ts';
import { compareKeys } from '../mapreduce/partition.ts';
import { parsePage } from './web-page.ts';

let terms = 10;

export function setup(params: JobParams): void {
  terms = Number(params.terms ?? 10);
  if (Number.isSafeInteger(terms) && terms > 0) return;
  throw new Error(`--param terms=${params.terms}: it must be a whole number from 1`);
}

export function map(_key: RecordKey, line: string, emit: Emit): void {
  const { url, html } = parsePage(line);
  const text = html.replace(/<[^>]*>|&#?\w+;/g, ' ').toLowerCase();
  const words = text.match(/\p{L}+/gu) ?? [];
  if (words.length > 0) emit(url.host, addVectors(words.map((word) => `${word}:1`)));
}

/** Only here are the infrequent ones thrown away: together they may have been frequent. */
export function reduce(_host: string, vectors: string[]): string {
  return addVectors(vectors).split(' ').slice(0, terms).join(' ');
}

export function combine(_host: string, vectors: string[]): string {
  return addVectors(vectors);
}

/** The most frequent word first; among equals, by their bytes. */
function addVectors(vectors: string[]): string {
  const counts = new Map<string, number>();
  for (const term of vectors.flatMap((vector) => vector.split(' '))) {
    const [word = '', count] = term.split(':');
    counts.set(word, (counts.get(word) ?? 0) + Number(count));
  }
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || compareKeys(a, b))
    .map(([word, count]) => `${word}:${count}`)
    .join(' ');
}
