/**
 * `--page` and `--replay`: a run for people in front of a browser, while it goes on and
 * afterwards. Says nothing and costs nothing where neither was asked for.
 */
import { basename } from 'node:path';
import type { FaultInjected, StreamEntry } from '../mapreduce/events.ts';
import { describeFault } from '../mapreduce/fault-plan.ts';
import { listOutputFiles } from '../mapreduce/sequential.ts';
import { bundlePage } from '../page/browser-bundle.ts';
import { createDocument } from '../page/document.ts';
import { RunLog } from '../page/run-log.ts';
import type { RunFacts } from '../page/run-record.ts';
import type { Fault } from '../page/server.ts';
import { planFaults } from './mapreduce-faults.ts';
import type { Plan } from './mapreduce-plan.ts';
import { listTop } from './mapreduce-top.ts';
import type { Verdict } from './mapreduce-verify.ts';
import { OutputFile } from './output-file.ts';
import { hasBaseline, measureBaseline, type Work } from './page-baseline.ts';
import type { PageOptions } from './page-options.ts';
import { type ServedPage, servePage } from './served-page.ts';

interface Options extends PageOptions {
  /** True: a script reads what we print, and waits for our end. */
  readonly json: boolean;
}

type Output = Pick<Plan, 'reduceTasks' | 'outputFormat'> & { readonly outputDir: string };

/** Of the output, on the page. */
const shownResults = 20;

export class RunPage {
  readonly #options: Options;
  readonly #file: OutputFile | undefined;
  /** Set from `open` on, where a page or a replay was asked for. */
  #log: RunLog | undefined;
  #served: ServedPage | undefined;
  /** Set while the run goes on. */
  #inject: ((fault: FaultInjected) => void) | undefined;
  /** Those that can be killed. */
  readonly #workers = new Set<number>();
  /** Faults that were wished for. */
  #wishes = 0;

  /** Throws a UsageError where the replay cannot be written. */
  constructor(options: Options) {
    const { replay } = options;
    this.#options = options;
    if (replay !== undefined) this.#file = new OutputFile(replay, `--replay ${replay}`);
  }

  /**
   * Serves the page, and says where; on a terminal it waits for somebody who looks, since many
   * a run is over before a browser has opened. Throws a UsageError where nobody can listen.
   */
  async open(plan: Plan, signal: AbortSignal): Promise<void> {
    const { page } = this.#options;
    if (page === undefined && !this.#file) return;
    this.#log = new RunLog(describeRun(plan));
    if (page === undefined) return;
    this.#served = await servePage(page, '--page', {
      parts: await bundlePage('run'),
      log: this.#log,
      injectFault: (fault) => this.#injectFault(fault),
      json: this.#options.json,
    });
    const { address } = this.#served;
    console.error(`the run as a page, for whoever has its whole address:\n  ${address}`);
    await this.#served.awaitLook(signal);
  }

  /** From now on a fault can be wished for: there is a master that carries it out. */
  allowFaults(inject: (fault: FaultInjected) => void): void {
    this.#inject = inject;
  }

  #injectFault({ worker, fault }: Fault): boolean {
    const isThere = this.#workers.has(worker);
    if (!isThere || !this.#inject) return false;
    this.#wishes++;
    this.#inject({ type: 'fault-injected', worker, fault });
    return true;
  }

  read(entry: StreamEntry): void {
    if (entry.type === 'worker-registered') this.#workers.add(entry.worker);
    if (entry.type === 'worker-lost') this.#workers.delete(entry.worker);
    this.#log?.read(entry);
  }

  /** Says what has become of the run. */
  note(news: Partial<RunFacts>): void {
    if (news.outcome) this.#inject = undefined;
    this.#log?.note(news);
  }

  noteResults({ outputDir, reduceTasks, outputFormat }: Output): void {
    // Whoever wants no page needs no list.
    if (!this.#log) return;
    const files = listOutputFiles(outputDir, reduceTasks);
    const results = listTop(files, outputFormat, shownResults);
    this.note({ outcome: 'completed', results });
  }

  noteVerdict(verdict: Verdict): void {
    this.note({ comparison: verdict === 'aborted' ? 'given up' : verdict });
  }

  /** With `--verify` the run is done once more without its faults, if it had any. */
  async measureCost(work: Work, runDir: string, signal: AbortSignal): Promise<void> {
    if (!this.#log || !work.plan.verify) return;
    const hadFaults = this.#log.facts.faults.length > 0 || this.#wishes > 0;
    if (!hadFaults || !hasBaseline(work.plan)) {
      this.note({ baseline: { state: 'not possible' } });
      return;
    }
    this.note({ baseline: { state: 'awaited' } });
    console.error('for the page: the same run once more, without its faults');
    this.note({ baseline: await measureBaseline(work, runDir, signal) });
  }

  /** Writes the replay, if there is one to write; false: the disk refuses it after all. */
  async writeReplay(): Promise<boolean> {
    if (!this.#file || !this.#log) return true;
    const { facts, entries } = this.#log;
    const replay = createDocument(await bundlePage('run'), { facts, entries });
    return this.#file.tryToWrite(replay);
  }

  /** On a terminal, unless a script reads, the page of a run that was stays until Ctrl-C. */
  async stay(signal: AbortSignal): Promise<void> {
    // Without an end there is an error to be told.
    if (this.#log?.facts.outcome) await this.#served?.stay(signal);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    const served = this.#served;
    this.#served = undefined;
    await served?.close();
  }
}

function describeRun(plan: Plan): RunFacts {
  const faults = describeFaults(plan);
  const jobs = [plan.jobName, ...plan.laterJobs.map(({ jobName }) => jobName)];
  return {
    job: jobs.join(', then '),
    // Without the folders of jobs that are files: it stands in large type.
    ...(jobs.length > 1 ? { stages: jobs.map((name) => basename(name)) } : {}),
    mapTasks: plan.splits.length,
    reduceTasks: plan.reduceTasks,
    workers: plan.workers,
    seed: plan.seed,
    faults,
    comparison: plan.verify ? 'awaited' : 'not asked for',
    baseline: { state: foresee(plan, faults.length > 0) },
  };
}

/** A sentence each, with its stage unless it is of all; they are planned without their input. */
function describeFaults(plan: Plan): string[] {
  const later = plan.laterJobs.map((_, i) => planFaults(plan, i + 2));
  const stages = [plan.faults, ...later].map((faults) => faults.map(describeFault));
  const isOfAll = (text: string) => stages.every((texts) => texts.includes(text));
  const told = stages.flatMap((texts, i) =>
    texts.map((text) => (isOfAll(text) ? text : `Stage ${i + 1}: ${text}`)),
  );
  return [...new Set(told)];
}

/** Whether there will be a run without the faults. */
function foresee(plan: Plan, hasFaults: boolean) {
  if (!plan.verify) return 'not asked for';
  return hasFaults && hasBaseline(plan) ? 'awaited' : 'not possible';
}
