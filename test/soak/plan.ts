/**
 * One run of the soak, as data: the job and its input, the options of the run, and what is
 * done to it. The whole plan is a function of its seed.
 */
import { Chance } from './chance.ts';
import { type ConfigFile, drawConfig } from './config.ts';
import { type CorpusFile, drawCorpus } from './corpus.ts';
import { badRecords, drawJob, drawStages, type SoakJob } from './jobs.ts';
import { describeMove, drawEnd, drawMoves, type PlannedMove } from './moves.ts';

export interface SoakPlan {
  readonly seed: number;
  readonly job: SoakJob | undefined;
  /** In the place of a job: the document's workload. */
  readonly config: ConfigFile | undefined;
  /** The jobs of further stages. */
  readonly stages: readonly string[];
  /** The job's, each `name=value`. */
  readonly params: readonly string[];
  readonly corpus: readonly CorpusFile[];
  /** What the run and its oracle are told, apart from the job. */
  readonly work: readonly string[];
  /** What only the run is told. */
  readonly cluster: readonly string[];
  readonly reduceTasks: number;
  readonly workers: number;
  readonly mayJoin: boolean;
  /** What is kept for the same run once more. */
  readonly memory: 'journal' | 'cache' | undefined;
  readonly moves: readonly PlannedMove[];
}

export function drawPlan(seed: number): SoakPlan {
  const chance = new Chance(seed);
  return chance.in(15) ? drawConfigPlan(seed, chance) : drawJobPlan(seed, chance);
}

function drawJobPlan(seed: number, chance: Chance): SoakPlan {
  const job = drawJob(chance);
  const corpus = drawCorpus(job.corpus, chance);
  const stages = drawStages(job, chance);
  const bytes = corpus.reduce((sum, file) => sum + file.bytes.length, 0);
  const mapTasks = chance.between(1, 24);
  const splitBytes = Math.max(1, Math.ceil(bytes / mapTasks));
  const reduceTasks = chance.pick([1, 2, 3, 4, 9]);
  const store = chance.pick(['local-disk', 'local-disk', 'shared', 'state-server']);
  const memory = drawMemory(chance, store);
  const mayJoin = chance.in(30) && !(store === 'shared' && memory === 'journal');
  const isShared = store === 'shared' && memory === undefined;
  const needsFolder = isShared && (mayJoin || chance.in(50));
  const workers = chance.between(mayJoin && chance.in(50) ? 0 : 1, 8);
  const firstTasks = Math.max(mapTasks, corpus.length) + reduceTasks;
  const tasks = firstTasks + 2 * reduceTasks * stages.length;
  const lostAfterMs = chance.pick([3000, 5000, 8000]);
  const hasStateServer = store === 'state-server';
  const stage = { tasks, workers, mayJoin, lostAfterMs, hasStateServer };
  const moves = job === badRecords ? [] : drawMoves(chance, stage);
  if (memory === 'journal') moves.push(drawEnd(chance, stage));
  return {
    seed,
    job,
    config: undefined,
    stages,
    params: job.params(chance),
    corpus,
    work: [
      ...['--split-size', String(splitBytes), '--reduce-tasks', String(reduceTasks)],
      ...drawFormats(job, chance),
      ...stages.flatMap((next) => ['--then', next]),
    ],
    cluster: [
      ...['--workers', String(workers), '--lost-after-ms', String(lostAfterMs)],
      ...(memory === 'cache' ? [] : ['--store', store]),
      ...(needsFolder ? ['--shared-folder', 'stable'] : []),
      ...(mayJoin ? ['--listen', '127.0.0.1:0', '--wait-for-workers-s', '6'] : []),
      ...chance.maybe(25, '--transport', 'grpc'),
      ...drawFaults(chance, workers, stages.length + 1, job === badRecords),
      ...(job === badRecords ? ['--skip-bad-records'] : []),
      ...chance.maybe(40, '--memory', chance.pick(['16k', '256k'])),
      ...chance.maybe(10, '--explain'),
      ...chance.maybe(15, '--trace', 'trace.json'),
      ...(memory === undefined ? [] : [`--${memory}`, memory]),
    ],
    reduceTasks,
    workers,
    mayJoin,
    memory,
    moves,
  };
}

