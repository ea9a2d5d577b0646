/**
 * Word count: ours beside a plain loop, the shell's tools, and Go. Each is a whole command,
 * from spawn to exit, and its answer is checked.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { atLeast, atMost } from '../goals.ts';
import { checkAnswer, countWords, root } from './our-command.ts';
import { absent, type BenchRun, type Part } from './part.ts';
import { divide, type Entrant, formatRace, medianOf, type Standing } from './race.ts';
import type { CountFormat } from './word-counts.ts';

const ours = 'ours, 2 workers';
const oursOverBytes = 'ours over bytes, 2 workers';
const plainLoop = 'plain loop, one Node process';
const mitShaped = "MIT's sequential shape, Go";
const twoGoroutines = 'Go over bytes, 2 goroutines';
const bytesJob = 'src/apps/word-count-bytes.ts';

/** Words as the corpus has them: letters of ASCII, and all bytes of other letters. */
const shellPipeline =
  'output=$1; shift; cat "$@" | tr -cs \'A-Za-z\\200-\\377\' \'\\n\' | sort | uniq -c > "$output"';

export function createWordCount(run: BenchRun): Part {
  return {
    name: 'word count',
    entrants: [...listOurs(run), ...listPeers(run)],
    report: (standings) => report(run, standings),
  };
}

function listOurs(run: BenchRun): Entrant[] {
  const counts = (name: string, workers: number, ...options: string[]) =>
    checkAnswer(run, name, (output) => countWords(run, output, { workers }, ...options));
  return [
    counts(ours, 2),
    counts('ours, 1 worker', 1),
    counts('ours, 4 workers', 4),
    existsSync(join(root, bytesJob))
      ? counts(oursOverBytes, 2, '--job', bytesJob)
      : absent(oursOverBytes, `there is no ${bytesJob}`),
  ];
}

function listPeers(run: BenchRun): Entrant[] {
  const peer = (
    name: string,
    listCommand: (output: string, files: readonly string[]) => string[],
    format: CountFormat = 'pairs',
  ) => checkAnswer(run, name, (output) => listCommand(output, run.corpus.files), format);
  const { node, go } = run;
  const goPeer = (name: string, ...words: string[]) =>
    go
      ? peer(name, (output, files) => go(...words, output, ...files))
      : absent(name, 'Go is not installed');
  return [
    peer(plainLoop, (output, files) => node('mapreduce/plain-loop', output, ...files)),
    peer(
      'tr | sort | uniq -c',
      (output, files) => ['sh', '-c', shellPipeline, 'sh', output, ...files],
      'uniq',
    ),
    goPeer(mitShaped, 'mit'),
    goPeer('Go over bytes, 1 goroutine', 'bytes', '1'),
    goPeer(twoGoroutines, 'bytes', '2'),
  ];
}

/** `ours / it`: how many times faster we are, by two workers. */
function report({ megabytes }: BenchRun, standings: readonly Standing[]) {
  const median = (name: string) => medianOf(standings, name);
  const base = median(ours);
  return {
    text: formatRace(`word count, ${megabytes} MB in 16 files`, standings, [
      { head: 'MB/s', show: (seconds) => (megabytes / seconds).toFixed(1) },
      { head: 'ours / it', show: (seconds) => divide(seconds, base)?.toFixed(2) ?? '-' },
    ]),
    goals: [
      atLeast(
        1.5,
        'word count, 2 workers: the plain loop',
        divide(median(plainLoop), base),
      ),
      atLeast(4, `word count, 2 workers: ${mitShaped}`, divide(median(mitShaped), base)),
      atMost(
        2.1,
        'word count over bytes: the seconds of Go with 2 goroutines',
        divide(median(oursOverBytes), median(twoGoroutines)),
      ),
    ],
  };
}
