/**
 * A strict reader of what a runner of GitHub Classroom reports: every key, and no other.
 *
 * Source: classroom-resources/autograding-grading-reporter, src/main.js.
 */

export interface ClassroomResults {
  readonly version: 1;
  readonly status: 'pass' | 'fail' | 'error';
  readonly max_score: number;
  readonly tests: readonly ClassroomTest[];
}

export interface ClassroomTest {
  readonly name: string;
  readonly status: 'pass' | 'fail' | 'error';
  readonly score: number;
  readonly message: string;
}

const testTypes = {
  name: 'string',
  status: 'string',
  score: 'number',
  message: 'string',
  test_code: 'string',
  filename: 'string',
  line_no: 'number',
  execution_time: 'number',
};

/** Throws at the first thing that is wrong. */
export function parseClassroom(line: string): ClassroomResults {
  if (!/^[A-Za-z0-9+/]+=*\n$/.test(line)) throw new Error('not one line of base64');
  const results = JSON.parse(Buffer.from(line, 'base64').toString('utf8'));
  expectKeys(results, ['version', 'status', 'max_score', 'tests']);
  if (results.version !== 1) throw new Error(`version ${results.version}`);
  expectStatus(results.status);
  for (const test of results.tests) {
    expectKeys(test, Object.keys(testTypes));
    expectStatus(test.status);
    for (const [key, type] of Object.entries(testTypes)) {
      const found = typeof test[key];
      if (found !== type) throw new Error(`${key}: ${test[key]}`);
    }
    if (test.score !== 0 && test.status !== 'pass')
      throw new Error('a score for nothing');
  }
  const sum = results.tests.reduce(
    (total: number, { score }: ClassroomTest) => total + score,
    0,
  );
  if (sum > results.max_score) throw new Error(`${sum} of ${results.max_score}`);
  const isFull = sum === results.max_score;
  if (results.status !== 'error' && (results.status === 'pass') !== isFull) {
    throw new Error(`${results.status} with ${sum} of ${results.max_score}`);
  }
  return results;
}

function expectKeys(value: object, keys: readonly string[]): void {
  const found = Object.keys(value).sort().join();
  if (found !== [...keys].sort().join()) throw new Error(`keys: ${found}`);
}

function expectStatus(status: unknown): void {
  if (!['pass', 'fail', 'error'].includes(status as string)) throw new Error(`${status}`);
}