/** A state server forgets; a cache is a store of its own. */
function drawMemory(chance: Chance, store: string): SoakPlan['memory'] {
  const asked = chance.pick([
    undefined,
    undefined,
    undefined,
    'journal',
    'cache',
  ] as const);
  return asked === 'journal' && store === 'state-server' ? undefined : asked;
}

function drawFormats(job: SoakJob, chance: Chance): string[] {
  const input = job.corpus === 'pairs' ? 'key-value' : 'whole-file';
  const isOther = job.corpus === 'pairs' ? chance.in(70) : isText(job) && chance.in(8);
  const output = chance.pick(['key-value', 'key-value', 'json-lines', 'lines']);
  return [...(isOther ? ['--input-format', input] : []), '--output-format', output];
}

/** A word is a word in a line as in a file; bytes are no text. */
function isText({ name, corpus }: SoakJob): boolean {
  return corpus === 'text' && name !== 'word-count-bytes';
}

function drawFaults(
  chance: Chance,
  workers: number,
  stages: number,
  isSkipping: boolean,
): string[] {
  const faults = ['--seed', String(chance.below(1000))];
  const own = Math.max(1, workers);
  if (workers > 1 && chance.in(30)) {
    const stage = chance.between(1, stages);
    const worker = chance.between(1, own);
    faults.push('--kill-worker', stage === 1 ? `${worker}` : `${worker}@${stage}`);
  }
  if (workers > 0 && chance.in(30)) {
    const factor = chance.pick([3, 20, 200]);
    faults.push('--slow-worker', `${chance.between(1, own)}:${factor}`);
  }
  if (chance.in(35) && !isSkipping) {
    faults.push('--crash-probability', String(chance.pick([3, 10, 30])));
  }
  if (chance.in(50)) {
    faults.push('--straggler-probability', String(chance.pick([10, 40, 80])));
    faults.push('--straggler-delay-ms', String(chance.pick([50, 300, 1500])));
  }
  if (chance.in(40) && !isSkipping) faults.push('--max-replacements', '40');
  return [...faults, ...chance.maybe(25, '--no-backup')];
}

function drawConfigPlan(seed: number, chance: Chance): SoakPlan {
  const config = drawConfig(chance);
  const store = chance.pick(['state-server', 'state-server', 'local-disk', 'shared']);
  const { mapTasks, reduceTasks, workers } = config;
  const lostAfterMs = 3000;
  const stage = {
    tasks: mapTasks + reduceTasks,
    workers,
    mayJoin: false,
    lostAfterMs,
    hasStateServer: store === 'state-server',
  };
  return {
    seed,
    job: undefined,
    config,
    stages: [],
    params: [],
    corpus: [{ name: 'partitions.txt', bytes: Buffer.from(config.records) }],
    work: [],
    cluster: [
      ...['--config', 'config.json', '--seed', String(config.seed), '--store', store],
      ...['--lost-after-ms', String(lostAfterMs)],
      ...['--transport', chance.pick(['json', 'grpc'])],
      ...chance.maybe(20, '--no-backup'),
    ],
    reduceTasks,
    workers,
    mayJoin: false,
    memory: undefined,
    moves: drawMoves(chance, stage),
  };
}

/** In words, on one line. */
export function describePlan(plan: SoakPlan): string {
  const { job, stages, corpus, cluster, workers, memory, moves } = plan;
  const bytes = corpus.reduce((sum, file) => sum + file.bytes.length, 0);
  const kB = (bytes / 1000).toFixed(1);
  const name = [job?.name ?? 'target-count', ...stages].join(', then ');
  const input = `${corpus.length} files of ${kB} kB`;
  const told = cluster.join(' ').replace(/--workers \d+ /, '');
  const what = [`${name}, ${input}, ${workers} workers ${told}`];
  if (memory === 'cache') what.push('twice');
  return [...what, ...moves.map(describeMove)].join('; ');
}
