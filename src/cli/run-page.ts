/**
 * `--page` and `--replay`: a run for people in front of a browser, while it goes on and
 * afterwards. Says nothing and costs nothing where neither was asked for.
 */
import { join } from 'node:path';
import type { Bundle } from '../mapreduce/bundle.ts';
import type { FaultInjected, StreamEntry } from '../mapreduce/events.ts';
import { describeFault } from '../mapreduce/fault-plan.ts';
import { outputName } from '../mapreduce/sequential.ts';
import { bundlePage } from '../page/browser-bundle.ts';
import { createDocument } from '../page/document.ts';
import { RunLog } from '../page/run-log.ts';
import type { RunFacts } from '../page/run-record.ts';
import type { Fault, PageServer } from '../page/server.ts';
import type { Plan } from './mapreduce-plan.ts';
import { listTop } from './mapreduce-top.ts';
import type { Verdict } from './mapreduce-verify.ts';
import { OutputFile } from './output-file.ts';
import { hasBaseline, measureBaseline } from './page-baseline.ts';
import type { PageOptions } from './page-options.ts';
import { awaitLook, servePage, stayOpen } from './served-page.ts';

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
  #server: PageServer | undefined;
  #address = '';
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
    const { server, address } = await servePage(page, '--page', {
      parts: await bundlePage('run'),
      log: this.#log,
      injectFault: (fault) => this.#injectFault(fault),
    });
    this.#server = server;
    this.#address = address;
    console.error(`the run as a page, for whoever has its whole address:\n  ${address}`);
    if (this.#isForPeople && process.stdin.isTTY) await awaitLook(server.isRead, signal);
  }

  /** Somebody sits before a terminal; no script reads what we print. */
  get #isForPeople(): boolean {
    return process.stderr.isTTY && !this.#options.json;
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
    const files = Array.from({ length: reduceTasks }, (_, reduce) =>
      join(outputDir, outputName(reduce)),
    );
    const results = listTop(files, outputFormat, shownResults);
    this.note({ outcome: 'completed', results });
  }

  noteVerdict(verdict: Verdict): void {
    this.note({ comparison: verdict === 'aborted' ? 'given up' : verdict });
  }

  /** With `--verify` the run is done once more without its faults, if it had any. */
  async measureCost(
    plan: Plan,
    bundle: Bundle,
    runDir: string,
    signal: AbortSignal,
  ): Promise<void> {
    const hadFaults = plan.faults.length > 0 || this.#wishes > 0;
    if (!this.#log || !plan.verify) return;
    if (!hadFaults || !hasBaseline(plan)) {
      this.note({ baseline: { state: 'not possible' } });
      return;
    }
    this.note({ baseline: { state: 'awaited' } });
    console.error('for the page: the same run once more, without its faults');
    this.note({ baseline: await measureBaseline(plan, bundle, runDir, signal) });
  }

  /** Writes the replay, if there is one to write; false: the disk refuses it after all. */
  async writeReplay(): Promise<boolean> {
    if (!this.#file || !this.#log) return true;
    const { facts, entries } = this.#log;
    const replay = createDocument(await bundlePage('run'), { facts, entries });
    try {
      this.#file.write(replay);
      return true;
    } catch (error) {
      const why = (error as Error).message;
      console.error(`error: --replay ${this.#options.replay} cannot be written: ${why}`);
      return false;
    }
  }

  /** On a terminal, unless a script reads, the page stays until Ctrl-C: people want to look at what they have seen. */
  async stay(signal: AbortSignal): Promise<void> {
    if (!this.#server || signal.aborted || !this.#isForPeople) return;
    // Without an end there is an error to be told.
    if (!this.#log?.facts.outcome) return;
    await stayOpen(this.#address, signal);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await server?.close();
  }
}

function describeRun(plan: Plan): RunFacts {
  return {
    job: plan.jobName,
    mapTasks: plan.splits.length,
    reduceTasks: plan.reduceTasks,
    workers: plan.workers,
    seed: plan.seed,
    faults: plan.faults.map(describeFault),
    comparison: plan.verify ? 'awaited' : 'not asked for',
    baseline: { state: foresee(plan) },
  };
}

/** Whether there will be a run without the faults. */
function foresee(plan: Plan) {
  if (!plan.verify) return 'not asked for';
  return plan.faults.length > 0 && hasBaseline(plan) ? 'awaited' : 'not possible';
}
