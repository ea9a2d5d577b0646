/**
 * The live page in a real browser: a run with a killed worker from start to end, by keyboard,
 * and what stays of it when its master has gone.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { describeWithChromium } from '../chromium.ts';
import { folder, freshPath, jobs, noBackup, smallInput } from '../cli/mapreduce-run.ts';
import { start } from '../cli/program.ts';
import { expectAccessible, openPage, textOf, useBrowser } from './chromium.ts';

/** A run whose map functions wait for a file: it lasts as long as the test needs. */
async function startWaitingRun(...args: string[]) {
  const until = freshPath();
  const output = freshPath();
  const input = join(folder, 'words.txt');
  writeFileSync(
    input,
    '<script>alert(1)</script>\n<img src=x onerror=alert(2)>\n'.repeat(90),
  );
  const program = start('mapreduce', [
    ...['--job', join(jobs, 'computes-long.ts'), '--param', `until=${until}`, '--page'],
    ...[
      '--json',
      '--workers',
      '3',
      '--split-size',
      '1k',
      '--output',
      output,
      ...noBackup,
    ],
    ...[...args, input],
  ]);
  const [url] = await program.prints(/http:\/\/127\.0\.0\.1:\d+\/#\w+/);
  return { program, url, output, release: () => writeFileSync(until, '') };
}

describeWithChromium('a live run', () => {
  useBrowser();
  vi.setConfig({ testTimeout: 120_000 });

  test('a worker is killed by keyboard, the run ends, and the page stays', async () => {
    const { program, url, release } = await startWaitingRun('--verify');
    const { page, close } = await openPage(url);
    await page.locator('.picture .bar.running').nth(2).waitFor();
    expect(page.url()).not.toContain('#');
    await expectAccessible(page);
    await page.keyboard.press('k');
    await page.keyboard.press('2');
    await page.locator('.labels li.lost').waitFor();
    expect(await textOf(page, 'h1')).toMatch(/^Worker 2 is lost.* back to idle\.$/);
    expect(await page.locator('.picture .bar.killed').count()).toBe(1);
    expect(await textOf(page, '.why')).toContain(
      'SIGKILL to worker 2, in the middle of map',
    );
    release();
    const { code } = await program.exited;
    expect(code).toBe(0);
    const summary = JSON.parse(program.stdout());
    expect(summary).toMatchObject({ lostWorkers: [2], verified: true });
    await page.getByText('its master is gone').waitFor();
    expect(await textOf(page, 'h1')).toBe(
      'The job is completed: every output file is there.',
    );
    expect(await textOf(page, '.verdict')).toBe(
      '✓ Equals the sequential run, byte for byte.',
    );
    expect(await textOf(page, '.cost')).toMatch(
      /Once more without the faults it took .* s/,
    );
    // Each attempt has its bar, and each task its counter.
    expect(await page.locator('.picture .bar').count()).toBe(summary.attempts);
    expect(await page.locator('.cells li.completed').count()).toBe(
      summary.mapTasks + summary.reduceTasks,
    );
    await close();
  });

  test('words of the input are text, whatever they look like', async () => {
    const { program, url, release } = await startWaitingRun();
    const { page, close } = await openPage(url);
    await page.locator('.picture .bar.running').first().waitFor();
    release();
    await program.exited;
    await page.getByText('its master is gone').waitFor();
    expect(await textOf(page, '.results')).toContain('<script>alert(1)</script>');
    expect(await page.locator('.results script, .results img').count()).toBe(0);
    await close();
  });

  test('a worker is slowed down by a click', async () => {
    const { program, url, release } = await startWaitingRun();
    const { page, close } = await openPage(url);
    await page.locator('.picture .bar.running').nth(1).waitFor();
    await page.getByRole('button', { name: 'Slow down worker 1' }).click();
    await page.getByText('From its next task on, worker 1 is slow').first().waitFor();
    release();
    expect(await program.exited).toEqual({ code: 0, signal: null });
    await close();
  });

  test('without the token there is nothing to see and nothing to kill', async () => {
    const { program, url, release } = await startWaitingRun();
    const { page, errors } = await openPage(url.replace(/#.*/, ''));
    expect(await textOf(page, 'h1')).toContain('lacks its token');
    const status = await page.evaluate(async () => {
      const reply = await fetch('/workers/1/kill', { method: 'POST' });
      return reply.status;
    });
    expect(status).toBe(403);
    expect(errors.every((text) => text.includes('403'))).toBe(true);
    release();
    await program.exited;
    await page.context().close();
  });
});

test('an address that is taken is one sentence, and nothing is run', async () => {
  const first = await startWaitingRun();
  const [, address = ''] = /\/\/(.*)\/#/.exec(first.url) ?? [];
  const second = start('mapreduce', ['--page', address, ...smallInput]);
  expect(await second.exited).toEqual({ code: 1, signal: null });
  expect(second.stdout()).toBe('');
  expect(second.stderr()).toMatch(/^error: --page 127\.0\.0\.1:\d+: .*EADDRINUSE/m);
  first.release();
  expect(await first.program.exited).toEqual({ code: 0, signal: null });
});
