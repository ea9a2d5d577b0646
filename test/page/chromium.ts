/**
 * A real browser for tests: Debian's Chromium without a window. Where there is none the tests
 * that need it are left out, and say so; in CI they never are.
 */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const isThere = existsSync(executablePath);

if (!isThere && !process.env.CI)
  console.log(`left out: no ${executablePath}, so no page is looked at`);

/** In CI a missing browser is a failure. */
export const describeInBrowser = describe.skipIf(!isThere && !process.env.CI);

let browser: Browser;

/** Within a suite: one browser for all its tests. */
export function useBrowser(): void {
  beforeAll(async () => {
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

/** The text of the first element that matches, as a reader sees it. */
export function textOf(page: Page, selector: string): Promise<string> {
  return page.locator(selector).first().innerText();
}
