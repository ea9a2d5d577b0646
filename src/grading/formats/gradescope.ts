/**
 * Gradescope's `results.json`. The score is the sum of the tests' scores: there is no score of
 * the whole, which would override them. A check that waits has failed, with 0 points; Gradescope
 * knows nothing third. An exercise whose grader failed is a test of 0 points out of 0.
 *
 * Source: gradescope/autograder_samples, docs/specs.md.
 */
import { Chalk, type ChalkInstance } from 'chalk';
import type { CheckResult } from '../check.ts';
import { formatExplanation, replayCodeOf } from '../explanation-text.ts';
import { type GradeReport, listPlaces, type Place, pointsOf } from '../graded.ts';

/** Gradescope draws the sixteen colours, whatever this terminal does. */
const chalk: ChalkInstance = new Chalk({ level: 1 });

export function formatGradescope(report: GradeReport): string {
  const places = listPlaces(report);
  const results = {
    output: places.map(describePlace).join('\n'),
    output_format: 'text',
    visibility: 'visible',
    tests: places.flatMap((place, i) =>
      listTests(place, places.length > 1 ? `${i + 1}.` : ''),
    ),
  };
  return `${JSON.stringify(results, null, 2)}\n`;
}

function describePlace({ exercise, prefix }: Place): string {
  if (exercise.kind === 'not-graded') {
    return `${prefix}not graded: ${exercise.reason}. This is not your fault; tell your lecturer.`;
  }
  const { earned, total } = pointsOf([exercise]);
  const problem = exercise.problem === undefined ? '' : `: ${exercise.problem}`;
  return `${prefix}${earned} of ${total} points${problem}`;
}

function listTests(place: Place, numberPrefix: string): object[] {
  const { exercise, prefix } = place;
  if (exercise.kind === 'not-graded') {
    const output = describePlace(place);
    const name = `${prefix || `${exercise.name}: `}not graded`;
    return [
      { name, name_format: 'text', score: 0, max_score: 0, status: 'failed', output },
    ];
  }
  const { results, file } = exercise;
  return results.map((result, i) => {
    const output = formatExplanation(result, results, chalk);
    return {
      name: prefix + result.sentence,
      name_format: 'text',
      number: `${numberPrefix}${i + 1}`,
      score: result.status === 'pass' ? result.points : 0,
      max_score: result.points,
      status: result.status === 'pass' ? 'passed' : 'failed',
      ...(output === '' ? {} : { output, output_format: 'ansi' }),
      visibility: 'visible',
      extra_data: {
        exercise: exercise.name,
        check: result.id,
        file,
        ...describe(result),
      },
    };
  });
}

/** What a script can use: the replay code of the failure, or what was explored. */
function describe(result: CheckResult) {
  if (result.status === 'waits') return { waits_on: result.on };
  if (result.status === 'pass') {
    return result.explored === undefined ? {} : { explored: result.explored };
  }
  const { mistake, schedule } = result.explanation;
  return {
    ...(mistake === undefined ? {} : { mistake }),
    ...(schedule === undefined
      ? {}
      : { replay: replayCodeOf(result.id, schedule), explored: schedule.summary }),
  };
}
