/**
 * Lines that somebody types while a table is being drawn below: on a terminal they are edited
 * here, unseen, and the table shows them; from a pipe they are read as they come.
 */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

export interface TypedLines {
  /** What has been typed of the next line; undefined: this is no terminal. */
  readonly current: (() => string) | undefined;
  close(): void;
}

/** Calls `onLine` for every line, and `onKey` when a key was pressed. */
export function readTypedLines(
  onLine: (line: string) => void,
  onKey: () => void,
): TypedLines {
  const isTerminal = process.stdin.isTTY === true && process.stderr.isTTY === true;
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: process.stdin,
    ...(isTerminal && { output: unseen, terminal: true }),
  });
  lines.on('line', onLine);
  // In this mode the terminal sends a key, and no signal.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  if (isTerminal) process.stdin.on('keypress', onKey);
  return {
    current: isTerminal ? () => lines.line : undefined,
    close: () => {
      process.stdin.off('keypress', onKey);
      lines.close();
      process.stdin.unref?.();
    },
  };
}
