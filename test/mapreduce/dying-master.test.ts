/** What a worker does whose master is killed at an awkward moment: it leaves nothing behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';

test('killed before it has answered the registration: the worker ends, and tidies up', async () => {
  const runDir = mkdtempSync(join(tmpdir(), 'dying-master-'));
  onTestFinished(() => rmSync(runDir, { recursive: true, force: true }));
  const program = join(import.meta.dirname, 'dying-master.ts');
  const args = ['--import', 'tsx', program, runDir];
  const master = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [printed, [, signal]] = await Promise.all([
    text(master.stdout),
    once(master, 'exit'),
  ]);
  expect(signal).toBe('SIGKILL');
  const worker = Number(printed);
  const isThere = () => {
    try {
      return process.kill(worker, 0);
    } catch {
      return false;
    }
  };
  await expect.poll(isThere, { timeout: 20_000 }).toBe(false);
  expect(existsSync(runDir)).toBe(false);
});
