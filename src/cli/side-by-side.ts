/**
 * Two texts beside each other, fitted to a width: what is only on the left, only on the right,
 * or different is marked between them, so that it can be read without colours too. Where two
 * columns would be too narrow they stand below each other.
 */
import chalk from 'chalk';
import { diffLines } from 'diff';

/** One row: a line of each side, or of one. Undefined: nothing stands there. */
interface Row {
  readonly left?: string | undefined;
  readonly right?: string | undefined;
}

/** Columns of both sides together from which they fit beside each other. */
const minWidth = 72;
/** Equal lines shown before and after a difference. */
const contextLines = 2;
const minFold = 3;

/** The differences of two texts as lines for a terminal. Empty: there are none. */
export function formatSideBySide(
  [leftTitle, left]: readonly [title: string, text: string],
  [rightTitle, right]: readonly [title: string, text: string],
  width: number,
): string[] {
  const rows = pairLines(normalise(left), normalise(right));
  if (rows.every(isEqual)) return [];
  const parts = foldEqual(rows);
  if (width < minWidth) return stack(parts, leftTitle, rightTitle);
  const column = Math.floor((width - 3) / 2);
  return [
    chalk.bold(`${leftTitle.padEnd(column)}   ${rightTitle}`),
    ...parts.flatMap((part) =>
      typeof part === 'number' ? [fold(part)] : formatRow(part, column),
    ),
  ];
}

function normalise(text: string): string {
  return `${text.replaceAll('\r\n', '\n').trimEnd()}\n`;
}

/** Lines that were changed stand beside what they were changed into, as far as both go. */
function pairLines(left: string, right: string): Row[] {
  const rows: Row[] = [];
  let removed: string[] = [];
  const flush = (added: readonly string[]) => {
    const count = Math.max(removed.length, added.length);
    for (let i = 0; i < count; i++) rows.push({ left: removed[i], right: added[i] });
    removed = [];
  };
  for (const change of diffLines(left, right)) {
    const lines = change.value.replace(/\n$/, '').split('\n');
    if (change.removed) removed = lines;
    else if (change.added) flush(lines);
    else {
      flush([]);
      rows.push(...lines.map((line) => ({ left: line, right: line })));
    }
  }
  flush([]);
  return rows;
}

function isEqual({ left, right }: Row): boolean {
  return left === right;
}

/** Equal rows that are far from any difference become their number, if they are many. */
function foldEqual(rows: readonly Row[]): (Row | number)[] {
  const isNear = (at: number) =>
    rows
      .slice(Math.max(0, at - contextLines), at + contextLines + 1)
      .some((row) => !isEqual(row));
  const parts: (Row | number)[] = [];
  let far: Row[] = [];
  const flush = () => {
    parts.push(...(far.length < minFold ? far : [far.length]));
    far = [];
  };
  for (const [i, row] of rows.entries()) {
    if (!isNear(i)) far.push(row);
    else {
      flush();
      parts.push(row);
    }
  }
  flush();
  return parts;
}

function fold(lines: number): string {
  return chalk.dim(`⋮ ${lines} equal lines`);
}

function formatRow(row: Row, column: number): string[] {
  const lefts = cut(row.left, column);
  const rights = cut(row.right, column);
  const mark = isEqual(row)
    ? chalk.dim('│')
    : row.left === undefined
      ? '>'
      : row.right === undefined
        ? '<'
        : '≠';
  const plain = (text: string) => text;
  const [leftColour, rightColour] = isEqual(row)
    ? [plain, plain]
    : [chalk.red, chalk.green];
  return Array.from({ length: Math.max(lefts.length, rights.length) }, (_, i) => {
    const leftText = leftColour((lefts[i] ?? '').padEnd(column));
    return `${leftText} ${mark} ${rightColour(rights[i] ?? '')}`.trimEnd();
  });
}

/** Lines that are too long go on below, a little to the right of where they begin. */
function cut(line: string | undefined, column: number): string[] {
  let rest = (line ?? '').replaceAll('\t', '  ');
  const indent = ' '.repeat(Math.min(rest.search(/\S|$/) + 2, column / 2));
  const lines: string[] = [];
  while (rest.length > column) {
    const end = findBreak(rest, indent.length, column);
    lines.push(rest.slice(0, end));
    rest = indent + rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

/** At a blank, or else after a sign; in the middle of a word only where there is neither. */
function findBreak(line: string, from: number, to: number): number {
  const blank = line.lastIndexOf(' ', to);
  if (blank > from) return blank;
  const signs = [...line.slice(0, to).matchAll(/[([{<,;=>.](?=[^\s)\]}>,;=])/g)];
  const sign = signs.at(-1)?.index ?? -1;
  return sign >= from ? sign + 1 : to;
}

function stack(
  parts: readonly (Row | number)[],
  leftTitle: string,
  rightTitle: string,
): string[] {
  const lines = [chalk.red(`- ${leftTitle}`), chalk.green(`+ ${rightTitle}`), ''];
  let added: string[] = [];
  const flush = () => {
    lines.push(...added);
    added = [];
  };
  for (const part of parts) {
    if (typeof part === 'number' || isEqual(part)) flush();
    if (typeof part === 'number') lines.push(fold(part));
    else if (isEqual(part)) lines.push(`  ${part.left}`.trimEnd());
    else {
      if (part.left !== undefined) lines.push(chalk.red(`- ${part.left}`.trimEnd()));
      if (part.right !== undefined) added.push(chalk.green(`+ ${part.right}`.trimEnd()));
    }
  }
  flush();
  return lines;
}
