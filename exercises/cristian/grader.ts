/**
 * Grades Cristian's algorithm in virtual time. The rule is the error bound, half the round
 * trip, and never equality to the truth: that cannot be known from the four stamps.
 */
import { CheckFailure, type Exercise } from '../../src/grading/check.ts';
import { recogniseBound, recogniseError, recogniseSampling } from './grader/mistakes.ts';
import {
  describe,
  formatError,
  round,
  roundingMs,
  roundTripOf,
  type Scenario,
  type Subject,
  simulate,
} from './grader/scenario.ts';

const outline = "Cristian's algorithm: Outline";
const calculation = "Cristian's algorithm: Offset sample calculation";
const task = "Exercise: Cristian's algorithm";
const symmetric: Scenario = { requestMs: [40], replyMs: [40] };
const slowRequest: Scenario = { requestMs: [90], replyMs: [10] };
const slowReply: Scenario = { requestMs: [10], replyMs: [90] };

const exercise: Exercise<Subject> = {
  name: 'cristian',
  exports: ['SyncTime'],
  checks: [
    {
      id: 'milliseconds',
      sentence: "the estimate is the server's time, in milliseconds",
      points: 5,
      slide: outline,
      run: ({ SyncTime }) => expectRoughTime(SyncTime),
    },
    {
      id: 'one-request-a-sample',
      sentence: 'one request a sample, and the connection is closed',
      points: 10,
      slide: outline,
      waitsOn: 'milliseconds',
      run: ({ SyncTime }) => expectRequests(SyncTime, symmetric),
    },
    {
      id: 'half-the-round-trip',
      sentence: 'the estimate is T3 + RTT/2, within half the RTT',
      points: 20,
      slide: calculation,
      waitsOn: 'milliseconds',
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
      run: async ({ SyncTime }) => {
        for (const scenario of [slowReply, slowRequest, symmetric]) {
          await expectWithinBound(SyncTime, { ...scenario, thinkMs: 400 });
          await expectBound(SyncTime, { ...scenario, thinkMs: 400 });
        }
      },
    },
    {
      id: 'monotonic-clock',
      sentence: 'a wall clock that is stepped meanwhile does no harm',
      points: 10,
      slide: task,
      waitsOn: 'half-the-round-trip',
      run: async ({ SyncTime }) => {
        for (const wallStepMs of [-10_000, 10_000]) {
          await expectWithinBound(SyncTime, { ...symmetric, wallStepMs });
          await expectBound(SyncTime, { ...symmetric, wallStepMs });
        }
      },
    },
    {
      id: 'best-sample',
      sentence: 'of several samples, the smallest RTT counts',
      points: 15,
      slide: calculation,
      waitsOn: 'error-bound',
      run: ({ SyncTime }) => expectBestSample(SyncTime),
    },
    {
      id: 'sets-the-clock',
      sentence: 'the clock is set by the estimate, never back',
      points: 15,
      slide: task,
      waitsOn: 'half-the-round-trip',
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

/** The best sample is the first of slow ones: what it said has to be carried on to the return. */
async function expectBestSample(SyncTime: Subject['SyncTime']): Promise<void> {
  const scenario: Scenario = {
    requestMs: [200, 12, 150, 300, 250],
    replyMs: [100, 4, 350, 100, 250],
    samples: 5,
  };
  await expectRequests(SyncTime, scenario);
  const { estimate, truthMs } = await simulate(SyncTime, scenario);
  const errorMs = estimate.timeMs - truthMs;
  const { errorBoundMs } = estimate;
  const isBest =
    Math.abs(errorBoundMs - 8) <= roundingMs && Math.abs(errorMs) <= 8 + roundingMs;
  if (isBest) return;
  throw new CheckFailure({
    did: describe(scenario),
    saw: `an estimate ${formatError(errorMs)}, errorBoundMs: ${round(errorBoundMs)}`,
    expected: 'errorBoundMs 8, from the second sample, and an estimate within it',
    mistake: recogniseSampling(errorMs, errorBoundMs),
  });
}

async function expectClockSet(SyncTime: Subject['SyncTime']): Promise<void> {
  for (const clientAheadMs of [-7000, 500]) {
    const scenario: Scenario = { ...symmetric, clientAheadMs };
    const { estimate, clock } = await simulate(SyncTime, scenario);
    const did = describe(scenario);
    if (clock.steps.some((byMs) => byMs < 0)) {
      throw new CheckFailure({
        did,
        saw: `clock.step(${round(clock.steps.find((byMs) => byMs < 0) as number)})`,
        expected:
          'a clock that is ahead is slowed down with slew: it never runs backwards',
        mistake:
          'the clock is stepped back: files would be older than what they are made from',
      });
    }
    const targetMs = estimate.timeMs - clock.startMs - clock.elapsedMs;
    const correctedMs = [...clock.steps, ...clock.slews].reduce(
      (sum, byMs) => sum + byMs,
      0,
    );
    if (Math.abs(correctedMs - targetMs) <= roundingMs) continue;
    throw new CheckFailure({
      did,
      saw: `the clock was corrected by ${round(correctedMs)} ms`,
      expected: `by ${round(targetMs)} ms, to the estimate`,
      mistake: correctedMs === 0 ? 'the clock is not set at all' : undefined,
    });
  }
}
