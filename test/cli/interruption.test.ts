/** A signal that was sent, but not heard of yet, when somebody is about to report a failure. */
import { expect, test, vi } from 'vitest';
import { Interruption } from '../../src/cli/interruption.ts';
import { explainNoResult } from '../../src/cli/mapreduce-news.ts';

const failed = { status: 'failed', why: 'all 4 workers are lost' } as const;

test('workers that the same Ctrl-C has ended are no failure of the job', async () => {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  const interruption = new Interruption();
  expect(await explainNoResult(failed, interruption)).toBe(1);
  expect(printed).toHaveBeenLastCalledWith(
    'error: the job failed, no output is left: all 4 workers are lost',
  );
  // As Ctrl-C, which would end Vitest.
  process.kill(process.pid, 'SIGHUP');
  expect(interruption.signal.aborted, 'nobody has heard of it yet').toBe(false);
  expect(await explainNoResult(failed, interruption)).toBe(129);
  expect(printed).toHaveBeenLastCalledWith(
    'interrupted: every worker has ended, and no output is left',
  );
});
