/** The command on a terminal of its own, for tests of what it does only there. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { listWords, root, watch } from '../cli/program.ts';

/** Util-linux's program. */
const script = '/usr/bin/script';

export const hasTerminal = existsSync(script);

/** In the terminal a line ends with CR and LF. */
export function startOnTerminal(
  args: readonly string[],
  env: Record<string, string> = {},
) {
  const program = ['node', ...listWords('mapreduce'), ...args];
  // Ctrl-C is for all in the terminal: a shell that stayed would end by it, and tell of itself.
  const command = `exec ${program.join(' ')}`;
  const child = spawn(script, ['-qefc', command, '/dev/null'], {
    cwd: root,
    env: { ...process.env, ...env },
  });
  return watch(child);
}
