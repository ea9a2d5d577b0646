/** The report: one page that needs nothing else, and that a browser shows without complaint. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lookAtMachine } from '../../../src/shards/experiments/machine.ts';
import { writeReport } from '../../../src/shards/experiments/report.ts';
import { describeWithChromium, launchChromium } from '../../chromium.ts';
import { makeFindings } from './given-findings.ts';

const machine = lookAtMachine();
const findings = makeFindings();
const html = writeReport({ machine, seconds: 100, isQuick: false, findings });

describe('the page by itself', () => {
  test('holds no script and asks nobody for anything', () => {
    expect(html).not.toMatch(/<script|<link (?!rel="icon" href="data:,")|<img|<iframe/i);
    expect(html).not.toMatch(/@import|url\(\s*['"]?(?!#)/i);
    expect(html).not.toMatch(/\s(?:src|href)="(?!#|data:,)/i);
    expect(html).not.toMatch(/\son\w+=/i);
  });

  test('says what the numbers are true of', () => {
    const { processor, cores, memoryGiB, node, date } = machine;
    for (const said of [processor, `${cores} cores`, `${memoryGiB} GiB`, node, date])
      expect(html).toContain(said);
  });

  test('marks a quick look as one', () => {
    expect(html).not.toContain('A quick look');
    expect(writeReport({ machine, seconds: 1, isQuick: true, findings })).toContain(
      'A quick look',
    );
  });

  test('text that looks like HTML stays text', () => {
    const [first] = findings;
    if (!first) throw new Error('no findings');
    const question = '<b>&amp;"';
    const page = writeReport({
      machine,
      seconds: 1,
      isQuick: true,
      findings: [{ ...first, question }],
    });
    expect(page).toContain('&lt;b&gt;&amp;amp;&quot;');
  });
});

describeWithChromium('the page in a browser', () => {
  let folder: string;
  let browser: Browser;
  let address: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'report-test-'));
    const file = join(folder, 'report.html');
    writeFileSync(file, html);
    address = pathToFileURL(file).href;
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  /** Opens the page; complaints and requests for anything else are collected. */
  async function open(colorScheme: 'light' | 'dark') {
    const page = await browser.newPage({
      viewport: { width: 1280, height: 720 },
      colorScheme,
    });
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (request.url() !== address && !request.url().startsWith('data:'))
        complaints.push(request.url());
    });
    await page.goto(address);
    return { page, complaints };
  }

  const backgroundOf = (page: Page) =>
    page.evaluate('getComputedStyle(document.body).backgroundColor');

  test.each(['light', 'dark'] as const)(
    '%s: it is drawn without complaint',
    async (scheme) => {
      const { page, complaints } = await open(scheme);
      const file = join(folder, `${scheme}.png`);
      await page.screenshot({ path: file, fullPage: true });
      expect(readFileSync(file).subarray(1, 4).toString()).toBe('PNG');
      expect(complaints).toEqual([]);
      const light = (await backgroundOf(page)) === 'rgb(255, 255, 255)';
      expect(light).toBe(scheme === 'light');
      await page.close();
    },
  );

  test('every experiment has figures with lines or bars, named for those who do not see', async () => {
    const { page } = await open('light');
    for (const { number, figures } of findings) {
      const drawn = page.locator(`#experiment-${number} figure > svg`);
      expect(await drawn.count()).toBe(figures.length);
      for (const svg of await drawn.all()) {
        expect(await svg.getAttribute('aria-label')).toMatch(/\w+/);
        expect((await svg.boundingBox())?.height).toBeGreaterThan(200);
        expect(await svg.locator('path, rect, circle, line').count()).toBeGreaterThan(5);
      }
    }
    await page.close();
  });

  test('nothing of it runs over the edge of the screen, and letters are large', async () => {
    const { page } = await open('light');
    expect(
      await page.evaluate('document.documentElement.scrollWidth'),
    ).toBeLessThanOrEqual(1280);
    const sizes = (await page.evaluate(
      `[...document.querySelectorAll('svg text, p, td, th, li, small')]
         .map((element) => parseFloat(getComputedStyle(element).fontSize))`,
    )) as number[];
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(14);
    await page.close();
  });
});
