/**
 * The sentences above the picture: what has shaped the run last, and what happened
 * since.
 */
import { countOf, type Moment } from './moments.ts';
import type { RunModel } from './run-model.ts';
import type { RunFacts } from './run-record.ts';

/** Whether it is a blow, a success, or neither. */
export type Tone = 'bad' | 'good' | 'plain';

export interface Headline {
  /** Which stage runs; undefined: there is one. */
  readonly stage: string | undefined;
  /** In large type. */
  readonly text: string;
  readonly tone: Tone;
  /** What happened last, if that is something else. */
  readonly since: string;
}

/** Of a run as it was at the moment that is looked at; `facts` where that is its end. */
export function chooseHeadline(run: RunModel, facts?: RunFacts): Headline {
  const { moments } = run;
  const heavy = moments.findLast(({ weight }) => weight === 2);
  const last = moments.at(-1);
  const isSaid = !last || last === heavy || last.type === 'run-started';
  const since = isSaid ? '' : last.text;
  const stage = describeStage(run);
  // Not every failure is the scheduler's decision: a stage may make another output than before.
  if (facts?.outcome === 'failed' && facts.why && run.outcome !== 'failed')
    return { stage, text: `The job has failed: ${facts.why}.`, tone: 'bad', since };
  if (!heavy) return { stage, text: describeProgress(run), tone: 'plain', since };
  return { stage, text: heavy.text, tone: tones[heavy.type] ?? 'plain', since };
}

/** `Stage 1 of 2, word-count; stage 2 waits`. */
export function describeStage({
  outcome,
  stage,
  stages,
  jobs,
}: RunModel): string | undefined {
  if (jobs.length === 1) return undefined;
  if (outcome === 'completed') return `All stages: ${jobs.join(', then ')}`;
  const waiting = stages.filter(({ state }) => state === 'waiting');
  const waits = waiting.map((one) =>
    one === stage ? '; waits' : `; stage ${one.number} waits`,
  );
  return `Stage ${stage.number} of ${jobs.length}, ${stage.job}${waits.join('')}`;
}

const tones: { readonly [Type in Moment['type']]?: Tone } = {
  'kill-worker': 'bad',
  'worker-lost': 'bad',
  'inputs-lost': 'bad',
  'suspend-stage': 'bad',
  'fail-job': 'bad',
  accept: 'good',
  'phase-completed': 'good',
  'complete-job': 'good',
};

function describeProgress({ lanes, bars, stage }: RunModel): string {
  const workers = countOf(lanes.size, 'worker');
  if (bars.length === 0) return `${workers} start.`;
  const done = stage.countCompleted('map');
  return `${workers} run the map tasks: ${done} of ${stage.cells.map.length} are completed.`;
}

/** The newest moment that is not everyday, for who hears the page. */
export function chooseAnnouncement(moments: readonly Moment[]): string {
  return moments.findLast(({ weight }) => weight === 2)?.text ?? '';
}
