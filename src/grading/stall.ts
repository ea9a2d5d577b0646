/**
 * When a grading has gone on for too long, and what to say of it. It is judged by what the
 * process does, as far as that can be seen, and not by how fast the machine is: work uses up
 * processor time, and a wait for what never comes is idle.
 */
import { readFileSync } from 'node:fs';
import type { Explanation } from './check.ts';
import { showPath } from './student-error.ts';

/** What a process that can still speak says of itself, in milliseconds since its start. */
export interface Pulse {
  readonly cpuMs: number;
  readonly idleMs: number;
}

/** How it has stalled: blocked by a loop, waiting, or working without an end. */
export type Stall = 'loops' | 'waits' | 'goes-on';

/** Real time without a pulse: nothing but a loop holds it back for so long. */
export const maxSilenceMs = 3500;
/** In one check; in virtual time a second is nothing. */
const maxIdleMs = 3500;
const maxCpuMs = 3500;

/** Reads the pulses of one check after the other. */
export class StallJudge {
  #first: Pulse | undefined;

  /** A check has begun or ended: what was before does not count. */
  stepForward(): void {
    this.#first = undefined;
  }

  /** Tells how the current check has stalled, if it has. */
  judge(pulse: Pulse): Stall | undefined {
    this.#first ??= pulse;
    if (pulse.cpuMs - this.#first.cpuMs > maxCpuMs) return 'goes-on';
    if (pulse.idleMs - this.#first.idleMs > maxIdleMs) return 'waits';
    return undefined;
  }
}

export function explainStall(stall: Stall, file: string, did: string): Explanation {
  const seconds = maxSilenceMs / 1000;
  if (stall === 'waits') {
    return {
      did,
      saw: `it waits, and nothing has happened for ${seconds} s: it was ended`,
      expected: 'every promise that is awaited settles',
      mistake: 'a wait for something that never comes',
    };
  }
  const loops = findLines(file, /\b(?:while|for)\b(?: await)?\s*\(|\bdo\s*\{/);
  const places = loops === '' ? '' : `; your loops: ${loops}`;
  const saw =
    stall === 'loops'
      ? `a loop let nothing else happen for ${seconds} s: it was ended`
      : `it worked for ${seconds} s without an end: it was ended`;
  return {
    did,
    saw,
    expected: 'an answer',
    mistake: `a loop that never ends${places}`,
  };
}

/** Where a file may end its process, if it says so. */
export function explainExit(file: string): string | undefined {
  const lines = findLines(file, /\bprocess\.(?:exit|abort|kill)\b/);
  return lines === '' ? undefined : `process.exit or its like: ${lines}`;
}

/** Where a pattern is in the code: `exercises/cristian/cristian.ts:28`, and further lines. */
function findLines(file: string, pattern: RegExp): string {
  const lines = readSource(file)
    .replace(/\/\*.*?\*\//gs, (comment) => comment.replace(/[^\n]/g, ' '))
    .split('\n')
    .flatMap((line, i) => (pattern.test(line.replace(/\/\/.*/, '')) ? [i + 1] : []));
  if (lines.length === 0) return '';
  return `${showPath(file)}:${lines.slice(0, 5).join(', :')}`;
}

function readSource(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
