/**
 * Known mistakes and the signature that each leaves in the numbers, in words that help.
 */
import { connectMs, roundingMs, roundTripOf, type Scenario } from './scenario.ts';

/** Wrong formulas leave their signature in the error. */
export function recogniseError(scenario: Scenario, errorMs: number): string | undefined {
  const {
    requestMs,
    replyMs,
    thinkMs: [thinkMs = 0] = [],
    clockStep,
    clientAheadMs = -5000,
  } = scenario;
  const replyTookMs = replyMs[0] as number;
  const roundTripMs = (requestMs[0] as number) + replyTookMs;
  const isAbout = (valueMs: number) => Math.abs(errorMs - (valueMs - replyTookMs)) <= 2;
  if (clockStep)
    return 'something is measured on a clock that can be stepped: use performance.now';
  if (isAbout(0))
    return 'T3 alone: the reply was under way for about half the round trip';
  if (isAbout(roundTripMs)) return 'T3 + RTT: the reply travelled only about half of it';
  if (isAbout(-roundTripMs / 2))
    return 'T3 - RTT/2: the reply took time, so it is later now';
  if (thinkMs && isAbout(roundTripMs / 2 - thinkMs)) {
    return 'T2 as the base: the reply left at T3, when the thinking was over';
  }
  if (thinkMs && isAbout((roundTripMs + thinkMs) / 2)) {
    return 'RTT = T4 - T1: subtract T3 - T2, the time in which nothing travelled';
  }
  if (isAbout(roundTripMs / 2 + connectMs / 2)) {
    return 'T1 is taken before connecting, or T4 after other work: measure the call alone';
  }
  if (Math.abs(errorMs) > Math.abs(clientAheadMs) / 2) {
    return 'a difference between the two clocks is taken for a delay';
  }
  return undefined;
}

export function recogniseBound(
  scenario: Scenario,
  errorBoundMs: number,
): string | undefined {
  const roundTripMs = roundTripOf(scenario);
  const isAbout = (valueMs: number) => Math.abs(errorBoundMs - valueMs) <= 2;
  if (errorBoundMs === 0)
    return 'no bound: delays are not symmetric, and nobody can see by how much';
  if (isAbout(roundTripMs))
    return 'the whole round trip: the error is at most half of it';
  if (isAbout((roundTripMs + connectMs) / 2)) {
    return 'T1 is taken before connecting, or T4 after other work: measure the call alone';
  }
  if (isAbout((roundTripMs + (scenario.thinkMs?.[0] ?? 0)) / 2)) {
    return 'RTT = T4 - T1: subtract T3 - T2, the time in which nothing travelled';
  }
  return undefined;
}

export function recogniseSampling(
  errorMs: number,
  errorBoundMs: number,
  bestBoundMs: number,
): string | undefined {
  if (Math.abs(errorBoundMs - bestBoundMs) <= roundingMs && errorMs < -bestBoundMs) {
    return 'the best sample is some time ago: add what has passed since its T4';
  }
  if (Math.abs(errorMs) > 500)
    return 'the samples are of different moments: do not average them';
  if (errorBoundMs > bestBoundMs)
    return 'an average, the first or last sample, or samples that waited for each other';
  return undefined;
}
