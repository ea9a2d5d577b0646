/**
 * What stands around the picture: the tasks, the decisions, the cost, and the result.
 */
import { html, nothing } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import { repeat } from 'lit-html/directives/repeat.js';
import { reckonCost } from '../cost.ts';
import { countOf, formatMs, type Moment, nameTask, tellSeconds } from '../moments.ts';
import type { RunModel } from '../run-model.ts';
import type { RunFacts } from '../run-record.ts';
import type { Cell, StageModel } from '../stage-model.ts';

/** More cells than that are drawn small and without their names. */
const namedCells = 120;
/** Of all stages. */
const namedInAll = 24;
/** Decisions on the page; the run has all of them. */
const shownMoments = 60;

export function viewGrid({ stage, stages, jobs }: RunModel) {
  if (jobs.length === 1) {
    return html`<section class="grid" aria-labelledby="tasks">
      <h2 id="tasks">Tasks: ${tellDone(stage)}</h2>${viewCells(stage, 'tasks')}
    </section>`;
  }
  // Where there are many, those of the stage that runs have their names.
  const isShort = stages.flatMap(listCells).length <= namedInAll;
  return html`<section class="grid stages" aria-label="Tasks of each stage">${jobs.map(
    (job, i) => viewStage(job, i + 1, stages[i], stages[i] === stage, isShort),
  )}</section>`;
}

/** A stage, also one to come. */
function viewStage(
  job: string,
  number: number,
  stage: StageModel | undefined,
  isNow: boolean,
  isShort: boolean,
) {
  const id = `tasks-${number}`;
  const told = stage
    ? `${tellDone(stage)}${stage.state === 'running' ? '' : `, ${stage.state}`}`
    : 'has not begun';
  return html`<div class=${isNow ? 'stage-now' : ''} data-stage=${number}>
    <h2 id=${id} aria-current=${isNow ? 'step' : nothing}>Stage ${number}, ${job}: ${told}</h2>
    ${stage ? viewCells(stage, id, isNow || isShort ? undefined : 'small') : nothing}
  </div>`;
}

function tellDone(stage: StageModel) {
  const { map, reduce } = stage.cells;
  return `${stage.countCompleted('map')} of ${countOf(map.length, 'map')}, ${stage.countCompleted('reduce')} of ${reduce.length} reduce`;
}

function listCells({ cells }: StageModel): Cell[] {
  return [...cells.map, ...cells.reduce];
}

/** `headline`: the id of what names the list, which can be scrolled by keyboard. */
function viewCells(stage: StageModel, headline: string, wanted?: 'small' | 'named') {
  const all = listCells(stage);
  const size = wanted ?? (all.length > namedCells ? 'small' : 'named');
  return html`<ul class="cells ${size}" tabindex="0" aria-labelledby=${headline}>${all.map(
    (cell) =>
      guard([cell.state, cell.attempts, cell.wasLost, size], () => viewCell(cell, size)),
  )}</ul>`;
}

const glyphs = { idle: '', 'in-progress': '▶', completed: '✓' } as const;

function viewCell({ task, state, attempts, wasLost }: Cell, size: 'small' | 'named') {
  const kinds = `${task.kind} ${state}${wasLost ? ' was-lost' : ''}`;
  if (size === 'small') return html`<li class=${kinds}></li>`;
  const told = `${nameTask(task)}: ${wasLost && state === 'idle' ? 'lost, ' : ''}${state}, ${countOf(attempts, 'attempt')}`;
  return html`<li class=${kinds}><span class="unseen">${told}</span><span aria-hidden="true"
      >${task.kind === 'map' ? 'M' : 'R'}${task.index}<i>${wasLost && state === 'idle' ? '✗' : glyphs[state]}</i>${
        attempts > 1 ? html`<b>×${attempts}</b>` : nothing
      }</span></li>`;
}

