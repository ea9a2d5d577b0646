/**
 * Errors of student code in one sentence: what, and in which line of whose file. Knows how
 * the loader words what does not compile, and which frames of a stack are not the student's.
 */
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import type { Explanation } from './check.ts';

const root = resolve(import.meta.dirname, '../..');

/** The message and the student's own line, whatever was thrown. Never throws. */
export function describeError(error: unknown): string {
  try {
    if (!(error instanceof Error)) return `it threw ${inspect(error)}`;
    const where = findStudentLine(String(error.stack));
    const what = describeDenial(error) ?? `${error.name}: ${error.message}`;
    return `${what}${where === undefined ? '' : ` (${where})`}`;
  } catch {
    return 'it threw something that cannot even be shown';
  }
}

/** What a graded program may not do, where Node has denied it. */
function describeDenial(error: Error): string | undefined {
  const { code, permission, resource } = error as NodeJS.ErrnoException & {
    readonly permission?: string;
    readonly resource?: string;
  };
  if (code !== 'ERR_ACCESS_DENIED') return undefined;
  const deed = denied[permission ?? ''] ?? 'do this';
  const what = resource && permission?.startsWith('FileSystem') ? ` ${resource}` : '';
  return `a graded program may not ${deed}${what}`;
}

const denied: Readonly<Record<string, string>> = {
  ChildProcess: 'start a process',
  WorkerThreads: 'start a thread',
  FileSystem: 'use files',
  FileSystemRead: 'read',
  FileSystemWrite: 'write',
  Signal: 'end another process',
};

/** ` (exercises/cristian/grader.ts:12)`: the innermost place that is no package's. */
export function findFrame(error: unknown): string {
  const stack = error instanceof Error ? String(error.stack) : '';
  const places = stack.matchAll(/\(?((?:file:\/\/)?\/[^\s()]+):(\d+):\d+\)?$/gm);
  for (const [, place = '', line] of places) {
    const file = showPath(place.startsWith('file:') ? fileURLToPath(place) : place);
    if (!/(?:^|\/)node_modules\//.test(file)) return ` (${file}:${line})`;
  }
  return '';
}

/** `in SyncTime, exercises/cristian/cristian.ts:28`, from the first frame that is theirs. */
export function findStudentLine(stack: string): string | undefined {
  for (const frame of stack.split('\n')) {
    const match = /^\s*at (?:(.*) \()?(.*):(\d+):\d+\)?$/.exec(frame);
    if (!match) continue;
    const [, caller = '', place = '', line] = match;
    const file = showPath(place.startsWith('file:') ? fileURLToPath(place) : place);
    if (isOurs(file)) continue;
    const name = caller.replace(/^async /, '').replace(/^(?:Object|Module)\./, '');
    const within = /^[\w$.#]+$/.test(name) ? `in ${name}, ` : '';
    return `${within}${file}:${line}`;
  }
  return undefined;
}

/** Ours, or Node's, or a package's: nothing that a student has written. */
function isOurs(file: string): boolean {
  return (
    /^(?:node:|src\/|<anonymous>|native)/.test(file) ||
    /(?:^|\/)node_modules\//.test(file) ||
    /^exercises\/[^/]+\/grader(?:\.ts$|\/)/.test(file)
  );
}

/** A path as the student would write it: from the project's folder, if it lies there. */
export function showPath(path: string): string {
  const inside = relative(root, path);
  const isInside = path.startsWith(root) && !inside.startsWith('..');
  return (isInside ? inside : path).replaceAll('\\', '/');
}

/** What to tell a student whose file does not load. Never throws. */
export function explainLoadError(file: string, error: unknown): Explanation {
  const did = `loaded ${showPath(file)}`;
  const message = error instanceof Error ? String(error.message) : '';
  const syntax = /^(.*):(\d+):(\d+): ERROR: (.*)$/m.exec(message);
  if (syntax) {
    const [, path = '', line, column, what] = syntax;
    return {
      did,
      saw: `it does not compile: ${what} (${showPath(path)}:${line}, column ${column})`,
      expected:
        'TypeScript that compiles: look at that line, and at the end of the one before',
    };
  }
  if (message.includes(file) && message.startsWith('Cannot find module')) {
    const isGone = message.startsWith(`Cannot find module '${file}'`);
    if (isGone) {
      const expected = 'the file that was handed out: npm run reset puts it back';
      return { did, saw: 'there is no such file', expected };
    }
  }
  const isImport = /^Cannot find (?:module|package)|does not provide an export/.test(
    message,
  );
  if (isImport) {
    const saw = message.replaceAll(`${root}/`, '').replaceAll(`${root}\\`, '');
    return { did, saw, expected: 'imports as in the stub: look at the top of the file' };
  }
  const expected = 'a file that only declares: nothing runs while it is loaded';
  return { did, saw: describeError(error), expected };
}
