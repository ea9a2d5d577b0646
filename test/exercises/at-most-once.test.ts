/** The grader's own instruments: what a table costs, and which experiment tells what. */
import { expect, test } from 'vitest';
import { countEntries } from '../../exercises/at-most-once/grader/memory.ts';
import exercise from '../../exercises/at-most-once/grader.ts';
import { CheckFailure } from '../../src/grading/check.ts';
import * as checkThenAct from '../chaffs/at-most-once/check-then-act.ts';
import * as noTable from '../chaffs/at-most-once/no-table.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

class Private {
  readonly #table: unknown;
  constructor(table: unknown) {
    this.#table = table;
  }
  get isEmpty() {
    return this.#table === undefined;
  }
}

function createClosure(table: unknown) {
  return { isEmpty: () => table === undefined };
}

test.each<[string, (count: number) => object]>([
  ['an array', numbers],
  ['a set in a private field', (count) => new Private(new Set(numbers(count)))],
  ['a map in a closure', (count) => createClosure(new Map(numbers(count).entries()))],
  ['a map in a map', (count) => new Map([[0, new Map(numbers(count).entries())]])],
  [
    'an object',
    (count) => ({ deep: { table: Object.fromEntries(numbers(count).entries()) } }),
  ],
])('%s: every entry is found', (_what, create) => {
  const grown = countEntries(create(30)) - countEntries(create(10));
  expect(grown).toBeGreaterThanOrEqual(20);
});

test('what is foreign is not counted, and a circle ends', () => {
  const world = numbers(100);
  const circle: Record<string, unknown> = { world };
  circle.itself = circle;
  expect(countEntries(circle, [world])).toBe(2);
});

const runsOnce = exercise.checks.find(({ id }) => id === 'runs-once');

async function findFailure(subject: unknown, replay?: string): Promise<CheckFailure> {
  const error = await runsOnce?.run(subject as never, { replay }).catch((e) => e);
  expect(error).toBeInstanceOf(CheckFailure);
  return error as unknown as CheckFailure;
}

test.each([
  ['no table', noTable],
  ['check, then act', checkThenAct],
])(
  '%s: one deviation, told alike ten times, and replayed from its code',
  async (mistake, subject) => {
    const failures = [];
    for (let i = 0; i < 10; i++) failures.push(await findFailure(subject));
    const [{ explanation } = await findFailure(subject)] = failures;
    for (const failure of failures) expect(failure.explanation).toEqual(explanation);
    expect(explanation.mistake).toContain(mistake);
    expect(explanation.schedule?.code).toMatch(/^1\/\d+-\w+$/);
    const { explanation: replayed } = await findFailure(
      subject,
      explanation.schedule?.code,
    );
    expect(replayed.schedule?.diagram).toBe(explanation.schedule?.diagram);
    expect(replayed.mistake).toBe(explanation.mistake);
  },
);
