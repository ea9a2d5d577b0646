/** Builds the Go program of `go/` and talks to it. Nothing is fetched: it has no dependencies. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Without Go the differential tests are left out, but never on the machine that decides. */
export const isGoMissing = spawnSync('go', ['version']).status !== 0;
export const mayLeaveOut = isGoMissing && !process.env.CI;

/** Runs the peer once on `input`; returns what it wrote. */
export function askGo(input: Uint8Array): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'gobpeer-'));
  try {
    const binary = join(folder, 'gobpeer');
    run('go', ['build', '-o', binary, '.'], undefined);
    return run(binary, [], input);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(command: string, args: string[], input: Uint8Array | undefined): Buffer {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: join(import.meta.dirname, 'go'),
    env: { ...process.env, TZ: 'UTC', GOFLAGS: '', GOWORK: 'off', GOTOOLCHAIN: 'local' },
    maxBuffer: 2 ** 30,
    ...(input && { input }),
  });
  if (status !== 0) throw new Error(`${command} failed: ${error ?? ''}${stderr}`);
  return stdout;
}
