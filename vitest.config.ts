import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // A ceiling, never a pace: tests wait for events and end when those have happened.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // A process runs many files, one after the other: starting one takes longer than most files.
    isolate: false,
    maxWorkers: '150%',
  },
});
