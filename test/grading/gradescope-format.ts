/**
 * A strict reader of Gradescope's results.json: what the specification does not name is refused.
 *
 * Source: gradescope/autograder_samples, docs/specs.md.
 */

type Rule = (value: unknown) => boolean;

const isText: Rule = (value) => typeof value === 'string';
const isNumber: Rule = (value) => typeof value === 'number' && Number.isFinite(value);
const isObject: Rule = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isOneOf =
  (...values: string[]): Rule =>
  (value) =>
    values.includes(value as string);
const isListOf =
  (rule: Rule): Rule =>
  (value) =>
    Array.isArray(value) && value.every(rule);

const isFormat = isOneOf('text', 'html', 'simple_format', 'md', 'ansi');
const isVisibility = isOneOf('hidden', 'after_due_date', 'after_published', 'visible');

const testRules: Record<string, Rule> = {
  score: isNumber,
  max_score: isNumber,
  status: isOneOf('passed', 'failed'),
  name: isText,
  name_format: isFormat,
  number: isText,
  output: isText,
  output_format: isFormat,
  tags: isListOf(isText),
  visibility: isVisibility,
  extra_data: isObject,
};

const leaderRules: Record<string, Rule> = {
  name: isText,
  value: (value) => isText(value) || isNumber(value),
  order: isOneOf('asc', 'desc'),
};

const resultRules: Record<string, Rule> = {
  score: isNumber,
  execution_time: isNumber,
  output: isText,
  output_format: isFormat,
  test_output_format: isFormat,
  test_name_format: isFormat,
  visibility: isVisibility,
  stdout_visibility: isVisibility,
  extra_data: isObject,
  tests: Array.isArray,
  leaderboard: Array.isArray,
};

export interface GradescopeTest {
  readonly name: string;
  readonly score: number;
  readonly max_score: number;
  readonly status: 'passed' | 'failed';
  readonly output?: string;
  readonly output_format?: string;
  readonly number?: string;
  readonly extra_data?: Record<string, unknown>;
}

export interface GradescopeResults {
  readonly output?: string;
  readonly tests: readonly GradescopeTest[];
}

/** Throws with all that is wrong; otherwise the results, typed. */
export function parseGradescope(text: string): GradescopeResults {
  const results = JSON.parse(text);
  const problems: string[] = [];
  const check = (where: string, value: unknown, rules: Record<string, Rule>) => {
    if (!isObject(value)) return problems.push(`${where} is no object`);
    for (const [key, part] of Object.entries(value as object)) {
      const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
      if (!rule) problems.push(`${where} has an unknown key ${key}`);
      else if (!rule(part)) problems.push(`${where}.${key}: ${JSON.stringify(part)}`);
    }
  };
  check('results', results, resultRules);
  const tests = Array.isArray(results?.tests) ? results.tests : [];
  const hasScore = results?.score !== undefined;
  if (!hasScore && !Array.isArray(results?.tests))
    problems.push('neither a score nor tests');
  for (const [i, test] of tests.entries()) {
    check(`test ${i}`, test, testRules);
    if (!hasScore && test?.score === undefined) problems.push(`test ${i} has no score`);
    if (test?.score > test?.max_score) problems.push(`test ${i} exceeds its maximum`);
  }
  for (const [i, leader] of (results?.leaderboard ?? []).entries())
    check(`leader ${i}`, leader, leaderRules);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return results;
}
