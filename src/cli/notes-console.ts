/**
 * What stands in a console block is what its command prints: the first line is the command,
 * and each command is run once, however many blocks show parts of it. `…` stands for anything:
 * alone for any lines, in a line for any text. Durations may differ, and nothing else.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Fence, Finding, Page } from './notes-page.ts';

/** What fits on a slide, the command included. */
export const maxConsoleLines = 14;
/** A ceiling for a command that never ends. */
const withinMs = 300_000;

/** Real runs, each made when it is first asked for. */
export class Runs {
  readonly #root: string;
  readonly #printed = new Map<string, Promise<string>>();

  constructor(root: string) {
    this.#root = root;
  }

  /** What the command prints, both streams in their order. Rejects if it is none of ours. */
  print(command: string): Promise<string> {
    const printed = this.#printed.get(command) ?? this.#run(command);
    this.#printed.set(command, printed);
    return printed;
  }

  async #run(command: string): Promise<string> {
    const [program = '', ...args] = findProgram(this.#root, command);
    const folder = mkdtempSync(join(tmpdir(), 'notes-run-'));
    // One pipe for both, or nobody knows which line came first.
    const line = `exec "$0" "$@" 2>&1`;
    const child = spawn('sh', ['-c', line, process.execPath, program, ...args], {
      cwd: this.#root,
      env: { ...cleanEnvironment(), TMPDIR: folder, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: withinMs,
    });
    try {
      const [printed] = await Promise.all([text(child.stdout), once(child, 'close')]);
      return printed;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

/** `npm run cluster -- --json` without npm, which takes longer than the command. */
function findProgram(root: string, command: string): string[] {
  const [, name, rest = ''] = /^npm run ([\w-]+)(?: -- (.*))?$/.exec(command) ?? [];
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const script: string | undefined = scripts[name ?? ''];
  const [, file] = /^node (--import \S+ \S+|\S+ [\w-]+)$/.exec(script ?? '') ?? [];
  if (file === undefined) throw new Error(`${command}: there is no such npm script`);
  const args = [...rest.matchAll(/"([^"]*)"|(\S+)/g)].map(([, a, b]) => a ?? b ?? '');
  return [...file.split(' '), ...args];
}

/** As a user's shell has it: these blocks are checked under vitest, too. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const names = Object.keys(process.env).filter(
    (name) => !/^npm_|^INIT_CWD$|^VITEST|^FORCE_COLOR$|^NODE_OPTIONS$/.test(name),
  );
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

/** Whether a block shows what was printed. */
export function matchesPrinted(shown: string, printed: string): boolean {
  const lines = shown
    .split('\n')
    .map((line) => (line === '…' ? '(?:.*\\n)*?' : `${patternOf(line)}[ \\t]*\\n`));
  return new RegExp(`^${lines.join('')}$`).test(`${printed.trimEnd()}\n`);
}

function patternOf(line: string): string {
  return line
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('…', '.*?')
    .replace(/ *\d+\\?\.?\d* (s|ms)\b/g, ' *\\d+(?:\\.\\d+)? $1');
}

/** Runs the block's command and compares. `expect-mismatch`: it must differ. */
export async function checkConsole(
  runs: Runs,
  page: Pick<Page, 'path'>,
  fence: Fence,
): Promise<Finding[]> {
  const { line } = fence;
  const told = (problem: string) => [{ path: page.path, line, problem }];
  const [first = '', ...shown] = fence.text.split('\n');
  if (!first.startsWith('$ ')) return told('a console block begins with `$ command`');
  if (shown.length >= maxConsoleLines) {
    return told(`a console block has at most ${maxConsoleLines} lines`);
  }
  const printed = await runs.print(first.slice(2));
  const isSame = matchesPrinted(shown.join('\n'), printed);
  if (fence.info.includes('expect-mismatch')) {
    return isSame ? told('it is marked expect-mismatch, and matches') : [];
  }
  if (isSame) return [];
  const all = printed.trimEnd().split('\n');
  const problem = `${first.slice(2)} prints something else:\n${all.join('\n')}`;
  const finding = { path: page.path, line, problem };
  // Where an author has left something out, only an author knows what.
  if (shown.some((text) => text.includes('…'))) return [finding];
  const lines = all.slice(0, maxConsoleLines - 2);
  if (lines.length < all.length) lines.push('…');
  return [{ ...finding, fix: { first: line + 2, count: shown.length, lines } }];
}
