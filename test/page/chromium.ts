/** A run's page in a real browser without a window: opened, looked at, and free of complaints. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { launchChromium } from '../chromium.ts';

let browser: Browser;

/** Within a suite: one browser for all its tests. */
export function useBrowser(): void {
  beforeAll(async () => {
    browser = await launchChromium();
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

/** Stands still at a moment of the run. */
export async function seek(page: Page, atMs: number): Promise<void> {
  await page.locator('.scrub').evaluate((input, value) => {
    (input as unknown as { value: string }).value = String(value);
    input.dispatchEvent(new Event('input'));
  }, atMs);
  await page.getByRole('button', { name: 'Play' }).waitFor();
  await settle(page);
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
