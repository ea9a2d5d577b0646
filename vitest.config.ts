import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // A ceiling, never a pace: tests wait for events and end when those have happened.
    testTimeout: 60_000,
    // Some hooks build a Go program, and the first one compiles Go's own library.
    hookTimeout: 300_000,
    pool: 'forks',
    maxWorkers: '150%',
  },
});
