/** Faults are data that a lecturer reads aloud. */
import { expect, test } from 'vitest';
import { describeFault, planKills } from '../../src/mapreduce/fault-plan.ts';

test('a plan fits a line of the terminal', () => {
  for (const fault of planKills([1, 2, 64], 7)) {
    const line = `plan: ${describeFault(fault)}`;
    expect(line).toMatch(/^plan: SIGKILL to worker \d+, at \d+ % of a map task, /);
    expect(line.length).toBeLessThanOrEqual(80);
  }
});
