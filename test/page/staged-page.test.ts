/**
 * The page of a run of several stages in a real browser: from start to end while it goes on,
 * and from disk, with output that is lost between two stages.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import type { RunRecord } from '../../src/page/run-record.ts';
import { describeWithChromium } from '../chromium.ts';
import {
  folder,
  freshPath,
  input,
  jobs,
  noBackup,
  runJson,
} from '../cli/mapreduce-run.ts';
import { start } from '../cli/program.ts';
import {
  expectAccessible,
  type Look,
  openPage,
  seek,
  textOf,
  useBrowser,
} from './chromium.ts';
import { shots, writeReplay } from './replays.ts';
import { tellStages } from './run-stories.ts';
import { hasTerminal, startOnTerminal } from './terminal.ts';

/** What the page has of its run. */
async function readRecord(page: Page): Promise<RunRecord> {
  return JSON.parse(await page.evaluate("document.getElementById('record').textContent"));
}

function writeStory(): string {
  return writeReplay(tellStages());
}

function findMs({ entries }: Pick<RunRecord, 'entries'>, type: string, stage: number) {
  const found = entries.find((one) => one.type === type && one.stage === stage);
  // A slider does not keep every digit.
  return (found?.atMs ?? -1) + 0.001;
}

const pair = ['--then', 'by-frequency', '--kill-worker', '2'];

