/**
 * Who reads the event stream of one stage: the screen, its totals, its status and why its
 * tasks ran. They stay while other stages run: a stage may have to go on.
 */
import type { StreamEntry } from '../mapreduce/events.ts';
import { Explanation } from '../mapreduce/explanation.ts';
import { StatusReader } from '../mapreduce/status.ts';
import type { RunStore } from '../mapreduce/stores/run-store.ts';
import type { Totals } from '../mapreduce/totals.ts';
import { nameStage } from './mapreduce-news.ts';
import type { Plan } from './mapreduce-plan.ts';
import { Screen } from './mapreduce-screen.ts';
import { printStatusEvery } from './mapreduce-status.ts';
import type { Counted } from './mapreduce-summary.ts';
import { formatLineage, type StageLineage } from './stage-lineage.ts';
import { StateTotals } from './state-totals.ts';

export class StageReaders {
  readonly plan: Plan;
  readonly screen: Screen;
  readonly status: StatusReader;
  readonly stateTotals = new StateTotals();
  readonly #explanation: Explanation;
  readonly #lineage: StageLineage | undefined;
  #stopStatus = () => {};

  /** `startMs` is when the run began. */
  constructor(plan: Plan, startMs: number, lineage: StageLineage | undefined) {
    this.#lineage = lineage;
    const { splits, reduceTasks, workers, stage: number, laterJobs } = plan;
    const tasks = { map: splits.length, reduce: reduceTasks };
    this.plan = plan;
    this.screen = new Screen(tasks, workers, plan);
    this.#explanation = new Explanation(splits, reduceTasks, number);
    const stage = number && { number, count: laterJobs.length + 1, startMs };
    const clock = () => performance.now();
    this.status = new StatusReader(
      plan.jobName,
      tasks,
      workers,
      clock,
      ...(stage ? [stage] : []),
    );
  }

  read(entry: StreamEntry): void {
    this.status.read(entry);
    this.#explanation.read(entry);
    this.screen.show(entry);
    this.stateTotals.read(entry);
  }

  async open(): Promise<void> {
    await this.screen.open();
    this.#stopStatus = printStatusEvery(
      this.plan.statusEveryMs,
      this.status,
      this.screen,
    );
  }

  close(): void {
    this.#stopStatus();
    this.screen.close();
  }

  /** From what each task was made, and why it ran. */
  explain(): string[] {
    const made = this.#lineage ? [`  ${formatLineage(this.#lineage)}`] : [];
    return [nameStage(this.plan), ...made, ...this.#explanation.describe()];
  }

  /** What the stage has counted, so far as its stream says. */
  count(store: RunStore): { totals: Totals } & Omit<Counted, 'stateCalls'> {
    const { totals } = this.screen;
    return {
      totals: totals.add(),
      skipped: totals.listSkipped(),
      skippedKeys: totals.listSkippedKeys(),
      mapInput: totals.countMapInput(),
      ...(store.outputSurvives ? {} : { bytesRead: totals.bytesRead }),
    };
  }
}
