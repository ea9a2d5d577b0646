/**
 * The worlds in which a student's SyncTime is run: delays of both directions, a server that
 * thinks, a wall clock that somebody steps, and the truth that no student can see.
 */
import { CheckFailure } from '../../../src/grading/check.ts';
import {
  CristianServer,
  type LocalClock,
  SteeredClock,
} from '../../../src/lecture/cristian.ts';
import { Server } from '../../../src/rpc/index.ts';
import type { DelayScript } from '../../../src/sim/conditions.ts';
import { World } from '../../../src/sim/world.ts';

export interface Estimate {
  timeMs: number;
  errorBoundMs: number;
}

export interface Subject {
  SyncTime(serverAddr: string, clock?: LocalClock, samples?: number): Promise<Estimate>;
}

/** What the world does; all in milliseconds. */
export interface Scenario {
  /** One entry per sample; the last one repeats. */
  readonly requestMs: readonly number[];
  readonly replyMs: readonly number[];
  /** What the server does between T2 and T3, likewise. */
  readonly thinkMs?: readonly number[];
  readonly samples?: number;
  /** The clock that is to be set, minus the server's, when the world begins. */
  readonly clientAheadMs?: number;
  /** Somebody steps the client's clocks at this moment of the world. */
  readonly clockStep?: { readonly atMs: number; readonly byMs: number };
}

/** What happened in it, with the truth that no student can see. */
export interface Run {
  readonly estimate: Estimate;
  /** The server's time at the moment SyncTime returned. */
  readonly truthMs: number;
  readonly requests: number;
  readonly openConnections: number;
  readonly clock: RecordedClock;
  /** What setting the clock to the estimate means: how far it has to be moved in all. */
  readonly correctionMs: number;
}

/** A date far from zero, so that a wrong unit or a wrong clock shows. */
export const epochMs = Date.UTC(2024, 1, 15, 9, 30);
export const connectMs = 37;
/** The wall clock minus the clock that is to be set: they are two clocks. */
const wallAheadMs = 3600;
/** Rounding of sums of milliseconds since 1970 in a double. */
export const roundingMs = 0.01;

/** Runs one scenario in a world of its own. */
export async function simulate(
  SyncTime: Subject['SyncTime'],
  scenario: Scenario,
): Promise<Run> {
  const { thinkMs = [0], samples = 1, clientAheadMs = -5000, clockStep } = scenario;
  const clockMs = epochMs + clientAheadMs;
  const world = createWorld(scenario, clockMs + wallAheadMs);
  const serverNow = () => epochMs + world.time.nowMs;
  let thoughts = 0;
  const think = () =>
    new Promise<void>((resolve) => {
      world.time.schedule(pick(thinkMs, thoughts++), resolve);
    });
  return world.run(async () => {
    const server = new CristianServer(serverNow, think);
    await server.listen('sim:server');
    const clock = new RecordedClock(clockMs);
    if (clockStep) {
      world.time.schedule(clockStep.atMs, () => {
        world.clocks.stepWall(clockStep.byMs);
        clock.administer(clockStep.byMs);
      });
    }
    const returned = await SyncTime('sim:server', clock, samples);
    // Read once, in the world: it may be an object that computes.
    const estimate = { timeMs: returned?.timeMs, errorBoundMs: returned?.errorBoundMs };
    checkShape(estimate);
    const { requestsSent: requests, openConnections } = world.network;
    const correctionMs = estimate.timeMs - (clockMs + world.time.nowMs);
    const truthMs = serverNow();
    return { estimate, truthMs, requests, openConnections, clock, correctionMs };
  });
}

/** Runs SyncTime where it can have no answer; tells how it ended, and what it left open. */
export async function simulateFailure(
  SyncTime: Subject['SyncTime'],
  failure: 'nobody listens' | 'the server fails',
): Promise<{ outcome: 'rejected' | Estimate; openConnections: number }> {
  const world = createWorld({ requestMs: [10], replyMs: [10] }, epochMs);
  return world.run(async () => {
    const server = new Server();
    const GetTime = () => {
      throw new Error('its clock is broken');
    };
    server.registerName('CristianServer', { GetTime });
    if (failure === 'the server fails') await server.listen('sim:server');
    const clock = new RecordedClock(epochMs);
    const outcome = await SyncTime('sim:server', clock, 1).catch(
      () => 'rejected' as const,
    );
    return { outcome, openConnections: world.network.openConnections };
  });
}

function createWorld(scenario: Scenario, wallMs: number): World {
  return new World({ delayMs: scriptDelays(scenario), connectMs, wallMs, seed: 1 });
}

/** One entry per sample; the last one repeats. */
function pick(values: readonly number[], index: number): number {
  return values[Math.min(index, values.length - 1)] as number;
}

function scriptDelays({ requestMs, replyMs }: Scenario): DelayScript {
  return (direction, index) => {
    return pick(direction === 'request' ? requestMs : replyMs, index);
  };
}

function checkShape(estimate: Estimate): void {
  const isNumber = (value: unknown) =>
    typeof value === 'number' && Number.isFinite(value);
  const { timeMs, errorBoundMs } = estimate;
  if (isNumber(timeMs) && isNumber(errorBoundMs)) return;
  throw new CheckFailure({
    did: 'called SyncTime',
    saw: `it resolved with timeMs: ${timeMs}, errorBoundMs: ${errorBoundMs}`,
    expected: 'two numbers, { timeMs, errorBoundMs }',
    mistake: Number.isNaN(timeMs)
      ? 'a number was computed from something that is none: is client.call awaited?'
      : undefined,
  });
}

/** A clock that remembers what was done to it. */
export class RecordedClock implements LocalClock {
  readonly steps: number[] = [];
  readonly slews: number[] = [];
  readonly #clock: SteeredClock;

  constructor(startMs: number) {
    this.#clock = new SteeredClock(startMs);
  }

  now(): number {
    return this.#clock.now();
  }

  step(byMs: number): void {
    this.steps.push(byMs);
    this.#clock.step(byMs);
  }

  slew(byMs: number): void {
    this.slews.push(byMs);
    this.#clock.slew(byMs);
  }

  /** Somebody else steps it. */
  administer(byMs: number): void {
    this.#clock.step(byMs);
  }
}

export function roundTripOf({ requestMs, replyMs }: Scenario): number {
  return (requestMs[0] as number) + (replyMs[0] as number);
}

export function describe(scenario: Scenario): string {
  const { requestMs, replyMs, thinkMs, samples = 1, clockStep, clientAheadMs } = scenario;
  const parts = [`request ${requestMs.join(', ')} ms, reply ${replyMs.join(', ')} ms`];
  if (thinkMs) parts.push(`the server thinks ${thinkMs.join(', ')} ms`);
  if (clockStep) parts.push(`the clocks are stepped by ${clockStep.byMs} ms meanwhile`);
  if (clientAheadMs) {
    const side = clientAheadMs < 0 ? 'behind' : 'ahead';
    parts.push(`the local clock is ${Math.abs(clientAheadMs)} ms ${side}`);
  }
  return `${samples === 1 ? 'one sample' : `${samples} samples`}: ${parts.join('; ')}`;
}

export function formatError(errorMs: number): string {
  const direction = errorMs < 0 ? 'behind' : 'ahead of';
  return `${round(Math.abs(errorMs))} ms ${direction} the server`;
}

export function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
