/**
 * `npm test`: bare, it proves the whole project with Vitest.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

process.exit(runVitest(process.argv.slice(2)));

function runVitest(args: readonly string[]): number {
  const vitest = dirname(createRequire(import.meta.url).resolve('vitest/package.json'));
  const command = [join(vitest, 'vitest.mjs'), 'run', ...args];
  return spawnSync(process.execPath, command, { stdio: 'inherit' }).status ?? 2;
}
