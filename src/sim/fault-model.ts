/**
 * The fault model: which departures from the default order a schedule may make, and how many
 * of each. It is printed with every result, since a result without it means nothing.
 */
import type { Action } from './schedule.ts';

/** At most so many of each in one run; none where nothing is said. */
export interface FaultModel {
  readonly losses?: number;
  readonly copies?: number;
  /** Messages or timers that are late by `slowMs`. */
  readonly slow?: number;
  /** Milliseconds: more than the programs' timeouts, so that those fire meanwhile. */
  readonly slowMs?: number;
  /** Neighbours that change places. */
  readonly swaps?: number;
  readonly crashes?: Crashes;
}

export interface Crashes {
  /** Who may crash. */
  readonly nodes: readonly string[];
  readonly atMost: number;
  /** Undefined: a node that has crashed stays down. */
  readonly restartAfterMs?: number;
}

export const defaultSlowMs = 1000;

type Kind = 'lose' | 'copy' | 'slow' | 'swap' | 'crash';

/** How many of a kind a model allows. */
export function allowance(model: FaultModel, kind: Kind): number {
  const { losses = 0, copies = 0, slow = 0, swaps = 0, crashes } = model;
  return { lose: losses, copy: copies, slow, swap: swaps, crash: crashes?.atMost ?? 0 }[
    kind
  ];
}

/** Whether any schedule under this model may do this, at some step. */
export function isAllowed(model: FaultModel, action: Action): boolean {
  const kind = kindOf(action);
  if (allowance(model, kind) === 0) return false;
  const node = action.slice('crash:'.length);
  return kind !== 'crash' || model.crashes?.nodes.includes(node) === true;
}

export function kindOf(action: Action): Kind {
  return action.startsWith('crash:') ? 'crash' : (action as Kind);
}

/** `at most 1 loss, 1 copy, 2 slow (by 250 ms)`, or `no faults`. */
export function describeModel(model: FaultModel): string {
  const { slowMs = defaultSlowMs, crashes } = model;
  const back = crashes?.restartAfterMs;
  const names: Record<Kind, [string, string]> = {
    lose: ['loss', 'losses'],
    copy: ['copy', 'copies'],
    slow: ['slow', 'slow'],
    swap: ['swap', 'swaps'],
    crash: ['crash', 'crashes'],
  };
  const remarks: Partial<Record<Kind, string>> = {
    slow: ` (by ${slowMs} ms)`,
    ...(back === undefined ? {} : { crash: ` (back after ${back} ms)` }),
  };
  const parts = (Object.keys(names) as Kind[]).flatMap((kind) => {
    const most = allowance(model, kind);
    const [one, many] = names[kind];
    return most > 0 ? [`${most} ${most === 1 ? one : many}${remarks[kind] ?? ''}`] : [];
  });
  return parts.length > 0 ? `at most ${parts.join(', ')}` : 'no faults';
}
