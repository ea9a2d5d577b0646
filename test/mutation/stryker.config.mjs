/**
 * Stryker's settings for one exercise, named by MUTATED_EXERCISE: its solution is mutated, and
 * its grader has to notice.
 */
const exercise = process.env.MUTATED_EXERCISE;

export default {
  mutate: [`solutions/${exercise}/*.ts`],
  testRunner: 'command',
  commandRunner: { command: `node --import tsx src/cli/test.ts solutions/${exercise}` },
  ignorePatterns: ['test', 'slides-notes', '.git'],
  tempDirName: 'node_modules/.stryker',
  reporters: ['json', 'progress-append-only'],
  jsonReporter: { fileName: `node_modules/.stryker-reports/${exercise}.json` },
  coverageAnalysis: 'off',
  timeoutMS: 60_000,
  // The solutions run as they are; Stryker need not rewrite a tsconfig, and cannot read this one.
  tsconfigFile: 'none.json',
  disableTypeChecks: true,
  checkers: [],
  plugins: [],
  allowEmpty: false,
};
