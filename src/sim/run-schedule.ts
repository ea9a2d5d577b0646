/**
 * One run of a scenario along one schedule, in a world of its own: what happened, what could
 * have happened instead, and whether it went wrong.
 */
import type { SimEvent } from './events.ts';
import type { FaultModel } from './fault-model.ts';
import { findRepetition } from './repetition.ts';
import type { Schedule } from './schedule.ts';
import { type Decide, Steering, type Step } from './steering.ts';
import { DeadlockError, LivelockError } from './virtual-time.ts';
import { listWaiting } from './waiting.ts';
import { World, type WorldOptions } from './world.ts';

/** A program in a world, and the faults that it has to bear. */
export interface Scenario {
  /** The workload in a few words: `2 clients, 1 call each`. */
  readonly name: string;
  readonly faults: FaultModel;
  readonly world?: Omit<WorldOptions, 'faults'>;
  /** More events than any correct program needs; 5,000 by default. */
  readonly maxEvents?: number;
  /** Sets the world up, runs the program, and throws when what came out is wrong. */
  run(world: World): Promise<void>;
  /** Throws when something is wrong already; asked after every step. */
  check?(world: World): void;
}

export interface Run {
  /** What was decided otherwise than by default. */
  readonly schedule: Schedule;
  /** The same in words: `reply 1 is slow`. */
  readonly story: readonly string[];
  readonly steps: readonly Step[];
  readonly events: readonly SimEvent[];
  /** Undefined: everything was right. */
  readonly error: unknown;
}

/** Nothing is left to happen; `waiting` says who waits for what. */
export class StuckError extends Error {
  override readonly name = 'StuckError';
  readonly waiting: readonly string[];

  constructor(waiting: readonly string[]) {
    const lines = waiting.length > 0 ? waiting : ['no call is open'];
    super(`nothing is left to happen, and the program still waits: ${lines.join('; ')}`);
    this.waiting = waiting;
  }
}

/** It goes on for ever; `cycle` is what repeats, if it is that regular. */
export class EndlessError extends Error {
  override readonly name = 'EndlessError';
  readonly cycle: readonly string[];

  constructor(events: number, cycle: readonly string[]) {
    const what = cycle.length > 0 ? `; this repeats: ${cycle.join(', ')}` : '';
    super(`no end after ${events} events${what}`);
    this.cycle = cycle;
  }
}

/** Something comes from outside the simulation: real time, real chance, a real file. */
export class EscapeError extends Error {
  override readonly name = 'EscapeError';
}

const defaultMaxEvents = 5000;

/** Never rejects for what the program does: that is the run's `error`. */
export async function runSchedule(scenario: Scenario, decide: Decide): Promise<Run> {
  const world = new World(scenario.world);
  world.time.maxEvents = scenario.maxEvents ?? defaultMaxEvents;
  const steering = new Steering(world, scenario.faults, decide);
  const stray: unknown[] = [];
  const observe = (error: unknown) => stray.push(error);
  process.on('unhandledRejection', observe);
  process.on('uncaughtException', observe);
  const before = process.getActiveResourcesInfo();
  let error: unknown;
  try {
    watch(world, scenario, stray);
    await scenario.run(world);
    if (stray.length > 0) throw stray[0];
  } catch (thrown) {
    error = explain(thrown, world, findReal(before));
  } finally {
    process.off('unhandledRejection', observe);
    process.off('uncaughtException', observe);
  }
  const { taken, story, steps } = steering;
  return { schedule: taken, story, steps, events: world.events, error };
}

/** What Node waits for now and did not `before`: nothing of a simulated program is real. */
function findReal(before: readonly string[]): string[] {
  const old = [...before];
  return process.getActiveResourcesInfo().filter((resource) => {
    const known = old.indexOf(resource);
    if (known >= 0) old.splice(known, 1);
    return known < 0 && resource !== 'Immediate';
  });
}

/** Before each step, what the step before it has done is judged. */
function watch(world: World, scenario: Scenario, stray: readonly unknown[]): void {
  const steer = world.time.gate;
  world.time.gate = (event) => {
    if (stray.length > 0) throw stray[0];
    scenario.check?.(world);
    return steer?.(event) ?? true;
  };
}

function explain(
  error: unknown,
  { events, time }: World,
  real: readonly string[],
): unknown {
  if (error instanceof DeadlockError) {
    if (real.length === 0) return new StuckError(listWaiting(events));
    return new EscapeError(`it waits for something real: ${real.join(', ')}`);
  }
  if (error instanceof LivelockError) {
    return new EndlessError(time.maxEvents, findRepetition(events) ?? []);
  }
  // `throw undefined` is an error too.
  return error ?? new Error('it threw nothing');
}