export function viewDecisions({ moments }: RunModel) {
  const shown = moments.slice(-shownMoments).reverse();
  const first = moments.length - shown.length;
  return html`<section class="why" aria-labelledby="decisions">
    <h2 id="decisions">What happened, and why</h2>
    <ol reversed start=${moments.length} tabindex="0" aria-labelledby="decisions">${repeat(
      shown,
      (_, i) => moments.length - i,
      viewMoment,
    )}</ol>
    ${first > 0 ? html`<p class="more">and ${first} before</p>` : nothing}
  </section>`;
}

function viewMoment({ atMs, text, weight, stage }: Moment) {
  const of =
    stage === undefined
      ? nothing
      : html`<span class="stage-number"><span class="unseen">stage </span>${stage}</span> `;
  return html`<li class="weight-${weight}"><time>${tellSeconds(atMs)}</time> ${of}${text}</li>`;
}

export function viewCost(run: RunModel, facts: RunFacts, nowMs: number) {
  const cost = reckonCost(run, facts, nowMs);
  const tasks = run.stages.flatMap(listCells).length;
  const wasted =
    cost.wastedAttempts === 0
      ? 'No work was in vain.'
      : `In vain: ${countOf(cost.wastedAttempts, 'attempt')}, ${formatMs(cost.wastedMs)} of work.`;
  return html`<section class="cost" aria-labelledby="cost">
    <h2 id="cost">Cost</h2>
    <p>${countOf(cost.attempts, 'attempt')} for ${tasks} tasks. ${wasted}</p>
    <p>${
      facts.faults.length + cost.wastedAttempts === 0
        ? ''
        : tellBaseline(run, facts, cost.laterMs)
    }</p>
  </section>`;
}

/** Two runs are two runs: the difference is not all the faults' doing. */
function tellBaseline(
  run: RunModel,
  { baseline, simulation }: RunFacts,
  laterMs: number | undefined,
) {
  switch (baseline.state) {
    case 'measured': {
      const without = `Once more without the faults it took ${tellSeconds(baseline.makespanMs)}`;
      if (laterMs === undefined) return `${without}.`;
      const more = `${formatMs(Math.abs(laterMs))} ${laterMs < 0 ? 'less' : 'more'}`;
      const chance = simulation ? '' : ', chance included';
      return `${without}, with them ${tellSeconds(run.overMs ?? 0)}: ${more}${chance}.`;
    }
    case 'awaited':
      return 'The same run without its faults will tell what they cost.';
    case 'given up':
      return 'The run without its faults did not come to its end.';
    case 'not possible':
      return 'There is no run without faults to compare it with.';
    default:
      return 'How much sooner it ends without the faults was not measured: add --verify.';
  }
}

export function viewResult(facts: RunFacts, isOver: boolean) {
  return html`<section class="result" aria-labelledby="result">
    <h2 id="result">Result</h2>
    <p class="verdict ${isOver ? facts.comparison.replaceAll(' ', '-') : ''}">${tellComparison(facts, isOver)}</p>
    ${
      isOver && facts.results && facts.results.length > 0
        ? html`<ol class="results" tabindex="0" aria-labelledby="result">${facts.results.map((line) => html`<li>${line}</li>`)}</ol>`
        : nothing
    }
  </section>`;
}

function tellComparison({ comparison, outcome }: RunFacts, isOver: boolean): string {
  if (!isOver) return 'Not there yet.';
  if (outcome === 'failed') return 'The job has failed: there is no output.';
  if (outcome === 'interrupted') return 'The run was interrupted: there is no output.';
  switch (comparison) {
    case 'equal':
      return '✓ Equals the sequential run, byte for byte.';
    case 'different':
      return '✗ Differs from the sequential run.';
    case 'awaited':
      return 'Is being compared with the sequential run …';
    case 'given up':
      return 'The comparison did not come to its end.';
    default:
      return 'Not compared with the sequential run: add --verify.';
  }
}
