/**
 * Whether the live page keeps up: a real run of 2,000 map tasks, looked at in a real browser.
 * Every entry of its stream must be on the page at the end, and frames must come in time.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import type { RunRecord } from '../../src/page/run-record.ts';
import { Timeline } from '../../src/page/timeline.ts';
import type { Goal } from './goals.ts';
import { median } from './rows.ts';

const root = resolve(import.meta.dirname, '../..');
const lineBytes = 64;
const frameGoalMs = 50;
export const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';

export interface PageResult {
  readonly tasks: number;
  /** What there was to show, and what the page showed in the end. */
  readonly attempts: { readonly run: number; readonly page: number };
  readonly moments: { readonly run: number; readonly page: number };
  /** From frame to frame while the run went on. */
  readonly frameMs: readonly number[];
}

/** Runs one job of so many map tasks with a browser that looks at it from the beginning. */
export async function measurePage(mapTasks: number): Promise<PageResult> {
  if (!existsSync(browserPath)) throw new Error(`there is no ${browserPath}`);
  const folder = mkdtempSync(join(tmpdir(), 'bench-page-'));
  const browser = await chromium.launch({
    executablePath: browserPath,
    args: ['--no-sandbox'],
  });
  const run = startRun(folder, mapTasks);
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await page.goto(await run.address);
    await page.locator('.picture .bar.running').first().waitFor();
    await page.evaluate(countFrames);
    writeFileSync(run.gate, '');
    await run.ended;
    await page.getByText('its master is gone').waitFor();
    const frameMs = (await page.evaluate('frames.slice()')) as number[];
    const shown = Number(await page.locator('.why ol').getAttribute('start'));
    const bars = await page.locator('.picture .bar').count();
    const { facts, entries } = readReplay(run.replay);
    const { bars: attempts, moments } = new Timeline(facts, entries).at(Infinity);
    return {
      tasks: facts.mapTasks + facts.reduceTasks,
      attempts: { run: attempts.length, page: bars },
      moments: { run: moments.length, page: shown },
      frameMs,
    };
  } finally {
    run.kill();
    await browser.close();
    await run.ended;
    rmSync(folder, { recursive: true });
  }
}

/** Until the run is over: `frames` grows by the time since the frame before. */
const countFrames = `
  globalThis.frames = [];
  let last = performance.now();
  const note = (now) => {
    frames.push(now - last);
    last = now;
    const { textContent } = document.querySelector('.connection');
    if (!textContent.includes('has ended')) requestAnimationFrame(note);
  };
  requestAnimationFrame(note);
`;

function startRun(folder: string, mapTasks: number) {
  const input = join(folder, 'input.txt');
  writeFileSync(input, `${'x'.repeat(lineBytes - 1)}\n`.repeat(mapTasks));
  const gate = join(folder, 'gate');
  const replay = join(folder, 'replay.html');
  const args = [
    ...['src/cli/start.cjs', 'mapreduce', '--page', '--replay', replay, '--json'],
    ...['--job', join(import.meta.dirname, 'mapreduce/gate-job.ts')],
    ...['--param', `gate=${gate}`, '--split-size', String(lineBytes), '--workers', '4'],
    ...['--output', join(folder, 'output'), input],
  ];
  const stdio = ['ignore', 'ignore', 'pipe'] as const;
  const child = spawn(process.execPath, args, { cwd: root, stdio: [...stdio] });
  const ended = once(child, 'close');
  const address = new Promise<string>((found, fail) => {
    const lines = createInterface({ input: child.stderr as NodeJS.ReadableStream });
    lines.on('line', (line) => {
      const [url] = /http:\S+/.exec(line) ?? [];
      if (url) found(url);
    });
    void ended.then(() => fail(new Error('the run ended before it had a page')));
  });
  return { address, gate, replay, ended, kill: () => child.kill('SIGTERM') };
}

function readReplay(path: string): RunRecord {
  const text = /id="record">(.*?)<\/script>/s.exec(readFileSync(path, 'utf8'))?.[1];
  return JSON.parse(text ?? '');
}

export function judgePage({ attempts, moments, frameMs }: PageResult): Goal[] {
  const missing =
    Math.abs(attempts.run - attempts.page) + Math.abs(moments.run - moments.page);
  const frame = median(frameMs) ?? Number.POSITIVE_INFINITY;
  return [
    {
      ...{ name: 'page: entries that it lacks', wanted: 'at most 0', unit: '' },
      ...{ reached: missing, isMet: missing === 0 },
    },
    {
      ...{ name: 'page: ms a frame, median', wanted: `under ${frameGoalMs}`, unit: '' },
      ...{ reached: frame, isMet: frame < frameGoalMs },
    },
  ];
}

export function formatPage({ tasks, attempts, moments, frameMs }: PageResult): string {
  const sorted = frameMs.toSorted((a, b) => a - b);
  const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
  return [
    `page: ${tasks} tasks, ${attempts.page} of ${attempts.run} attempts and ${moments.page} of ${moments.run} moments on the page`,
    `  ${frameMs.length} frames while the run went on: median ${(median(frameMs) ?? 0).toFixed(1)} ms, 99 of 100 within ${p99.toFixed(1)} ms`,
  ].join('\n');
}
