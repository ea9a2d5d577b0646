/**
 * The watch mode as a pure function: what is on the screen and what is to be done follows from
 * what has happened. Knows no terminal, no file and no process; `watch.ts` drives it.
 */

/** What there is of a terminal; elsewhere there are rows without end. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What the student sees of a finished grading. */
export interface Verdict {
  /** The report, as far as it has room. */
  readonly report: (size: Size) => string;
  readonly hasPassed: boolean;
}

export type WatchEvent =
  | { readonly type: 'started' }
  /** The student's file has other text than before. */
  | { readonly type: 'saved' }
  | { readonly type: 'graded'; readonly verdict: Verdict }
  /** Text that was asked for: a hint, a list, what a reset did. */
  | { readonly type: 'told'; readonly text: (columns: number) => string }
  /** `ctrl-c` or the character of a key. */
  | { readonly type: 'key'; readonly key: string };

export type WatchAction =
  /** Grades; cancels a grading that still runs. */
  'grade' | 'hint' | 'list' | 'reset' | 'next' | 'quit';

export interface WatchState {
  readonly exercise: string;
  /** The exercise that `n` goes on to; undefined: there is none. */
  readonly next: string | undefined;
  readonly isGrading: boolean;
  readonly verdict: Verdict | undefined;
  /** Below the report until the next grading. */
  readonly told: ((columns: number) => string) | undefined;
  /** A question waits for y. */
  readonly isAsking: boolean;
}

export function beginWatching(exercise: string, next: string | undefined): WatchState {
  const verdict = undefined;
  return { exercise, next, isGrading: false, verdict, told: undefined, isAsking: false };
}

/** The state after an event, and what is to be done. */
export function step(
  state: WatchState,
  event: WatchEvent,
): readonly [WatchState, ...WatchAction[]] {
  switch (event.type) {
    case 'started':
    case 'saved':
      return [{ ...state, isGrading: true, told: undefined, isAsking: false }, 'grade'];
    case 'graded':
      return [{ ...state, isGrading: false, verdict: event.verdict }];
    case 'told':
      return [{ ...state, told: event.text }];
    case 'key':
      return state.isAsking ? answer(state, event.key) : press(state, event.key);
  }
}

function press(state: WatchState, key: string): readonly [WatchState, ...WatchAction[]] {
  if (key === 'q' || key === 'ctrl-c') return [state, 'quit'];
  if (key === 'h' && !state.isGrading) return [state, 'hint'];
  if (key === 'l') return [state, 'list'];
  if (key === 'r') return [{ ...state, isAsking: true, told: undefined }];
  if (key === 'n' && canGoOn(state)) return [state, 'next'];
  return [state];
}

/** Only a clear yes resets; any other key means no. */
function answer(state: WatchState, key: string): readonly [WatchState, ...WatchAction[]] {
  const answered = { ...state, isAsking: false };
  if (key === 'ctrl-c') return [answered, 'quit'];
  return key === 'y' ? [answered, 'reset'] : [answered];
}

function canGoOn({ verdict, next, isGrading }: WatchState): boolean {
  return verdict?.hasPassed === true && next !== undefined && !isGrading;
}

/** Everything on the screen: the last report, what was asked for, and the keys. */
export function draw(
  state: WatchState,
  { columns, rows }: Size = { columns: 80, rows: Infinity },
): { body: string; footer: string } {
  const { verdict, told, isAsking, isGrading, exercise, next } = state;
  const answer = told?.(columns);
  // What was asked for has its room, and a blank line before it.
  const left = answer === undefined ? rows : rows - answer.split('\n').length - 1;
  const report = verdict?.report({ columns, rows: left });
  const body = [report, answer].filter((part) => part !== undefined).join('\n\n');
  if (isAsking) {
    const footer = `Put the stub of ${exercise} back? Your work is kept aside. (y/n)`;
    return { body, footer };
  }
  const keys = ['h hint', 'l list', 'r reset', 'q quit'];
  if (canGoOn(state)) keys.unshift(`n next: ${next}`);
  const doing = isGrading ? 'grading …' : `watching ${exercise}.ts`;
  return { body, footer: `${doing}   ${keys.join('  ')}` };
}
