/**
 * The explorer: runs ordinary promise-based code on one schedule after the other, until one
 * fails or the bound is reached. Breadth first by the number of deviations from the default
 * order, so the first failure is a smallest one; then a number of random schedules, whose
 * failures are made smaller deviation by deviation.
 *
 * Source: M. Emmi, S. Qadeer, Z. Rakamarić, "Delay-Bounded Scheduling", 2011, for the bound;
 * DSLabs, for showing minimised traces only.
 */
import { createRandom } from './random.ts';
import { EscapeError, type Run, runSchedule, type Scenario } from './run-schedule.ts';
import type { Deviation, Schedule } from './schedule.ts';
import { type Decide, followSchedule } from './steering.ts';

export interface Bounds {
  /** How many deviations one schedule may have. */
  readonly deviations?: number;
  /** Schedules that are run at most, over all scenarios, before the random ones. */
  readonly schedules?: number;
  /** Random schedules for each scenario. */
  readonly seeds?: number;
}

export interface Exploration {
  readonly runs: number;
  /** All schedules with at most so many deviations were run; -1: not even the default. */
  readonly exhausted: number;
  /** Of schedules with one deviation more, how many were run. */
  readonly beyond: number;
  readonly randomRuns: number;
  readonly failure?: Failure;
}

export interface Failure extends Run {
  readonly scenario: Scenario;
  /** How many schedules had been run when it was found. */
  readonly foundAfter: number;
}

export const defaultBounds = { deviations: 2, schedules: 400, seeds: 20 } as const;

/** Scenarios from the smallest to the largest: of equal schedules the smaller workload fails. */
export async function explore(
  scenarios: readonly Scenario[],
  bounds: Bounds = {},
): Promise<Exploration> {
  return new Explorer(scenarios, { ...defaultBounds, ...bounds }).explore();
}

interface Candidate {
  readonly scenario: Scenario;
  readonly schedule: Schedule;
}

class Explorer {
  readonly #scenarios: readonly Scenario[];
  readonly #bounds: Required<Bounds>;
  #runs = 0;

  constructor(scenarios: readonly Scenario[], bounds: Required<Bounds>) {
    this.#scenarios = scenarios;
    this.#bounds = bounds;
  }

  async explore(): Promise<Exploration> {
    const { deviations, schedules, seeds } = this.#bounds;
    let level: Candidate[] = this.#scenarios.map((scenario) => ({
      scenario,
      schedule: [],
    }));
    let exhausted = -1;
    let beyond = 0;
    while (level.length > 0 && exhausted < deviations && beyond === 0) {
      const room = exhausted < 0 ? level.length : Math.max(0, schedules - this.#runs);
      const { next, failure } = await this.#runLevel(spread(level, room));
      if (failure) return { ...this.#count(exhausted, 0, 0), failure };
      if (room < level.length) beyond = room;
      else exhausted++;
      level = next;
    }
    if (level.length === 0 && beyond === 0) exhausted = deviations;
    for (let seed = 1; seed <= seeds; seed++) {
      const failure = await this.#runRandom(seed);
      if (failure) return { ...this.#count(exhausted, beyond, seed), failure };
    }
    return this.#count(exhausted, beyond, seeds);
  }

  #count(exhausted: number, beyond: number, seeds: number): Exploration {
    const randomRuns = seeds * this.#scenarios.length;
    return { runs: this.#runs, exhausted, beyond, randomRuns };
  }

  /** Of the failures of one level, the one with the fewest events: it is easiest to read. */
  async #runLevel(level: readonly Candidate[]) {
    const next: Candidate[] = [];
    let failure: Failure | undefined;
    for (const { scenario, schedule } of level) {
      const isLate = failure && this.#runs >= failure.foundAfter + searchOn;
      if (failure && (isLate || failure.scenario !== scenario)) break;
      const run = await this.#run(scenario, followSchedule(schedule));
      if (schedule.length === 0) await this.#expectSame(scenario, run);
      if (run.error === undefined) next.push(...extend(scenario, schedule, run));
      else if (!failure || run.events.length < failure.events.length) {
        failure = { ...run, scenario, foundAfter: failure?.foundAfter ?? this.#runs };
      }
    }
    return { next, failure };
  }

  async #runRandom(seed: number): Promise<Failure | undefined> {
    for (const scenario of this.#scenarios) {
      const random = createRandom(seed);
      const run = await this.#run(scenario, ({ actions }) =>
        actions.length > 0 && random() < deviationRate
          ? actions[Math.floor(random() * actions.length)]
          : undefined,
      );
      if (run.error === undefined) continue;
      const foundAfter = this.#runs;
      return { ...(await this.#minimise(scenario, run)), scenario, foundAfter };
    }
    return undefined;
  }

  /** Leaves out one deviation after the other, as long as what is left still fails. */
  async #minimise(scenario: Scenario, failing: Run): Promise<Run> {
    for (const deviation of failing.schedule) {
      const smaller = failing.schedule.filter((other) => other !== deviation);
      const run = await this.#run(scenario, followSchedule(smaller));
      if (run.error !== undefined) return this.#minimise(scenario, run);
    }
    return failing;
  }

  #run(scenario: Scenario, decide: Decide): Promise<Run> {
    this.#runs++;
    return runSchedule(scenario, decide);
  }

  /** Real time, real chance and what a module remembers show when a run is repeated. */
  async #expectSame(scenario: Scenario, run: Run): Promise<void> {
    const again = await runSchedule(scenario, followSchedule(run.schedule));
    if (fingerprint(run) === fingerprint(again)) return;
    throw new EscapeError(`${scenario.name}: two runs of the same schedule differ`);
  }
}

const deviationRate = 0.15;
/** How many more schedules are run to find a failure with fewer events. */
const searchOn = 60;

/** One deviation more, behind the last one: so no schedule is made twice. */
function extend(scenario: Scenario, schedule: Schedule, { steps }: Run): Candidate[] {
  const last = schedule.at(-1)?.step ?? 0;
  return steps
    .filter(({ number }) => number > last)
    .flatMap(({ number, actions }) =>
      actions.map((action): Candidate => {
        const deviation: Deviation = { step: number, action };
        return { scenario, schedule: [...schedule, deviation] };
      }),
    );
}

/** `count` of them, evenly over the whole level, when there is no time for all. */
function spread<T>(level: readonly T[], count: number): readonly T[] {
  if (count >= level.length) return level;
  return Array.from(
    { length: count },
    (_, i) => level[Math.floor((i * level.length) / count)] as T,
  );
}

function fingerprint({ events, error }: Run): string {
  const happened = events.map((event) => {
    const { atMs, type } = event;
    const way = 'message' in event ? [event.message.from, event.message.to] : [];
    return [atMs, type, ...way].join(' ');
  });
  return [...happened, error === undefined ? 'right' : 'wrong'].join('\n');
}
