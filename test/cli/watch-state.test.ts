/** The watch mode without a terminal: what follows from what happens, event by event. */
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { type ScreenStream, WatchScreen } from '../../src/cli/watch-screen.ts';
import {
  beginWatching,
  draw,
  type Size,
  step,
  type Verdict,
  type WatchAction,
  type WatchEvent,
  type WatchState,
} from '../../src/cli/watch-state.ts';

const key = (key: string): WatchEvent => ({ type: 'key', key });
const saved: WatchEvent = { type: 'saved' };
const failed = { report: () => 'REPORT', hasPassed: false };
const passed = { report: () => 'PASSED', hasPassed: true };
const graded = (verdict: Verdict): WatchEvent => ({ type: 'graded', verdict });

/** The state after all events, and what each of them asked for. */
function follow(
  events: readonly WatchEvent[],
  { next }: { next: string | undefined } = { next: 'cristian' },
): { state: WatchState; actions: WatchAction[] } {
  let state = beginWatching('wordcount', next);
  const actions: WatchAction[] = [];
  for (const event of [{ type: 'started' } as const, ...events]) {
    const [after, ...wanted] = step(state, event);
    state = after;
    actions.push(...wanted);
  }
  return { state, actions };
}

test.each<[string, readonly WatchEvent[], readonly WatchAction[]]>([
  ['it grades when it begins', [], ['grade']],
  ['a save grades again', [graded(failed), saved], ['grade', 'grade']],
  [
    'a save during a grading begins another one',
    [saved, saved],
    ['grade', 'grade', 'grade'],
  ],
  ['q quits', [key('q')], ['grade', 'quit']],
  ['Ctrl-C quits, also during a grading', [key('ctrl-c')], ['grade', 'quit']],
  ['Ctrl-C quits, also at a question', [key('r'), key('ctrl-c')], ['grade', 'quit']],
  ['h asks for a hint', [graded(failed), key('h')], ['grade', 'hint']],
  ['there is no hint before the result', [key('h')], ['grade']],
  ['l lists', [key('l')], ['grade', 'list']],
  ['r asks first', [key('r')], ['grade']],
  ['y resets', [key('r'), key('y')], ['grade', 'reset']],
  ['any other key does not', [key('r'), key('q'), key('y')], ['grade']],
  ['a save takes the question back', [key('r'), saved, key('y')], ['grade', 'grade']],
  ['n goes on after passing', [graded(passed), key('n')], ['grade', 'next']],
  ['n does nothing before', [graded(failed), key('n')], ['grade']],
  ['n waits for the grading', [graded(passed), saved, key('n')], ['grade', 'grade']],
  ['other keys do nothing', [key('x'), key('')], ['grade']],
])('%s', (_what, events, expected) => {
  expect(follow(events).actions).toEqual(expected);
});

test('n does nothing when there is no other exercise', () => {
  const { state, actions } = follow([graded(passed), key('n')], {
    next: undefined,
  });
  expect(actions).toEqual(['grade']);
  expect(draw(state).footer).not.toContain('next');
});

test('the screen: the report, what was asked for, and the keys that do something now', () => {
  const { state } = follow([]);
  expect(draw(state)).toEqual({
    body: '',
    footer: 'grading …   h hint  l list  r reset  q quit',
  });
  const told = follow([graded(failed), { type: 'told', text: () => 'HINT' }]);
  expect(draw(told.state)).toEqual({
    body: 'REPORT\n\nHINT',
    footer: 'watching wordcount.ts   h hint  l list  r reset  q quit',
  });
  expect(draw(follow([graded(passed)]).state).footer).toBe(
    'watching wordcount.ts   n next: cristian  h hint  l list  r reset  q quit',
  );
  expect(draw(follow([key('r')]).state).footer).toBe(
    'Put the stub of wordcount back? Your work is kept aside. (y/n)',
  );
});

test('the old report stays on the screen while the next grading runs', () => {
  const { state } = follow([graded(failed), { type: 'told', text: () => 'HINT' }, saved]);
  expect(draw(state).body).toBe('REPORT');
});

function record(isTTY: boolean, rows = 10): { stream: ScreenStream; text(): string } {
  let text = '';
  const write = (chunk: unknown) => {
    text += chunk;
    return true;
  };
  const stream = { isTTY, rows, columns: 20, write } as unknown as ScreenStream;
  return { stream, text: () => text };
}

test('without a terminal each report is printed once, and no control character', () => {
  const { stream, text } = record(false);
  const screen = new WatchScreen(stream);
  for (const events of [[], [graded(failed)], [graded(failed), key('x')]])
    screen.draw(follow(events).state);
  screen.close();
  expect(text()).toBe('REPORT\n\n');
});

test('on a terminal the end of a long report stays in sight, and the screen is given back', () => {
  const { stream, text } = record(true, 6);
  const screen = new WatchScreen(stream);
  const report = ['a'.repeat(20), 'b'.repeat(21), 'c', 'd'].join('\n');
  screen.draw(follow([graded({ report: () => report, hasPassed: false })]).state);
  const shown = stripVTControlCharacters(text()).split('\r\n');
  expect(shown.slice(0, 3)).toEqual(['c', 'd', '']);
  screen.close();
  const [enter, leave] = ['[?1049h', '[?1049l'].map((code) => `\u001b${code}`);
  expect(text().startsWith(enter as string)).toBe(true);
  expect(text().endsWith(`${leave}${report}\n`)).toBe(true);
});

test('a report is given the room that the answer and the keys leave, and again after a resize', () => {
  const { stream, text } = record(true, 24);
  const size = { columns: 80, rows: 24 };
  const resizable = Object.assign(stream, size);
  const report = ({ columns, rows }: Size) => `REPORT ${columns}x${rows}`;
  const screen = new WatchScreen(resizable);
  const verdict = { report, hasPassed: false };
  screen.draw(follow([graded(verdict)]).state);
  expect(text()).toContain('REPORT 80x22');
  const answered = follow([graded(verdict), { type: 'told', text: (w) => `A\nB${w}` }]);
  screen.draw(answered.state);
  expect(text()).toContain('REPORT 80x19');
  Object.assign(resizable, { columns: 50, rows: 30 });
  screen.draw(answered.state);
  expect(text()).toContain('REPORT 50x24');
  expect(text()).toContain('B50');
  screen.close();
  expect(text()).toContain('REPORT 50xInfinity');
});
