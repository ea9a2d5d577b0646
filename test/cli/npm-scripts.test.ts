/** Every command as its users start it: by npm, with all that npm tells its scripts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './program.ts';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Those of `src/cli` that know `--help`. */
const names = Object.keys(scripts).filter(
  (name) => scripts[name].includes('src/cli/') && !['test', 'seal'].includes(name),
);

async function runByNpm(...args: string[]) {
  const child = spawn('npm', ['run', '-s', ...args], { cwd: root });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk) => {
      text[name] += chunk;
    });
  const [code] = await once(child, 'close');
  return { code, ...text };
}

test.each(names)('npm run %s -- --help', async (name) => {
  const { code, stdout, stderr } = await runByNpm(name, '--', '--help');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`Usage: npm run ${name}`);
});

test("npm run mapreduce with options: npm tells it of a cache, and that is npm's own", async () => {
  const input = join(root, 'README.md');
  const { code, stdout } = await runByNpm('mapreduce', '--', '--json', '--verify', input);
  expect(code).toBe(0);
  expect(JSON.parse(stdout).verified).toBe(true);
});

test('a flag before the two dashes is noticed', async () => {
  const { code, stderr } = await runByNpm('mapreduce', '--kill-worker', '2');
  expect(code).toBe(1);
  expect(stderr).toContain('npm kept --kill-worker for itself; add --');
});
