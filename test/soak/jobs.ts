/**
 * The jobs of the soak: all that the project has, and of the misbehaving ones those which can
 * come to a right end.
 */
import { join } from 'node:path';
import type { Chance } from './chance.ts';
import type { CorpusKind } from './corpus.ts';

export interface SoakJob {
  readonly name: string;
  /** What `--job` takes. */
  readonly job: string;
  readonly corpus: CorpusKind;
  /** Each `name=value`; relative paths begin in the run's folder. */
  readonly params: (chance: Chance) => readonly string[];
  /** Set: this job's sequential run is the oracle, since its own would misbehave. */
  readonly oracle?: string;
  /** True: it ends processes of its own accord. */
  readonly endsProcesses: boolean;
}

const root = join(import.meta.dirname, '../..');
const fixtures = join(root, 'test/fixtures/jobs');

function builtIn(
  name: string,
  corpus: CorpusKind,
  params: SoakJob['params'] = () => [],
): SoakJob {
  return { name, job: name, corpus, params, endsProcesses: false };
}

function fixture(
  name: string,
  corpus: CorpusKind,
  params: SoakJob['params'] = () => [],
): SoakJob {
  const job = join(fixtures, `${name}.ts`);
  return { name, job, corpus, params, endsProcesses: false };
}

/** What its `process.exit` and its SIGKILL cost is counted in its folder. */
const crashes: SoakJob = {
  ...fixture('crashes', 'few', (chance) => [
    'folder=calls',
    `crashes=${chance.below(4)}`,
    `seed=${chance.below(1000)}`,
  ]),
  oracle: 'word-count',
  endsProcesses: true,
};

/** Run with --skip-bad-records; the oracle's input is without them. */
export const badRecords: SoakJob = {
  ...fixture('bad-records', 'bad'),
  endsProcesses: true,
};

const jobs: readonly SoakJob[] = [
  builtIn('word-count', 'text'),
  builtIn('word-count', 'pairs'),
  builtIn('word-count-bytes', 'text'),
  builtIn('inverted-index', 'text'),
  builtIn('grep', 'text', (chance) => [
    `pattern=${chance.pick(['whale', '^$', '.', '^never$', '\\p{L}{4,}'])}`,
  ]),
  builtIn('sort', 'text', (chance) => [
    `key-characters=${chance.pick([1, 3, 10])}`,
    ...chance.maybe(50, 'boundaries=a,of,é'),
  ]),
  builtIn('sort', 'numbers'),
  builtIn('url-access-count', 'log'),
  builtIn('web-link-graph', 'pages'),
  builtIn('term-vector', 'pages', (chance) => [`terms=${chance.between(1, 12)}`]),
  fixture('counts', 'text'),
  fixture('counts-calls', 'numbers', () => ['folder=calls']),
  fixture('numbers', 'numbers'),
  fixture('imports-a-package', 'numbers'),
  fixture('throws-on-record', 'text'),
  fixture('emits-nothing', 'text'),
  crashes,
  badRecords,
];

/** Jobs that can read what any job writes; where it is numbers only the first finds a word. */
const readers = ['sort', 'word-count'];
const writersOfCounts = [
  ...['word-count', 'word-count-bytes', 'counts', 'url-access-count', 'crashes'],
  'bad-records',
];

/** The jobs of further stages. */
export function drawStages({ name, corpus }: SoakJob, chance: Chance): string[] {
  if (!chance.in(35)) return [];
  if (corpus === 'numbers') return ['sort'];
  const hasCounts = writersOfCounts.includes(name);
  const next = chance.pick(hasCounts ? ['by-frequency', ...readers] : readers);
  return [next, ...chance.maybe(25, chance.pick(readers))];
}

export function drawJob(chance: Chance): SoakJob {
  return chance.pick(jobs);
}
