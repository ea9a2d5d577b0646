/**
 * A replay in a real browser: one file, opened from disk with the network off. How it looks,
 * by keyboard, to a screen reader, and to somebody in the back row.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { RunFacts } from '../../src/page/run-record.ts';
import { describeWithChromium } from '../chromium.ts';
import { freshPath, runJson, smallInput } from '../cli/mapreduce-run.ts';
import { run } from '../cli/program.ts';
import {
  expectAccessible,
  type Look,
  openPage,
  seek,
  settle,
  textOf,
  useBrowser,
} from './chromium.ts';
import { shots, writeReplay } from './replays.ts';
import { tellAll } from './run-stories.ts';

const end: Partial<RunFacts> = {
  outcome: 'completed',
  results: [
    '125750  the',
    ' 78848  and',
    '   400  <script>alert(1)</script>',
    '  1  </style>',
  ],
  comparison: 'equal',
  baseline: { state: 'measured', makespanMs: 700, attempts: 22 },
  faults: ['SIGKILL to worker 2, at 81 % of a map task, with another one completed'],
};

function writeStory(story = tellAll(), news = end): string {
  const { entries, facts } = story;
  return writeReplay({ entries, facts: { ...facts, ...news } });
}

/** Opened, and standing still at a moment of the run. */
async function openAt(url: string, atMs: number, look: Look = {}) {
  const opened = await openPage(url, { offline: true, ...look });
  await seek(opened.page, atMs);
  return opened;
}

/** The moments of the story at which the page is looked at. */
function listMoments() {
  const { timeline, entries } = tellAll();
  const find = (type: string) => entries.find((one) => one.type === type)?.atMs ?? 0;
  return [
    { name: 'before', atMs: find('kill-worker') - 1 },
    { name: 'lost', atMs: find('worker-lost') },
    {
      name: 'backup',
      atMs: entries.find((one) => 'backup' in one && one.backup)?.atMs ?? 0,
    },
    { name: 'end', atMs: timeline.endMs },
  ];
}

describe('the file', () => {
  test('is one document that asks nobody for anything', () => {
    const html = readFileSync(new URL(writeStory()), 'utf8');
    expect(html).toMatch(
      /default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-/,
    );
    expect(html).not.toMatch(/(?:src|href)="(?!data:)/);
    expect(html).not.toContain('<script>alert');
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/<\/style>/g)).toHaveLength(1);
  });

  test('is written by a run, whole or not at all', async () => {
    const path = freshPath();
    const { code } = await runJson([
      '--kill-worker',
      '2',
      '--replay',
      path,
      ...smallInput,
    ]);
    expect(code).toBe(0);
    const html = readFileSync(path, 'utf8');
    expect(html).toContain('"type":"kill-worker"');
    expect(html).toContain('"outcome":"completed"');
    const refused = await run('mapreduce', [
      '--replay',
      '/nowhere/run.html',
      ...smallInput,
    ]);
    expect(refused).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'error: --replay /nowhere/run.html: there is no such folder\n',
    });
  });
});

describeWithChromium('a replay from disk, with the network off', () => {
  useBrowser();
  vi.setConfig({ testTimeout: 120_000 });

  test('plays at story pace by itself, and can be gone through by keyboard', async () => {
    const { page, close } = await openPage(writeStory(), { offline: true });
    const press = async (key: string) => {
      await page.keyboard.press(key);
      await settle(page);
    };
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await press('Space');
    await page.getByRole('button', { name: 'Play' }).waitFor();
    await press('Home');
    await press('ArrowRight');
    const first = await textOf(page, '.clock');
    await press('ArrowRight');
    expect(await textOf(page, '.clock')).not.toBe(first);
    await press('ArrowLeft');
    expect(await textOf(page, '.clock')).toBe(first);
    await press('End');
    await page.getByRole('heading', { name: 'The job is completed' }).waitFor();
    await press('+');
    expect(await page.locator('select').inputValue()).toBe('half its speed');
    await press('r');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await press('t');
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    await close();
  });

  test('every control is reached with Tab, and has a name', async () => {
    const { page, close } = await openAt(writeStory(), 100);
    const names = new Set<string>();
    for (let i = 0; i < 14; i++) {
      await page.keyboard.press('Tab');
      names.add(
        await page.evaluate(
          'document.activeElement.ariaLabel || document.activeElement.innerText',
        ),
      );
    }
    expect([...names]).toEqual(
      expect.arrayContaining(['Step back', 'Step forward', 'Moment of the run', 'Speed']),
    );
    await close();
  });

  test('the barrier stands further right when a completed map is lost', async () => {
    const lostMs = listMoments()[1]?.atMs ?? 0;
    const { page, close } = await openAt(writeStory(), lostMs - 1);
    const before = Number(await page.locator('.barrier').last().getAttribute('data-at'));
    await seek(page, lostMs);
    const after = Number(await page.locator('.barrier').last().getAttribute('data-at'));
    expect(after).toBeGreaterThan(before);
    await close();
  });

  test.each<[string, Look]>([
    ['light', {}],
    ['dark', { colorScheme: 'dark' }],
    ['phone', { width: 390, height: 844 }],
    ['phone, dark', { width: 390, height: 844, colorScheme: 'dark' }],
  ])(
    '%s, at four moments: nothing sticks out, and axe finds nothing',
    async (name, look) => {
      const { page, close } = await openAt(writeStory(), 0, look);
      for (const moment of listMoments()) {
        await seek(page, moment.atMs);
        const path = join(shots, `${name.replace(', ', '-')}-${moment.name}.png`);
        await page.screenshot({ path });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(
          look.width ?? 1280,
        );
        if (['lost', 'end'].includes(moment.name)) await expectAccessible(page);
      }
      await close();
    },
  );

  test('the back row can read it: 18 pixels at 1280 by 720, and all on one screen', async () => {
    const { page, close } = await openAt(writeStory(), listMoments()[1]?.atMs ?? 0);
    const smallest =
      await page.evaluate(`Math.min(...[...document.querySelectorAll('#page *')]
      .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
      .map((one) => parseFloat(getComputedStyle(one).fontSize)))`);
    expect(smallest).toBeGreaterThanOrEqual(18);
    expect(await page.evaluate('document.documentElement.scrollHeight')).toBe(720);
    await close();
  });

  test('words of the input are text', async () => {
    const { page, close } = await openAt(writeStory(), tellAll().timeline.endMs);
    expect(await textOf(page, '.results')).toContain('<script>alert(1)</script>');
    expect(await page.locator('script').count()).toBe(2);
    await close();
  });
});
