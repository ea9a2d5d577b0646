/**
 * Grades Cristian's algorithm in virtual time. The rule is the error bound, half the round
 * trip, and never equality to the truth: that cannot be known from the four stamps.
 */
import { CheckFailure, type Exercise } from '../../src/grading/check.ts';
import { hints } from './grader/hints.ts';
import { recogniseBound, recogniseError, recogniseSampling } from './grader/mistakes.ts';
import {
  connectMs,
  describe,
  formatError,
  round,
  roundingMs,
  roundTripOf,
  type Scenario,
  type Subject,
  simulate,
  simulateFailure,
} from './grader/scenario.ts';

const outline = "Cristian's algorithm: Outline";
const calculation = "Cristian's algorithm: Offset sample calculation";
const task = "Exercise: Cristian's algorithm";
const symmetric: Scenario = { requestMs: [40], replyMs: [40] };
const slowRequest: Scenario = { requestMs: [100], replyMs: [0] };
const slowReply: Scenario = { requestMs: [0], replyMs: [100] };

const bestComesFirst: Scenario = { requestMs: [40, 200], replyMs: [10, 300], samples: 2 };

const exercise: Exercise<Subject> = {
  name: 'cristian',
  exports: ['SyncTime'],
  checks: [
    {
      id: 'milliseconds',
      sentence: "the estimate is the server's time, in milliseconds",
      points: 5,
      slide: outline,
      hints: hints.milliseconds,
      run: ({ SyncTime }) => expectRoughTime(SyncTime),
    },
    {
      id: 'one-request-a-sample',
      sentence: 'one request a sample, and the connection is closed',
      points: 10,
      slide: outline,
      waitsOn: 'milliseconds',
      hints: hints['one-request-a-sample'],
      run: async ({ SyncTime }) => {
        await expectRequests(SyncTime, symmetric);
        await expectRejection(SyncTime);
      },
    },
    {
      id: 'half-the-round-trip',
      sentence: 'the estimate is T3 + RTT/2, within half the RTT',
      points: 20,
      slide: calculation,
      waitsOn: 'milliseconds',
      hints: hints['half-the-round-trip'],
      run: async ({ SyncTime }) => {
        for (const scenario of [symmetric, slowRequest, slowReply]) {
          await expectWithinBound(SyncTime, scenario);
        }
      },
    },
    {
      id: 'error-bound',
      sentence: 'the error bound is RTT/2: never less, never more',
      points: 10,
      slide: calculation,
      waitsOn: 'half-the-round-trip',
      hints: hints['error-bound'],
      run: async ({ SyncTime }) => {
        for (const scenario of [slowRequest, symmetric])
          await expectBound(SyncTime, scenario);
      },
    },
    {
      id: 'thinking-time',
      sentence: "the server's thinking time, T3 - T2, is not travel",
      points: 15,
      slide: calculation,
      waitsOn: 'half-the-round-trip',
      hints: hints['thinking-time'],
      run: async ({ SyncTime }) => {
        for (const scenario of [slowReply, slowRequest, symmetric]) {
          await expectWithinBound(SyncTime, { ...scenario, thinkMs: [400] });
          await expectBound(SyncTime, { ...scenario, thinkMs: [400] });
        }
      },
    },
    {
      id: 'monotonic-clock',
      sentence: 'a wall clock that is stepped meanwhile does no harm',
      points: 10,
      slide: task,
      waitsOn: 'half-the-round-trip',
      hints: hints['monotonic-clock'],
      run: async ({ SyncTime }) => {
        for (const byMs of [-10_000, 10_000]) {
          const scenario = { ...symmetric, clockStep: { atMs: connectMs + 20, byMs } };
          await expectWithinBound(SyncTime, scenario);
          await expectBound(SyncTime, scenario);
        }
      },
    },
    {
      id: 'best-sample',
      sentence: 'of several samples, the smallest RTT counts',
      points: 15,
      slide: calculation,
      waitsOn: 'error-bound',
      hints: hints['best-sample'],
      run: async ({ SyncTime }) => {
        await expectBestSample(SyncTime);
        const clockStep = { atMs: connectMs + 60, byMs: 10_000 };
        await expectWithinBound(SyncTime, { ...bestComesFirst, clockStep });
      },
    },
    {
      id: 'sets-the-clock',
      sentence: 'the clock is set by the estimate, never back',
      points: 15,
      slide: task,
      waitsOn: 'half-the-round-trip',
      hints: hints['sets-the-clock'],
      run: ({ SyncTime }) => expectClockSet(SyncTime),
    },
  ],
};

export default exercise;

async function expectRoughTime(SyncTime: Subject['SyncTime']): Promise<void> {
  const run = await simulate(SyncTime, symmetric);
  const errorMs = run.estimate.timeMs - run.truthMs;
  if (Math.abs(errorMs) <= 1000) return;
  throw new CheckFailure({
    did: describe(symmetric),
    saw: `timeMs: ${run.estimate.timeMs}`,
    expected: `about ${run.truthMs}, milliseconds since the epoch`,
    mistake:
      'seconds, milliseconds and nanoseconds are mixed, or the local clock is used',
  });
}

async function expectRequests(
  SyncTime: Subject['SyncTime'],
  scenario: Scenario,
): Promise<void> {
  const { samples = 1 } = scenario;
  const { requests, openConnections } = await simulate(SyncTime, scenario);
  if (requests === samples && openConnections === 0) return;
  throw new CheckFailure({
    did: describe(scenario),
    saw: `requests: ${requests}, connections left open: ${openConnections}`,
    expected: `requests: ${samples}, connections left open: 0`,
  });
}

