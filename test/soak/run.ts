/**
 * One run of the soak, from its plan to its verdict: in a folder of its own, with a ceiling,
 * and nothing of it left afterwards.
 */
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { writeCorpus } from './corpus.ts';
import { Disturber } from './disturber.ts';
import {
  corpusName,
  type Expected,
  findDifference,
  findExpected,
  findMiscount,
  listWork,
} from './oracle.ts';
import type { SoakPlan } from './plan.ts';
import { createProcesses, type Processes, type Program } from './processes.ts';
import { judge } from './verdict.ts';

export interface SoakResult {
  readonly plan: SoakPlan;
  /** Of each launch of its master. */
  readonly outcomes: readonly string[];
  /** None: all is well. */
  readonly complaints: readonly string[];
  /** Everything that its processes said. */
  readonly log: readonly string[];
  readonly seconds: number;
  /** Processes that got SIGKILL, by the fault plan or by the soak. */
  readonly killed: number;
}

/** Never reached by a run that goes on, however busy the machine is. */
const ceilingMs = 240_000;
/** After the end of everything that they wait for. */
const goneWithinMs = 20_000;
/** Launches after which a master is not killed any more. */
const maxLaunches = 4;

/**
 * `place` is an existing folder; what is made in there is removed. Undefined: `signal` has ended
 * the run, and nothing can be said of it.
 */
export async function runPlan(
  plan: SoakPlan,
  place: string,
  signal: AbortSignal,
): Promise<SoakResult | undefined> {
  const folder = mkdtempSync(join(place, 'run-'));
  const temporary = join(folder, 'temporary');
  mkdirSync(temporary);
  linkLoaderCache(place, temporary);
  const processes = createProcesses(folder, temporary, randomBytes(8).toString('hex'));
  const run = new Run(plan, folder, temporary, processes);
  const startMs = performance.now();
  signal.addEventListener('abort', processes.end);
  const watchdog = setTimeout(() => run.giveUp(), ceilingMs);
  try {
    await run.run();
  } finally {
    clearTimeout(watchdog);
    signal.removeEventListener('abort', processes.end);
    processes.end();
    rmSync(folder, { recursive: true, force: true });
  }
  if (signal.aborted) return undefined;
  const seconds = (performance.now() - startMs) / 1000;
  return { plan, ...run.result(), seconds };
}

/** One for all runs: else each would compile the commands anew. */
function linkLoaderCache(place: string, temporary: string): void {
  const name = `tsx-${process.geteuid?.()}`;
  mkdirSync(join(place, name), { recursive: true });
  symlinkSync(join(place, name), join(temporary, name));
}

/** Processes that want to run, for each that can, before the master may suspect wrongly. */
const starvingLoad = 4;

function isStarved(): boolean {
  return (loadavg()[0] as number) > starvingLoad * cpus().length;
}

class Run {
  readonly #plan: SoakPlan;
  readonly #folder: string;
  readonly #temporary: string;
  readonly #processes: Processes;
  readonly #token = randomBytes(8).toString('hex');
  readonly #disturber: Disturber;
  readonly #outcomes: string[] = [];
  readonly #complaints: string[] = [];
  readonly #log: string[] = [];
  #hasGivenUp = false;

  constructor(plan: SoakPlan, folder: string, temporary: string, processes: Processes) {
    this.#plan = plan;
    this.#folder = folder;
    this.#temporary = temporary;
    this.#processes = processes;
    this.#disturber = new Disturber(plan.moves, folder, processes, this.#token);
  }

