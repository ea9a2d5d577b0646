/** Talks to the Go program of `go/`: gob in, gob out. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildGo } from '../go/go.ts';

/** Runs the peer once on `input`; returns what it wrote. */
export function askGo(input: Uint8Array): Buffer {
  const binary = join(buildGo(join(import.meta.dirname, 'go')), 'gobpeer');
  const { status, stdout, stderr, error } = spawnSync(binary, {
    env: { ...process.env, TZ: 'UTC' },
    maxBuffer: 2 ** 30,
    input,
  });
  if (status !== 0) throw new Error(`gobpeer failed: ${error ?? ''}${stderr}`);
  return stdout;
}
