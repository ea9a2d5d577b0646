/**
 * Grades the worked example: one question, asked again until it is answered.
 */
import type { Exercise } from '../../src/grading/check.ts';
import { expectOnAllSchedules } from '../../src/grading/exploration.ts';
import { hints } from './grader/hints.ts';
import {
  createPing,
  expectAnswer,
  expectError,
  expectOneRequest,
  type Subject,
} from './grader/scenario.ts';

const slide = "Go's net/rpc is at-most-once";
const calm = { deviations: 0, seeds: 0 };

const exercise: Exercise<Subject> = {
  name: 'ping',
  exports: ['ping'],
  checks: [
    {
      id: 'answer',
      sentence: 'the answer comes back, and the connection is closed',
      points: 30,
      slide: 'RPCs in GO (net/rpc client)',
      hints: hints.answer,
      run: ({ ping }, options) =>
        expectOnAllSchedules([createPing(ping, {}, expectAnswer)], options, calm),
    },
    {
      id: 'asked-again',
      sentence: 'whatever is lost or late is asked for again',
      points: 40,
      slide,
      waitsOn: 'answer',
      hints: hints['asked-again'],
      run: ({ ping }, options) => {
        const faults = { losses: 1, slow: 1, slowMs: 250 };
        const scenario = createPing(ping, faults, expectAnswer);
        return expectOnAllSchedules([scenario], options, { deviations: 2, seeds: 10 });
      },
    },
    {
      id: 'once-is-enough',
      sentence: 'an answer ends the asking, and so does an error',
      points: 30,
      slide,
      waitsOn: 'answer',
      hints: hints['once-is-enough'],
      run: ({ ping }, options) => {
        const scenarios = [
          createPing(ping, {}, expectOneRequest),
          createPing(ping, {}, expectError, true),
        ];
        return expectOnAllSchedules(scenarios, options, calm);
      },
    },
  ],
};

export default exercise;