  async run(): Promise<void> {
    const { config, corpus, memory } = this.#plan;
    writeCorpus(corpus, join(this.#folder, corpusName));
    mkdirSync(join(this.#folder, 'stable'));
    if (config) writeFileSync(this.#at('config.json'), JSON.stringify(config.settings));
    const expected = await findExpected(this.#plan, this.#folder, this.#processes);
    let outcome = await this.#launch(expected, 'output', this.#options('output'));
    if (memory === 'cache') {
      outcome = await this.#launch(expected, 'again', this.#options('again'));
    }
    for (let launch = 2; memory === 'journal' && launch <= maxLaunches; launch++) {
      if (outcome !== 'killed' && outcome !== 'cancelled') break;
      const options = ['--resume', 'journal', '--json', '--token', this.#token];
      outcome = await this.#launch(expected, 'output', options);
    }
    this.#disturber.letGo();
    const mayEnd = this.#plan.job?.endsProcesses ?? false;
    this.#complaints.push(...(await this.#disturber.joiners.finish(mayEnd)));
    await this.#checkRemains(outcome);
  }

  /** It takes too long: says what is still there, and ends it. */
  giveUp(): void {
    this.#hasGivenUp = true;
    const left = this.#processes.list();
    this.#complaints.push(`it hangs: after ${ceilingMs / 1000} s there are`, ...left);
    this.#processes.end();
  }

  result() {
    for (const { log } of this.#disturber.joiners.programs)
      this.#log.push('a joined worker:', ...log);
    const text = this.#log.join('\n');
    const planned = text.match(/SIGKILL to worker \d+, in the middle of/g)?.length ?? 0;
    return {
      outcomes: this.#outcomes,
      complaints: this.#complaints,
      log: this.#log,
      killed: planned + this.#disturber.kills,
    };
  }

  #at(name: string): string {
    return join(this.#folder, name);
  }

  #options(output: string): string[] {
    const { params, config, cluster, mayJoin } = this.#plan;
    const work = config ? [] : [...listWork(this.#plan, params), corpusName];
    const token = mayJoin ? ['--token', this.#token] : [];
    return ['--json', '--output', output, ...token, ...cluster, ...work];
  }

  async #launch(
    expected: Expected,
    output: string,
    options: readonly string[],
  ): Promise<string> {
    const { job, memory } = this.#plan;
    const read = (line: string) => this.#disturber.read(line);
    const master = this.#processes.start('mapreduce', options, read);
    this.#disturber.begin(master.pid);
    const exit = await master.exited;
    this.#log.push(`mapreduce ${options.join(' ')}`, ...master.log);
    if (this.#hasGivenUp) return 'hangs';
    const { outcome, complaints } = judge({
      ...this.#disturber.deeds,
      exit,
      stdout: master.stdout(),
      log: master.log,
      difference: this.#compare(expected, output, exit.code === 0 ? master.stdout() : ''),
      hasOutput: existsSync(this.#at(output)) && readdirSync(this.#at(output)).length > 0,
      mustFail: expected.folder === undefined,
      wasStarved: isStarved(),
      endsProcesses: job?.endsProcesses ?? false,
      canBeResumed: memory === 'journal',
    });
    this.#outcomes.push(outcome);
    this.#complaints.push(...complaints, ...this.#checkTrace(outcome, options));
    if (outcome !== 'killed') this.#checkOrphans(master);
    return outcome;
  }

  #compare(expected: Expected, output: string, stdout: string): string | undefined {
    if (expected.folder === undefined) return undefined;
    const difference = findDifference(this.#at(output), expected.folder);
    return difference ?? (stdout === '' ? undefined : findMiscount(stdout, expected));
  }

  /** A master that ends in good order has ended its own workers before. */
  #checkOrphans(master: Program): void {
    const joined = this.#disturber.joiners.programs.map(({ pid }) => pid);
    const left = this.#processes.list().filter((line) => {
      const pid = Number(line.split(' ')[0]);
      // A compiler's process ends by itself, a moment after whoever has asked it.
      const isCompiler = /\/esbuild --service=|\/compile-modules\.cjs /.test(line);
      return pid !== master.pid && !joined.includes(pid) && !isCompiler;
    });
    if (this.#outcomes.includes('killed') || left.length === 0) return;
    this.#complaints.push('the master has ended, and leaves', ...left);
  }

  /** A run that is resumed is not asked for one. */
  #checkTrace(outcome: string, options: readonly string[]): string[] {
    if (!options.includes('--trace') || outcome !== 'completed') return [];
    try {
      JSON.parse(readFileSync(this.#at('trace.json'), 'utf8'));
      return [];
    } catch (error) {
      return [`the trace: ${(error as Error).message}`];
    }
  }

  async #checkRemains(outcome: string): Promise<void> {
    if (this.#hasGivenUp) return;
    const left = await this.#waitForEnd();
    if (left.length > 0) this.#complaints.push('processes are left:', ...left);
    const files = [
      ...readdirSync(this.#temporary).filter((name) => this.#isTooMuch(name)),
      ...readdirSync(this.#at('stable')),
    ];
    const isDone = outcome === 'completed' && existsSync(this.#at('journal'));
    if (isDone) files.push('journal');
    if (files.length > 0) this.#complaints.push(`files are left: ${files.join(', ')}`);
  }

  /** Who is killed cannot tidy up. */
  #isTooMuch(name: string): boolean {
    if (name.startsWith('tsx-')) return false;
    const [, pid] = /^mapreduce-worker-(\d+)-/.exec(name) ?? [];
    if (pid !== undefined) return !this.#disturber.joiners.wasKilled(Number(pid));
    const wasAlone = this.#outcomes.includes('killed') && !this.#disturber.deeds.hadHeirs;
    return !(name.startsWith('mapreduce-run-') && wasAlone);
  }

  /** Resolves with who is still there at the ceiling. */
  #waitForEnd(): Promise<string[]> {
    const ceiling = performance.now() + goneWithinMs;
    return new Promise((resolve) => {
      const look = () => {
        const left = this.#processes.list();
        if (left.length === 0 || performance.now() > ceiling) resolve(left);
        else setTimeout(look, 20);
      };
      look();
    });
  }
}