async function expectWithinBound(
  SyncTime: Subject['SyncTime'],
  scenario: Scenario,
): Promise<void> {
  const { estimate, truthMs } = await simulate(SyncTime, scenario);
  const errorMs = estimate.timeMs - truthMs;
  const boundMs = roundTripOf(scenario) / 2;
  if (Math.abs(errorMs) <= boundMs + roundingMs) return;
  throw new CheckFailure({
    did: describe(scenario),
    saw: `an estimate ${formatError(errorMs)}`,
    expected: `within ${boundMs} ms of the truth: half the round trip of ${2 * boundMs} ms`,
    mistake: recogniseError(scenario, errorMs),
  });
}

async function expectBound(
  SyncTime: Subject['SyncTime'],
  scenario: Scenario,
): Promise<void> {
  const { estimate } = await simulate(SyncTime, scenario);
  const boundMs = roundTripOf(scenario) / 2;
  const { errorBoundMs } = estimate;
  if (Math.abs(errorBoundMs - boundMs) <= roundingMs) return;
  throw new CheckFailure({
    did: describe(scenario),
    saw: `errorBoundMs: ${round(errorBoundMs)}`,
    expected: `${boundMs}, half the round trip of ${2 * boundMs} ms`,
    mistake: recogniseBound(scenario, errorBoundMs),
  });
}

/** Slow samples, each quick in one direction; the best one is where the server thinks longest. */
const slowSamples = [
  { request: 200, reply: 100, think: 0 },
  { request: 350, reply: 2, think: 0 },
  { request: 5, reply: 390, think: 0 },
  { request: 300, reply: 100, think: 0 },
];
const bestSample = { request: 11.5, reply: 4, think: 600 };

/** The best sample may be any: what it said has to be carried on to the return. */
async function expectBestSample(SyncTime: Subject['SyncTime']): Promise<void> {
  const bestBoundMs = (bestSample.request + bestSample.reply) / 2;
  for (const position of [1, 0, slowSamples.length]) {
    const samples = slowSamples.toSpliced(position, 0, bestSample);
    const scenario: Scenario = {
      requestMs: samples.map(({ request }) => request),
      replyMs: samples.map(({ reply }) => reply),
      thinkMs: samples.map(({ think }) => think),
      samples: samples.length,
    };
    await expectRequests(SyncTime, scenario);
    const { estimate, truthMs } = await simulate(SyncTime, scenario);
    const errorMs = estimate.timeMs - truthMs;
    const { errorBoundMs } = estimate;
    const isRightBound = Math.abs(errorBoundMs - bestBoundMs) <= roundingMs;
    if (isRightBound && Math.abs(errorMs) <= bestBoundMs + roundingMs) continue;
    throw new CheckFailure({
      did: describe(scenario),
      saw: `an estimate ${formatError(errorMs)}, errorBoundMs: ${round(errorBoundMs)}`,
      expected: `errorBoundMs ${bestBoundMs}, from sample ${position + 1}, and an estimate within it`,
      mistake: recogniseSampling(errorMs, errorBoundMs, bestBoundMs),
    });
  }
}

/** Without an answer there is no time, and no connection is left open. */
async function expectRejection(SyncTime: Subject['SyncTime']): Promise<void> {
  for (const failure of ['nobody listens', 'the server fails'] as const) {
    const { outcome, openConnections } = await simulateFailure(SyncTime, failure);
    if (outcome === 'rejected' && openConnections === 0) continue;
    const made =
      outcome === 'rejected' ? outcome : `resolved with timeMs: ${outcome?.timeMs}`;
    throw new CheckFailure({
      did: `called SyncTime where ${failure}`,
      saw: `it ${made}, connections left open: ${openConnections}`,
      expected: 'it rejects, connections left open: 0',
      mistake: openConnections > 0 ? 'close belongs into a finally' : undefined,
    });
  }
}

async function expectClockSet(SyncTime: Subject['SyncTime']): Promise<void> {
  for (const clientAheadMs of [-7000, 500, 20_000]) {
    const scenario: Scenario = { ...symmetric, clientAheadMs };
    const { clock, correctionMs } = await simulate(SyncTime, scenario);
    const did = describe(scenario);
    const back = clock.steps.find((byMs) => byMs < 0);
    if (back !== undefined) {
      throw new CheckFailure({
        did,
        saw: `clock.step(${round(back)})`,
        expected: 'a clock that is ahead is slowed down with slew: it never runs back',
        mistake:
          'the clock is stepped back: files would be older than what they are made from',
      });
    }
    const corrections = [...clock.steps, ...clock.slews];
    const correctedMs = corrections.reduce((sum, byMs) => sum + byMs, 0);
    if (Math.abs(correctedMs - correctionMs) <= roundingMs) continue;
    throw new CheckFailure({
      did,
      saw: `the clock was corrected by ${round(correctedMs)} ms`,
      expected: `by ${round(correctionMs)} ms, to the estimate`,
      mistake: recogniseCorrection(correctedMs),
    });
  }
}

function recogniseCorrection(correctedMs: number): string | undefined {
  if (correctedMs === 0) return 'the clock is not set at all';
  return 'compare with clock.now(), the clock that is to be set: Date.now() is another one';
}
