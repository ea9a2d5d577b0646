/** Pages on a terminal: the run waits for somebody who looks, and the page for Ctrl-C. */
import { mkdirSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { freshPath, smallInput } from '../cli/mapreduce-run.ts';
import { hasTerminal, startOnTerminal } from './terminal.ts';

test.skipIf(!hasTerminal && !process.env.CI).each(['--page', '--diagram'])(
  '%s: the run begins when somebody looks, and the page stays until Ctrl-C',
  async (option) => {
    const [output, TMPDIR] = [freshPath(), freshPath()];
    mkdirSync(TMPDIR);
    const args = [option, '--top', '1', '--output', output, ...smallInput];
    const program = startOnTerminal(args, { TMPDIR });
    const [, origin, token] = await program.prints(/(http:\/\/127\.0\.0\.1:\d+)\/#(\w+)/);
    await program.prints(/the run begins as soon as the page is open/);
    expect(program.stdout()).not.toContain('registered');
    const gone = new AbortController();
    const { signal } = gone;
    const events = await fetch(`${origin}/events?token=${token}`, { signal });
    expect(events.status).toBe(200);
    await program.prints(/the page stays until Ctrl-C/);
    expect(readdirSync(TMPDIR)).toEqual([]);
    expect((await fetch(`${origin}/`)).status).toBe(200);
    gone.abort();
    program.child.stdin?.write('\u0003');
    expect(await program.exited).toEqual({ code: 0, signal: null });
    await expect(fetch(`${origin}/`)).rejects.toThrow();
  },
);
