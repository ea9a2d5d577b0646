/**
 * The files of a new exercise, as text: small, complete and green, to be replaced piece by piece.
 * The example adds numbers; its only wrong answer forgets the first one.
 */

/** Paths from the project's folder, and what stands there. */
export function fillTemplate(name: string): ReadonlyMap<string, string> {
  const title = titleOf(name);
  return new Map([
    [`exercises/${name}/README.md`, formatReadme(name, title)],
    [`exercises/${name}/${name}.ts`, formatStub(title)],
    [`exercises/${name}/grader.ts`, formatGrader(name, title)],
    [`exercises/${name}/grader/stub.txt`, formatStub(title)],
    [`solutions/${name}/${name}.ts`, formatSolution(title)],
    [`solutions/${name}/README.md`, formatSolutionReadme(title)],
    [`test/variants/${name}/reduces.ts`, formatVariant()],
    [`test/chaffs/${name}/skips-the-first.ts`, formatChaff()],
  ]);
}

/** What the manifest says of it, as source, indented like its neighbours. */
export function formatEntry(name: string): string {
  const key = name.includes('-') ? `'${name}'` : name;
  return [
    `  ${key}: {`,
    `    title: '${titleOf(name)}',`,
    "    slide: 'Title of the slide that sets it',",
    '    prerequisites: [],',
    '    points: 100,',
    '  },',
    '',
  ].join('\n');
}

/** `at-most-once` becomes `At most once`. */
function titleOf(name: string): string {
  const words = name.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const signature = 'export function sum(values: readonly number[]): number {';

function formatStub(title: string): string {
  return `/**
 * Exercise: ${title}. README.md says what to do.
 */

/** The sum of all values; 0 if there are none. */
${signature}
  // TODO: add them up.
  throw new Error('sum is not written yet');
}
`;
}

function formatSolution(title: string): string {
  return `/**
 * Solution: ${title}.
 */

/** The sum of all values; 0 if there are none. */
${signature}
  let total = 0;
  for (const value of values) total += value;
  return total;
}
`;
}

function formatVariant(): string {
  return `/**
 * Correct: without a loop.
 */
${signature}
  return values.reduce((total, value) => total + value, 0);
}
`;
}

function formatChaff(): string {
  return `/**
 * Starts with the second value.
 *
 * Fails: adds-all
 * Looks like: the first value is left out
 */
${signature}
  let total = 0;
  for (let i = 1; i < values.length; i++) total += values[i] as number;
  return total;
}
`;
}

function formatGrader(name: string, title: string): string {
  return `/**
 * Grades ${title}. Say here what is the rule, and what cannot be known.
 */
import { CheckFailure, type Exercise } from '../../src/grading/check.ts';

interface Subject {
  readonly sum: (values: readonly number[]) => number;
}

const exercise: Exercise<Subject> = {
  name: '${name}',
  exports: ['sum'],
  checks: [
    {
      id: 'adds-all',
      sentence: 'the sum is that of all values',
      points: 100,
      slide: 'Title of the slide that explains it',
      hints: [
        'What is the sum of one value? Of none?',
        'A loop over all values and a total that starts at 0: see the slide.',
        'Begin with a total of 0; in the loop, add the value at hand to it.',
      ],
      run: async ({ sum }) => {
        for (const values of [[], [5], [3, 4], [1, -1, 10]]) expectSum(sum, values);
      },
    },
  ],
};

export default exercise;

function expectSum(sum: Subject['sum'], values: readonly number[]): void {
  const expected = values.reduce((total, value) => total + value, 0);
  const seen = sum(values);
  if (seen === expected) return;
  throw new CheckFailure({
    did: \`called sum([\${values.join(', ')}])\`,
    saw: String(seen),
    expected: String(expected),
    mistake: recogniseSum(values, expected - seen),
  });
}

function recogniseSum(values: readonly number[], missing: number): string | undefined {
  return missing === values[0] ? 'the first value is left out' : undefined;
}
`;
}

function formatReadme(name: string, title: string): string {
  return `# Exercise: ${title}

**Goal.** One sentence: the one idea that this exercise teaches.

**Slides.** "Title of the slide that sets it".

**Task.** In \`${name}.ts\`, write \`sum\`.

1. It adds all values; of none the sum is 0.

**Run.** \`npm test exercises/${name}\`

**Think.** A question that no check can ask.

**Size.** Our solution is 5 lines of code, 2 more than the stub: \`solutions/${name}\`.
`;
}

function formatSolutionReadme(title: string): string {
  return `# Solution: ${title}

**Why this.** The total starts at 0, so that no values need no case of their own.

**A common wrong one.** Starting with the second value: the sum of one value is 0.
`;
}
