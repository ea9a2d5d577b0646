/**
 * What the soak itself does to a run, as data: after which line of the run's log, and what.
 * Lines, not moments: on a slow machine the same thing happens at the same place.
 */
import type { Chance } from './chance.ts';
import { type Damage, damages } from './damage.ts';

/** Lines that moves are counted by; the first two name a worker. */
export const linePatterns = {
  assignment: /^ *[\d.]+ s {2}(?:map|reduce) \d+ to worker (\d+)/,
  registration: /^ *[\d.]+ s {2}worker (\d+) registered, process \d+/,
  story: /^ *[\d.]+ s {2}/,
  any: /^/,
} as const;
export type LineKind = keyof typeof linePatterns;

export interface Moment {
  readonly line: LineKind;
  /** The first is 1. */
  readonly number: number;
}

export type Move =
  /** To the worker that the line names. */
  | { readonly type: 'kill' }
  /** The same, with SIGSTOP; `then` so many lines later, or never. */
  | {
      readonly type: 'stop';
      readonly then: 'SIGCONT' | 'SIGKILL';
      readonly lines: number;
    }
  /** As Ctrl-C on a terminal, which reaches every process of the run; else to the master. */
  | { readonly type: 'interrupt'; readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' }
  | { readonly type: 'kill-master' }
  | { readonly type: 'pause-master'; readonly forMs: number }
  | { readonly type: 'kill-state-server' }
  /** Of a file between two tasks or stages, whichever there are then. */
  | { readonly type: 'damage'; readonly damage: Damage; readonly pick: number }
  /** A worker joins, through a link that can be cut. */
  | { readonly type: 'join'; readonly failAfter: number | undefined }
  /** The one that has been there longest. */
  | { readonly type: 'leave'; readonly signal: 'SIGINT' | 'SIGKILL' }
  /** Frozen, nothing gets through and nobody is told; then restored, so many lines later. */
  | {
      readonly type: 'drop-link';
      readonly how: 'cut' | 'freeze';
      readonly lines: number;
    };

export type PlannedMove = Move & { readonly at: Moment };

/** What moves of a run can be about. */
export interface Stage {
  /** About how many tasks there are. */
  readonly tasks: number;
  readonly workers: number;
  readonly mayJoin: boolean;
  readonly lostAfterMs: number;
  readonly hasStateServer: boolean;
}

export function drawMoves(chance: Chance, stage: Stage): PlannedMove[] {
  const moves = [...chance.maybe(65, ...drawSignals(chance, stage))];
  if (chance.in(25)) moves.push(drawDamage(chance, stage));
  if (chance.in(8)) moves.push(drawPause(chance, stage));
  if (chance.in(12)) moves.push(drawEnd(chance, stage));
  if (stage.hasStateServer && chance.in(8)) {
    moves.push({ type: 'kill-state-server', at: drawMoment(chance, stage) });
  }
  if (stage.mayJoin) moves.push(...drawJoiners(chance, stage));
  return moves;
}

/** The end of a master that is to be resumed. */
export function drawEnd(chance: Chance, stage: Stage): PlannedMove {
  const at = drawMoment(chance, stage);
  if (chance.in(50)) return { type: 'kill-master', at };
  const signal = chance.pick(['SIGINT', 'SIGINT', 'SIGTERM', 'SIGHUP'] as const);
  return { type: 'interrupt', signal, at };
}

function drawSignals(chance: Chance, stage: Stage): PlannedMove[] {
  return Array.from({ length: chance.between(1, 4) }, (): PlannedMove => {
    const at = drawMoment(chance, stage);
    if (chance.in(50)) return { type: 'kill', at };
    const then = chance.in(70) ? 'SIGCONT' : 'SIGKILL';
    return { type: 'stop', then, lines: chance.between(1, 12), at };
  });
}

function drawDamage(chance: Chance, stage: Stage): PlannedMove {
  const [damage, pick] = [chance.pick(damages), chance.below(1000)];
  return { type: 'damage', damage, pick, at: drawMoment(chance, stage) };
}

/** Long enough to miss heartbeats, too short for those who joined to give the master up. */
function drawPause(chance: Chance, stage: Stage): PlannedMove {
  const forMs = Math.round(stage.lostAfterMs * chance.pick([0.3, 0.8, 1.3, 1.6]));
  return { type: 'pause-master', forMs, at: drawMoment(chance, stage) };
}

function drawJoiners(chance: Chance, stage: Stage): PlannedMove[] {
  const joiners = chance.between(1, 3);
  const moves: PlannedMove[] = Array.from({ length: joiners }, (_, i) => ({
    type: 'join',
    failAfter: chance.in(20) ? chance.below(3) : undefined,
    at: i === 0 ? { line: 'any', number: 1 } : drawMoment(chance, stage),
  }));
  if (chance.in(40)) {
    const signal = chance.pick(['SIGINT', 'SIGKILL'] as const);
    moves.push({ type: 'leave', signal, at: drawMoment(chance, stage) });
  }
  if (chance.in(50)) {
    const how = chance.pick(['cut', 'freeze'] as const);
    const lines = chance.between(1, 30);
    moves.push({ type: 'drop-link', how, lines, at: drawMoment(chance, stage) });
  }
  return moves;
}

function drawMoment(chance: Chance, { tasks, workers }: Stage): Moment {
  if (chance.in(10))
    return { line: 'registration', number: chance.between(1, Math.max(1, workers)) };
  return { line: 'assignment', number: chance.between(1, Math.max(1, tasks)) };
}

/** In words: `SIGKILL at assignment 3`. */
export function describeMove(move: PlannedMove): string {
  return `${describe(move)} at ${move.at.line} ${move.at.number}`;
}

function describe(move: Move): string {
  switch (move.type) {
    case 'kill':
      return 'SIGKILL';
    case 'stop':
      return `SIGSTOP, ${move.then} ${move.lines} lines later,`;
    case 'interrupt':
      return move.signal === 'SIGINT' ? 'Ctrl-C' : `${move.signal} to the master`;
    case 'kill-master':
      return 'SIGKILL to the master';
    case 'pause-master':
      return `master stopped for ${move.forMs} ms`;
    case 'kill-state-server':
      return 'SIGKILL to the state server';
    case 'damage':
      return `${move.damage} a file`;
    case 'join':
      return move.failAfter === undefined
        ? 'a worker joins'
        : `one joins and fails after ${move.failAfter} tasks`;
    case 'leave':
      return `${move.signal} to the first that joined`;
    case 'drop-link':
      return `links ${move.how === 'cut' ? 'cut' : 'frozen'} for ${move.lines} lines`;
  }
}
