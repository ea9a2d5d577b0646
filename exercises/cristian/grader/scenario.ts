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
import type { DelayScript } from '../../../src/sim/network.ts';
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
  readonly thinkMs?: number;
  readonly samples?: number;
  /** The client's clock minus the server's when the world begins. */
  readonly clientAheadMs?: number;
  /** Somebody steps the client's wall clock while the first request is under way. */
  readonly wallStepMs?: number;
}

/** What happened in it, with the truth that no student can see. */
export interface Run {
  readonly estimate: Estimate;
  /** The server's time at the moment SyncTime returned. */
  readonly truthMs: number;
  readonly requests: number;
  readonly openConnections: number;
  readonly clock: RecordedClock;
}

/** A date far from zero, so that a wrong unit or a wrong clock shows. */
export const epochMs = Date.UTC(2024, 1, 15, 9, 30);
export const connectMs = 37;
/** Rounding of sums of milliseconds since 1970 in a double. */
export const roundingMs = 0.01;

/** Runs one scenario in a world of its own. */
export async function simulate(
  SyncTime: Subject['SyncTime'],
  scenario: Scenario,
): Promise<Run> {
  const { thinkMs = 0, samples = 1, clientAheadMs = -5000, wallStepMs } = scenario;
  const wallMs = epochMs + clientAheadMs;
  const delayMs = scriptDelays(scenario);
  const world = new World({ delayMs, connectMs, wallMs, seed: 1 });
  const serverNow = () => epochMs + world.time.nowMs;
  const think = () =>
    new Promise<void>((resolve) => world.time.schedule(thinkMs, resolve));
  return world.run(async () => {
    const server = new CristianServer(serverNow, think);
    await server.listen('sim:server');
    const clock = new RecordedClock(wallMs);
    if (wallStepMs !== undefined) {
      const inFlightMs = connectMs + (scenario.requestMs[0] as number) / 2;
      world.time.schedule(inFlightMs, () => world.clocks.stepWall(wallStepMs));
    }
    const estimate = await SyncTime('sim:server', clock, samples);
    checkShape(estimate);
    const { requestsSent: requests, openConnections } = world.network;
    return { estimate, truthMs: serverNow(), requests, openConnections, clock };
  });
}

function scriptDelays({ requestMs, replyMs }: Scenario): DelayScript {
  return (direction, index) => {
    const delays = direction === 'request' ? requestMs : replyMs;
    return delays[Math.min(index, delays.length - 1)] as number;
  };
}

function checkShape(estimate: Estimate): void {
  const isNumber = (value: unknown) =>
    typeof value === 'number' && Number.isFinite(value);
  if (isNumber(estimate?.timeMs) && isNumber(estimate?.errorBoundMs)) return;
  throw new CheckFailure({
    did: 'called SyncTime',
    saw: `it resolved with timeMs: ${estimate?.timeMs}, errorBoundMs: ${estimate?.errorBoundMs}`,
    expected: 'two numbers, { timeMs, errorBoundMs }',
    mistake: Number.isNaN(estimate?.timeMs)
      ? 'a number was computed from something that is none: is client.call awaited?'
      : undefined,
  });
}

/** A clock that remembers what was done to it. */
export class RecordedClock implements LocalClock {
  readonly startMs: number;
  readonly steps: number[] = [];
  readonly slews: number[] = [];
  readonly #clock: SteeredClock;
  readonly #startedMs = performance.now();
  /** Time passed until the last correction. */
  elapsedMs = 0;

  constructor(startMs: number) {
    this.startMs = startMs;
    this.#clock = new SteeredClock(startMs);
  }

  now(): number {
    return this.#clock.now();
  }

  step(byMs: number): void {
    this.#record(this.steps, byMs);
    this.#clock.step(byMs);
  }

  slew(byMs: number): void {
    this.#record(this.slews, byMs);
    this.#clock.slew(byMs);
  }

  #record(corrections: number[], byMs: number): void {
    this.elapsedMs = performance.now() - this.#startedMs;
    corrections.push(byMs);
  }
}

export function roundTripOf({ requestMs, replyMs }: Scenario): number {
  return (requestMs[0] as number) + (replyMs[0] as number);
}

export function describe(scenario: Scenario): string {
  const {
    requestMs,
    replyMs,
    thinkMs,
    samples = 1,
    wallStepMs,
    clientAheadMs,
  } = scenario;
  const parts = [`request ${requestMs.join(', ')} ms, reply ${replyMs.join(', ')} ms`];
  if (thinkMs) parts.push(`the server thinks ${thinkMs} ms`);
  if (wallStepMs) parts.push(`the wall clock is stepped by ${wallStepMs} ms meanwhile`);
  if (clientAheadMs) parts.push(`the local clock is ${clientAheadMs} ms ahead`);
  return `${samples === 1 ? 'one sample' : `${samples} samples`}: ${parts.join('; ')}`;
}

export function formatError(errorMs: number): string {
  const direction = errorMs < 0 ? 'behind' : 'ahead of';
  return `${round(Math.abs(errorMs))} ms ${direction} the server`;
}

export function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