describeWithChromium('two stages and a killed worker', () => {
  useBrowser();
  vi.setConfig({ testTimeout: 120_000 });

  test.skipIf(!hasTerminal && !process.env.CI)(
    'live: each stage has its part, to the end and the verdict',
    async () => {
      const sizes = ['--split-size', '1k', '--workers', '3', '--output', freshPath()];
      const program = startOnTerminal([...pair, '--page', '--verify', ...sizes, input]);
      const [url] = await program.prints(/http:\/\/127\.0\.0\.1:\d+\/#\w+/);
      const { page, close } = await openPage(url);
      await page.locator('.picture [data-stage="1"]').waitFor();
      await program.prints(/the page stays until Ctrl-C/);
      await page.getByRole('heading', { name: 'The job is completed' }).waitFor();
      await page.getByText('✓ Equals the sequential run, byte for byte.').waitFor();
      expect(await page.locator('.picture .stage-line').count()).toBe(1);
      expect(await page.locator('.picture .barrier.open').count()).toBe(2);
      expect(await page.locator('.labels li.lost').count()).toBe(1);
      for (const stage of [1, 2]) {
        const cells = page.locator(`.stages [data-stage="${stage}"] li`);
        expect(await cells.count()).toBeGreaterThan(4);
        expect(await cells.and(page.locator('.completed')).count()).toBe(
          await cells.count(),
        );
      }
      expect(await textOf(page, '.cost')).toMatch(
        /Once more without the faults it took .* s/,
      );
      await expectAccessible(page);
      program.child.stdin?.write('\u0003');
      expect(await program.exited).toEqual({ code: 0, signal: null });
      await close();
    },
  );

  test('live: a worker is killed by keyboard in the second stage', async () => {
    const until = freshPath();
    const second = ['--then', join(jobs, 'waits-in-map.ts'), '--param', `until=${until}`];
    const sizes = ['--split-size', '2k', '--workers', '3', '--output', freshPath()];
    const slow = ['--slow-worker', '1:2', ...noBackup];
    const args = [...second, '--page', '--json', '--verify', ...slow, ...sizes, input];
    const program = start('mapreduce', args);
    const [url] = await program.prints(/http:\/\/127\.0\.0\.1:\d+\/#\w+/);
    const { page, close } = await openPage(url);
    await page.getByText(/^Stage 2 of 2, waits-in-map\.ts$/).waitFor();
    await page.locator('.picture .bar.running').nth(2).waitFor();
    expect(await textOf(page, '.about')).toContain(
      'Seed 1. worker 1 computes 2 times as slowly as the others. Live.',
    );
    await page.keyboard.press('k');
    await page.keyboard.press('2');
    await page.locator('.labels li.lost').waitFor();
    expect(await textOf(page, 'h1 span:last-child')).toMatch(
      /^Worker 2 is lost.* back to idle\.$/,
    );
    writeFileSync(until, '');
    expect((await program.exited).code, program.stderr()).toBe(0);
    const { stages, verified } = JSON.parse(program.stdout());
    expect(verified).toBe(true);
    expect(stages).toMatchObject([{ lostWorkers: [] }, { lostWorkers: [2] }]);
    await page.getByText('its master is gone').waitFor();
    await page.getByText('✓ Equals the sequential run, byte for byte.').waitFor();
    await close();
  });

  test('from disk: the second stage begins where the first has ended', async () => {
    const path = `${freshPath()}.html`;
    const sizes = ['--split-size', '1k', '--workers', '3', input];
    const { code, summary } = await runJson([...pair, '--replay', path, ...sizes]);
    expect(code).toBe(0);
    const { page, close } = await openPage(`file://${path}`, { offline: true });
    const record = await readRecord(page);
    await seek(page, findMs(record, 'run-started', 2));
    expect(await textOf(page, 'h1')).toMatch(
      /^Stage 2 of 2, by-frequency\s+Stage 2 begins: by-frequency reads the output/,
    );
    await seek(page, findMs(record, 'run-started', 2) - 1);
    await page.getByText('Stage 2, by-frequency: has not begun').waitFor();
    await page.keyboard.press('End');
    await page.getByRole('heading', { name: 'The job is completed' }).waitFor();
    expect(await page.locator('.picture .bar').count()).toBe(summary.attempts);
    await close();
  });

  test('from disk: output that was lost is made again, while the second stage waits', async () => {
    const [until, journal, path] = [freshPath(), freshPath(), `${freshPath()}.html`];
    const lines = Array.from({ length: 400 }, (_, i) => `${'abcdefghij'[i % 10]}x\n`);
    const words = join(folder, 'stage-words.txt');
    writeFileSync(words, lines.join(''));
    const program = start('mapreduce', [
      ...['--then', join(jobs, 'waits-in-map.ts'), '--param', `until=${until}`],
      ...[
        '--journal',
        journal,
        '--replay',
        path,
        '--reduce-tasks',
        '3',
        '--workers',
        '1',
      ],
      ...['--split-size', '512', '--output', freshPath(), ...noBackup, words],
    ]);
    await program.prints(/reading mr-out-0/);
    rmSync(join(journal, 'stage-1', 'mr-out-2'));
    writeFileSync(until, '');
    expect((await program.exited).code, program.stderr()).toBe(0);
    const { page, close } = await openPage(`file://${path}`, { offline: true });
    const record = await readRecord(page);
    await seek(page, findMs(record, 'reopen-stage', 1));
    expect(await textOf(page, 'h1')).toMatch(
      /^Stage 1 of 2, word-count; stage 2 waits\s+Stage 1 makes mr-out-2 again while stage 2 waits: reduce 2 goes back to idle\.$/,
    );
    expect(await page.locator('.stages [data-stage="1"] .was-lost').count()).toBe(1);
    expect(await page.locator('.picture .stage-again').count()).toBe(1);
    expect(await page.locator('.picture .bar.lost-later').count()).toBe(1);
    expect(await page.locator('.picture .bar.input-missing .flag').count()).toBe(1);
    await page.keyboard.press('End');
    await page.getByRole('heading', { name: 'The job is completed' }).waitFor();
    expect(await page.locator('.was-lost').count()).toBe(0);
    await close();
  });

  test.each<[string, Look]>([
    ['light', {}],
    ['dark', { colorScheme: 'dark' }],
    ['phone', { width: 390, height: 844 }],
  ])(
    '%s: nothing sticks out, the back row can read it, and axe finds nothing',
    async (name, look) => {
      const story = tellStages();
      const { page, close } = await openPage(writeStory(), { offline: true, ...look });
      const { width = 1280 } = look;
      for (const [type, stage] of [
        ['worker-lost', 2],
        ['suspend-stage', 2],
        ['reopen-stage', 1],
        ['complete-job', 2],
      ] as const) {
        await seek(page, findMs(story, type, stage));
        await page.screenshot({ path: join(shots, `stages-${name}-${type}.png`) });
        const root = 'document.documentElement';
        expect(await page.evaluate(`${root}.scrollWidth`)).toBe(width);
        if (width === 1280) expect(await page.evaluate(`${root}.scrollHeight`)).toBe(720);
        const smallest =
          await page.evaluate(`Math.min(...[...document.querySelectorAll('#page *')]
          .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
          .map((one) => parseFloat(getComputedStyle(one).fontSize)))`);
        expect(smallest).toBeGreaterThanOrEqual(18);
        await expectAccessible(page);
      }
      await close();
    },
  );
});
