/**
 * The simulated cluster in a real browser: a worker is killed at the moment that is looked at,
 * settings change under the same clock, and what was stays as it was.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import { describeWithChromium } from '../chromium.ts';
import { run, start } from '../cli/program.ts';
import {
  expectAccessible,
  openPage,
  seek,
  settle,
  textOf,
  useBrowser,
} from './chromium.ts';

async function serve(...args: string[]) {
  const program = start('simulate', [...args, '--page']);
  const [url] = await program.prints(/http:\/\/127\.0\.0\.1:\d+\/#\w+/);
  return { program, url };
}

/** Bars that have ended, as the picture shows them. */
function readBars(page: Page): Promise<string[]> {
  return page.locator('.picture .bar').evaluateAll((bars) =>
    bars.map((bar) => {
      const element = bar as unknown as {
        getAttribute(name: string): string;
        textContent: string;
      };
      return `${element.getAttribute('class')} ${element.textContent.trim()}`;
    }),
  );
}

describeWithChromium('a simulated cluster', () => {
  useBrowser();
  vi.setConfig({ testTimeout: 60_000 });

  test('a worker is killed at the moment that is looked at; the past stays', async () => {
    const { program, url } = await serve();
    const { page, close } = await openPage(url);
    await page.locator('.picture .bar').first().waitFor();
    expect(await textOf(page, '.about')).toContain('A simulated cluster');
    await seek(page, 1500);
    const before = await readBars(page);
    await seek(page, 2500);
    await page.keyboard.press('k');
    await page.keyboard.press('2');
    await page.locator('.labels li.lost').waitFor();
    await page.keyboard.press('End');
    await settle(page);
    expect(await textOf(page, 'h1')).toMatch(/^The job is completed/);
    expect(await page.locator('.picture .bar.killed').count()).toBe(1);
    expect(await page.locator('.picture .bar.lost-later').count()).toBeGreaterThan(0);
    expect(await textOf(page, '.settings')).toContain('worker 2 killed at 2.50 s');
    await expectAccessible(page);
    await seek(page, 1500);
    expect(await readBars(page)).toEqual(before);
    expect(await page.locator('.labels li.lost').count()).toBe(0);
    // Another future: what was wished for later is no part of it.
    await page.getByRole('button', { name: 'Kill worker 3' }).click();
    await page.getByText('worker 3 killed at 1.50 s').waitFor();
    await page.keyboard.press('End');
    await settle(page);
    const lost = page.locator('.labels li.lost .name');
    // What was wished for stands there before the new future has come.
    await expect.poll(() => lost.allInnerTexts()).toEqual(['worker 3']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.locator('.labels li.lost').waitFor({ state: 'detached' });
    await close();
    program.child.kill('SIGINT');
    expect(await program.exited).toEqual({ code: 0, signal: null });
  });

  test('settings by keyboard: another run, from where one looks', async () => {
    const { program, url } = await serve('--slow-worker', '1');
    const { page, close } = await openPage(url, { colorScheme: 'dark' });
    await page.locator('.picture .bar').first().waitFor();
    await page.keyboard.press('End');
    await settle(page);
    const length = () => textOf(page, '.settings [role=status]');
    const withBackups = await length();
    expect(withBackups).toContain('Without the faults');
    await page.keyboard.press('b');
    await expect.poll(length).not.toBe(withBackups);
    expect(await page.getByLabel('Backup tasks').isChecked()).toBe(false);
    expect(await page.locator('.picture .bar.backup').count()).toBe(0);
    await page.getByLabel('Workers', { exact: true }).focus();
    await page.keyboard.press('ArrowUp');
    await page.locator('.labels li').nth(4).waitFor();
    // As fast as a key repeats: what is overtaken is not asked for.
    for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowUp');
    await page.locator('.labels li').nth(24).waitFor();
    expect(await page.locator('.complaint').count()).toBe(0);
    await page.getByLabel('Maps', { exact: true }).fill('7000');
    await page.keyboard.press('Tab');
    expect(await page.getByLabel('Maps', { exact: true }).inputValue()).toBe('12');
    // A key that is pressed on a switch is for the run all the same.
    await page.getByLabel('Stable storage').check();
    await seek(page, 1000);
    await page.getByLabel('Stable storage').focus();
    await page.keyboard.press('k');
    await page.keyboard.press('9');
    await page.locator('.labels li.lost').waitFor();
    await page.keyboard.press('k');
    await page.keyboard.press('9');
    await page.getByText('Worker 9 is lost already.').waitFor();
    await expectAccessible(page);
    await close();
    program.child.kill('SIGTERM');
    expect(await program.exited).toEqual({ code: 0, signal: null });
  });

  test('a replay opens from disk, and says what its settings were', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'simulated-'));
    const file = join(folder, 'run.html');
    const args = ['--kill-worker', '2@2000', '--store', 'shared', '--replay', file];
    expect(await run('simulate', args)).toMatchObject({ code: 0, stderr: '' });
    const { page, close } = await openPage(`file://${file}`, { offline: true });
    await page.keyboard.press('End');
    await settle(page);
    expect(await textOf(page, '.settings')).toContain('map output on stable storage');
    expect(await textOf(page, '.about')).toContain('SIGKILL to worker 2 at 2 s');
    expect(await page.locator('.settings input, .labels button').count()).toBe(0);
    await expectAccessible(page);
    await close();
    rmSync(folder, { recursive: true });
  });

  test('on a phone it fits, and a worker can be killed by a tap', async () => {
    const { program, url } = await serve();
    const { page, close } = await openPage(url, { width: 390, height: 844 });
    await page.locator('.picture .bar').first().waitFor();
    await seek(page, 2000);
    await page.getByRole('button', { name: 'Kill worker 4' }).click();
    await page.locator('.labels li.lost').waitFor();
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(390);
    await close();
    program.child.kill('SIGINT');
    await program.exited;
  });
});

test('a script that waits for the end gets no page that has none', async () => {
  const { code, stderr } = await run('simulate', ['--json', '--page']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: --json with --page: .*; leave one of them out$/m);
});
