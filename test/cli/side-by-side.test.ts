/** Two files beside each other, readable without colours and at any width. */
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { formatSideBySide } from '../../src/cli/side-by-side.ts';

const left = 'same\nold line\nonly here\nend\n1\n2\n3\n4\n';
const right = 'same\nnew line\nend\n1\n2\n3\n4\nonly there\n';

const format = (width: number, texts: readonly [string, string] = [left, right]) =>
  formatSideBySide(['yours', texts[0]], ['ours', texts[1]], width).map((line) =>
    stripVTControlCharacters(line),
  );

test('what is changed, missing or added is marked between the columns', () => {
  const pad = (text: string) => text.padEnd(38);
  expect(format(80)).toEqual([
    `${pad('yours')}   ours`,
    `${pad('same')} │ same`,
    `${pad('old line')} ≠ new line`,
    `${pad('only here')} <`,
    `${pad('end')} │ end`,
    `${pad('1')} │ 1`,
    `${pad('2')} │ 2`,
    `${pad('3')} │ 3`,
    `${pad('4')} │ 4`,
    `${pad('')} > only there`,
  ]);
});

test('equal files have no differences, whatever ends their lines', () => {
  expect(format(80, ['a\r\nb', 'a\nb\n'])).toEqual([]);
});

test('long runs of equal lines are folded', () => {
  const run = Array.from({ length: 9 }, (_, i) => `line ${i}`).join('\n');
  const lines = format(80, [`${run}\nx`, `${run}\ny`]);
  expect(lines[1]).toBe('⋮ 7 equal lines');
  expect(lines).toHaveLength(5);
});

test('lines never leave their column, and lose nothing', () => {
  const long = `  ${'word '.repeat(30)}${'x'.repeat(90)}`;
  for (const width of [72, 80, 120]) {
    const lines = format(width, [long, `${long}!`]);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
    const squeeze = (text: string) => text.replace(/\s/g, '');
    const column = Math.floor((width - 3) / 2);
    const shown = lines.slice(1).map((line) => line.slice(0, column));
    expect(squeeze(shown.join(''))).toBe(squeeze(long));
  }
});

test('a line without blanks breaks after a sign, not in a word', () => {
  const call = "  await client.call<TimeReply>('CristianServer.GetTime', null);";
  const lines = format(80, [call, `${call} // ours`]).slice(1);
  expect(lines.slice(0, 3).map((line) => line.slice(0, 38).trimEnd())).toEqual([
    '  await',
    '    client.call<TimeReply>(',
    "    'CristianServer.GetTime', null);",
  ]);
});

test('on a narrow terminal they stand below each other', () => {
  expect(format(60)).toEqual([
    '- yours',
    '+ ours',
    '',
    '  same',
    '- old line',
    '- only here',
    '+ new line',
    '  end',
    '  1',
    '  2',
    '  3',
    '  4',
    '+ only there',
  ]);
});
