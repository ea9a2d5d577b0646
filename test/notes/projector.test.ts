/** The slides as they are projected: in a real browser, at 1280 by 720, with no network. */
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join, resolve } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listPages } from '../../src/cli/notes-check.ts';
import { record } from '../../src/cli/notes-recordings.ts';
import { listLinkedFiles, renderDeck } from '../../src/cli/slides-deck.ts';
import { serveSlides } from '../../src/cli/slides-server.ts';
import { describeWithChromium, launchChromium } from '../chromium.ts';

const root = resolve(import.meta.dirname, '../..');
const pages = listPages(root);
const [width, height] = [1280, 720];

let server: Server;
let url: string;
beforeAll(async () => {
  const recordings = await record();
  const figures = new Map([...recordings].map(([name, { svg }]) => [name, svg]));
  ({ server, url } = await serveSlides(root, 0, {
    render: () => renderDeck(pages, { figures }),
    listFiles: () => listLinkedFiles(pages),
  }));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('the server has the deck and what it links to, and nothing else', async () => {
  const ask = async (path: string) => (await fetch(new URL(path, url))).status;
  for (const file of listLinkedFiles(pages))
    expect(await ask(`/${file}`), file).toBe(200);
  const others = ['package.json', 'src/cli/slides.ts', '%2e%2e/package.json', 'none'];
  for (const path of others) expect(await ask(`/${path}`), path).toBe(404);
  const { headers } = await fetch(url);
  expect(headers.get('content-security-policy')).toContain("default-src 'self'");
});

describeWithChromium('the projected slides', () => {
  let browser: Browser;
  let context: BrowserContext;
  let deck: Page;
  /** Whatever a browser complains of, and whatever it asks of somebody else. */
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
    context = await browser.newContext({ viewport: { width, height } });
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    context.on('weberror', (error) => complaints.push(String(error.error())));
    context.on('request', (request) => {
      const isOurs =
        request.url().startsWith(url) || /^(data|blob|about):/.test(request.url());
      if (!isOurs) complaints.push(request.url());
    });
    deck = await context.newPage();
    await deck.goto(url);
    await deck.waitForSelector('.reveal.ready');
  });
  afterAll(() => browser?.close());

  test('every slide fits: nothing is cut off, no text is small', async () => {
    const slugs = await deck.$$eval('.slides > section', (all) =>
      all.map(({ id }) => id),
    );
    const expected = pages.length + pages.flatMap(({ slides }) => slides).length;
    expect(slugs).toHaveLength(expected);
    for (const slug of slugs) {
      await show(deck, slug);
      expect(await deck.evaluate(findMisfits), slug).toEqual([]);
    }
  });

  test('every figure has been drawn, every link leads to a slide or a file', async () => {
    const figures = await deck.$$eval('figure', (all) =>
      all.map((figure) => figure.querySelector('svg') !== null),
    );
    expect(figures.length).toBeGreaterThan(10);
    expect(figures).not.toContain(false);
    const links = await deck.$$eval('.slides a', (all) =>
      all.map((link) => link.getAttribute('href') as string),
    );
    for (const link of links.filter((one) => one.startsWith('#/'))) {
      expect(await deck.$(`[id="${link.slice(2)}"]`), link).not.toBeNull();
    }
    const files = links.filter((one) => !one.startsWith('#/'));
    for (const file of files) expect((await fetch(new URL(file, url))).status).toBe(200);
  });

  test('the presenter sees notes, the next slide and the pace', async () => {
    await show(deck, 'step-1-the-method');
    const opened = context.waitForEvent('page');
    await deck.keyboard.press('s');
    const presenter = await opened;
    await presenter.getByText('Ask which part of this function knows').waitFor();
    await presenter.locator('#upcoming-slide iframe').waitFor();
    await presenter.locator('.pacing .minutes-value').getByText(/\d/).waitFor();
    await deck.keyboard.press('ArrowRight');
    await presenter.getByText('Whatever is added to the object later').waitFor();
    await presenter.close();
  });

  test('all that without the network, and without a complaint', () => {
    expect(complaints).toEqual([]);
  });
});

async function show(deck: Page, slug: string): Promise<void> {
  await deck.evaluate(`location.hash = '#/${slug}'`);
  await deck.waitForSelector(`section.present[id="${slug}"]`);
}

/** Runs in the browser. */
const findMisfits = readFileSync(join(import.meta.dirname, 'misfits.js'), 'utf8');
