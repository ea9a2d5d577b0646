/**
 * The sentences above the picture: what has shaped the run last, and what happened
 * since.
 */
import { countOf, type Moment } from './moments.ts';
import type { RunModel } from './run-model.ts';

/** Whether it is a blow, a success, or neither. */
export type Tone = 'bad' | 'good' | 'plain';

export interface Headline {
  /** In large type. */
  readonly text: string;
  readonly tone: Tone;
  /** What happened last, if that is something else. */
  readonly since: string;
}

/** Of a run as it was at the moment that is looked at. */
export function chooseHeadline(run: RunModel): Headline {
  const { moments } = run;
  const heavy = moments.findLast(({ weight }) => weight === 2);
  const last = moments.at(-1);
  const isSaid = !last || last === heavy || last.type === 'run-started';
  const since = isSaid ? '' : last.text;
  if (!heavy) return { text: describeProgress(run), tone: 'plain', since };
  return { text: heavy.text, tone: tones[heavy.type] ?? 'plain', since };
}

const tones: { readonly [Type in Moment['type']]?: Tone } = {
  'kill-worker': 'bad',
  'worker-lost': 'bad',
  'inputs-lost': 'bad',
  'fail-job': 'bad',
  accept: 'good',
  'phase-completed': 'good',
  'complete-job': 'good',
};

function describeProgress({ lanes, bars, cells }: RunModel): string {
  const workers = countOf(lanes.size, 'worker');
  if (bars.length === 0) return `${workers} start.`;
  const done = cells.map.filter(({ state }) => state === 'completed').length;
  return `${workers} run the map tasks: ${done} of ${cells.map.length} are completed.`;
}

/** The newest moment that is not everyday, for who hears the page. */
export function chooseAnnouncement(moments: readonly Moment[]): string {
  return moments.findLast(({ weight }) => weight === 2)?.text ?? '';
}
