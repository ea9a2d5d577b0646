/**
 * A real browser for tests: Debian's Chromium without a window. Where there is none the tests
 * that need it are left out, and say so; in CI they never are.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';

const names = ['chromium', 'chromium-browser', 'google-chrome'];
const executablePath = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => names.map((name) => join(folder, name)))
  .find((path) => existsSync(path));
const isLeftOut = executablePath === undefined && !process.env.CI;

if (isLeftOut) console.warn('left out: there is no Chromium here to look at pages with');

/** In CI a missing browser is a failure. */
export const describeInBrowser = describe.skipIf(isLeftOut);

let browser: Browser;

/** Within a suite: one browser for all its tests. */
export function useBrowser(): void {
  beforeAll(async () => {
    if (!executablePath)
      throw new Error('Chromium must be installed: apt install chromium');
    // Its sandbox does not work for root in a container; the pages are our own.
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());
}

export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly offline?: boolean;
}

/** A page of its own; whatever it complains of fails the test at `expectNoErrors`. */
export async function openPage(url: string, look: Look = {}) {
  const { width = 1280, height = 720, colorScheme = 'light', offline = false } = look;
  const viewport = { width, height };
  const context = await browser.newContext({ viewport, colorScheme, offline });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) errors.push(message.text());
  });
  await page.goto(url);
  const close = async () => {
    expect(errors).toEqual([]);
    await context.close();
  };
  return { page, errors, close };
}

/** Waits until what was pressed has been drawn. */
export async function settle(page: Page): Promise<void> {
  const frame =
    'new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))';
  await page.evaluate(frame);
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

/** Fails on anything that an automated check of accessibility takes for more than minor. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe);
  const found: { violations: { id: string; impact: string; nodes: object[] }[] } =
    await page.evaluate('axe.run()');
  const serious = found.violations.filter(({ impact }) => impact !== 'minor');
  expect(serious.map(({ id, nodes }) => [id, nodes[0]])).toEqual([]);
}

/** The text of the first element that matches, as a reader sees it. */
export function textOf(page: Page, selector: string): Promise<string> {
  return page.locator(selector).first().innerText();
}
