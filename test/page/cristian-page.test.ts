/**
 * Cristian's algorithm in a real browser: the asymmetry is moved by keyboard from end to end,
 * and the error never leaves its bound.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import { describeWithChromium } from '../chromium.ts';
import { run, start } from '../cli/program.ts';
import { expectAccessible, openPage, textOf, useBrowser } from './chromium.ts';

/** The error and its bound as the line draws them, and where its mark and its ends are. */
async function readLine(page: Page) {
  const line = page.locator('.figure.line');
  const [errorMs, boundMs] = await Promise.all(
    ['data-error', 'data-bound'].map(async (name) =>
      Number(await line.getAttribute(name)),
    ),
  );
  const [mark, span] = await Promise.all(
    ['.mark', '.span'].map((part) => line.locator(part).getAttribute('d')),
  );
  const at = Number(/^M([\d.]+)/.exec(mark ?? '')?.[1]);
  const ends = /^M([\d.]+) 34 H([\d.]+)/.exec(span ?? '') ?? [];
  return { errorMs, boundMs, at, from: Number(ends[1]), to: Number(ends[2]) };
}

const value = (page: Page, name: string) =>
  page.getByLabel(name, { exact: true }).inputValue();

describeWithChromium("Cristian's algorithm", () => {
  useBrowser();
  vi.setConfig({ testTimeout: 60_000 });

  test('from end to end by keyboard the error stays within its bound', async () => {
    const program = start('cristian', ['--page']);
    const [url] = await program.prints(/http:\/\/127\.0\.0\.1:\d+\/#\w+/);
    const { page, close } = await openPage(url);
    await page.locator('.figure.line').waitFor();
    expect(page.url()).not.toContain('#');
    expect(await textOf(page, 'h1')).toBe(
      'The reply took 40 ms longer than the request: the clock is 20 ms behind, and cannot be more than 40.',
    );
    await expectAccessible(page);
    await page.keyboard.press('Home');
    const errors: number[] = [];
    for (let position = 0; position <= 40; position++) {
      expect(await value(page, 'Asymmetry')).toBe(String(position));
      const { errorMs, boundMs, at, from, to } = await readLine(page);
      expect(boundMs).toBe(40);
      expect(Math.abs(errorMs as number)).toBeLessThanOrEqual(40);
      expect(at).toBeGreaterThanOrEqual(from);
      expect(at).toBeLessThanOrEqual(to);
      errors.push(errorMs as number);
      await page.keyboard.press('ArrowRight');
    }
    expect([errors[0], errors[20], errors[40]]).toEqual([40, 0, -40]);
    expect(errors).toEqual(errors.toSorted((a, b) => b - a));
    expect(await textOf(page, 'h1')).toContain('40 ms behind, as far as it can be');
    await close();
    program.child.kill('SIGINT');
    expect(await program.exited).toEqual({ code: 0, signal: null });
  });

  test('a shorter round trip narrows the bound; thinking makes no difference to it', async () => {
    const program = start('cristian', ['--page']);
    const [url] = await program.prints(/http:\/\/127\.0\.0\.1:\d+\/#\w+/);
    const { page, close } = await openPage(url, { colorScheme: 'dark' });
    await page.locator('.figure.line').waitFor();
    const before = await readLine(page);
    await page.getByLabel('Server thinks', { exact: true }).press('End');
    expect(await readLine(page)).toEqual(before);
    expect(await page.locator('.times.server').textContent()).toContain('T3 620');
    await page.getByLabel('Round trip', { exact: true }).press('Home');
    const { errorMs, boundMs, from, to } = await readLine(page);
    expect([errorMs, boundMs]).toEqual([-10, 10]);
    expect(to - from).toBeLessThan((before.to - before.from) / 2);
    expect(
      await page.getByLabel('Asymmetry', { exact: true }).getAttribute('aria-valuetext'),
    ).toBe('reply 20 ms longer');
    await expectAccessible(page);
    await close();
    program.child.kill('SIGTERM');
    expect(await program.exited).toEqual({ code: 0, signal: null });
  });

  test('as a file it opens from disk, and on a phone it fits', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cristian-'));
    const file = join(folder, 'cristian.html');
    const { code } = await run('cristian', ['--replay', file, '--think-ms', '0']);
    expect(code).toBe(0);
    const look = { width: 390, height: 844, offline: true };
    const { page, close } = await openPage(`file://${file}`, look);
    await page.keyboard.press('End');
    expect(await textOf(page, '.number')).toMatch(/^−40 ms/);
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(390);
    await expectAccessible(page);
    await close();
    rmSync(folder, { recursive: true });
  });

  test('without the token there is nothing to see', async () => {
    const program = start('cristian', ['--page']);
    const [url] = await program.prints(/http:\/\/127\.0\.0\.1:\d+\/#\w+/);
    const { page, close } = await openPage(url.replace(/#.*/, ''));
    expect(await textOf(page, 'h1')).toContain('lacks its token');
    await close();
    program.child.kill('SIGINT');
    await program.exited;
  });
});
