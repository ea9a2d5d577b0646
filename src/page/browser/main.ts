/**
 * The page's script: a run comes in, and each frame shows the moment that is looked at.
 */
import { html, nothing, render } from 'lit-html';
import { chooseAnnouncement, chooseHeadline } from '../headline.ts';
import type { SimulationSettings } from '../simulation.ts';
import { type Deeds, speeds, viewControls, viewLaneLabel } from './controls.ts';
import { listenToKeys } from './keys.ts';
import { viewLanes } from './lanes.ts';
import { viewLegend } from './legend.ts';
import { viewCost, viewDecisions, viewGrid, viewResult } from './panels.ts';
import { Player } from './player.ts';
import { layOut } from './scale.ts';
import { viewSettings } from './settings.ts';
import { type Answer, Simulator } from './simulator.ts';
import { injectFault, listen, readEmbedded, takeToken, tellWaiting } from './source.ts';
import { switchTheme } from './theme.ts';

const root = document.getElementById('page') as HTMLElement;
const embedded = readEmbedded();
const token = embedded ? '' : takeToken();
const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
let player = embedded && new Player(embedded, isStill ? 'paused' : 'playing');
let connection: 'connected' | 'ended' | 'lost' | 'replay' = embedded ? 'replay' : 'lost';
/** Said once, to whoever pressed something that could not be done. */
let complaint = '';
const simulator = new Simulator(token, () => player as Player);
let lastAt = performance.now();
let width = 600;

const deeds: Deeds & { change(direction: 1 | -1): void } = {
  togglePause: () => player?.togglePause(performance.now()),
  step: (direction) => player?.step(direction, performance.now()),
  seek: (atMs) => player?.seek(Math.min(atMs, player.endMs(performance.now()))),
  restart: () => player?.restart(),
  follow: () => player?.canFollow && player.follow(),
  choose: (speed) => {
    if (player) player.speed = speed;
  },
  change: (direction) => {
    const now = speeds.findIndex(({ speed }) => speed === player?.speed);
    const next = speeds[now + direction];
    if (player && next) player.speed = next.speed;
  },
  switchTheme,
  switchBackups: () => {
    const settings = player && simulator.settings;
    if (settings && canSimulate())
      void adopt(simulator.change({ ...settings, hasBackups: !settings.hasBackups }));
  },
  inject: async (worker, fault) => {
    if (player?.facts.simulation)
      return canInject() ? adopt(simulator.fork(worker, fault)) : undefined;
    complaint = (canInject() && (await injectFault(token, worker, fault))) || '';
  },
};

/**
 * From this machine, while it goes on, and nobody looks at what has been. What is simulated may
 * go on otherwise from any moment.
 */
function canInject(): boolean {
  if (player?.facts.simulation) return canSimulate() && !player.model.overMs;
  return connection === 'connected' && player?.mode === 'following' && token !== '';
}

function canSimulate(): boolean {
  return connection === 'connected' && token !== '';
}

/** Looks at another run of what is simulated, if there is one. */
async function adopt(answer: Promise<Answer>): Promise<void> {
  const run = await answer;
  if (run === undefined) return;
  complaint = typeof run === 'string' ? run : '';
  if (typeof run !== 'string') player = run;
}

if (!embedded) {
  listen(token, {
    onFacts(facts) {
      // Who opens the page when all is over is told it from the beginning.
      player ??= new Player(
        { facts, entries: [] },
        facts.outcome ? 'playing' : 'following',
      );
      // A reader that comes again is told of the first run again.
      if (!player.facts.simulation) player.facts = facts;
    },
    onEntries: (nowMs, entries) => player?.hear(nowMs, entries, performance.now()),
    onState(state) {
      connection = state;
    },
  });
}

function draw(at: number): void {
  const passedMs = at - lastAt;
  lastAt = at;
  if (player) {
    player.tick(passedMs, at);
    render(viewPage(player, player.endMs(at)), root);
    width = root.querySelector('.lanes')?.clientWidth ?? width;
  } else {
    render(
      html`<main class="waiting"><h1>${tellWaiting(token, 'run')}</h1></main>`,
      root,
    );
  }
  requestAnimationFrame(draw);
}

function viewPage(player: Player, endMs: number) {
  const { facts, model: run, atMs } = player;
  const isOver =
    atMs >= endMs && (run.overMs !== undefined || facts.outcome !== undefined);
  const { stage, text, tone, since } = chooseHeadline(run, isOver ? facts : undefined);
  const scale = layOut(width, run.lanes.size, endMs, !player.canFollow);
  const lanes = [...run.lanes.values()].sort((a, b) => a.worker - b.worker);
  return html`<header>
      <p class="about">${stage ? 'Seed' : `${facts.job}, seed`} ${facts.seed}. ${facts.faults.map((fault) => html`<span>${fault}.</span> `)}
        <span class="connection">${tellConnection()}</span></p>
      <h1 class="${tone} ${stage ? 'staged-headline' : ''}">${stage ? html`<span class="headline-stage">${stage}</span> ` : nothing}<span>${text}</span></h1>
      <p class="since">${since}</p>
      <p class="unseen" role="status">${chooseAnnouncement(run.moments)}</p>
      ${complaint ? html`<p class="complaint" role="alert">${complaint}</p>` : nothing}
    </header>
    <main class=${facts.simulation ? 'simulated' : nothing}>
      <section class="run" tabindex="0" aria-label="Workers and attempts">
        <ul class="labels rows-${scale.laneHeight} ${stage ? 'staged-labels' : ''}">${lanes.map((lane) => viewLaneLabel(lane, canInject(), deeds))}</ul>
        <div class="lanes">${viewLanes(run, atMs, scale)}</div>
      </section>
      ${viewLegend()}
      ${viewGrid(run)}
      ${viewCost(run, facts, atMs)}
      <aside>${viewDecisions(run)}
        ${facts.simulation ? viewSimulation(player) : viewResult(facts, isOver)}</aside>
    </main>
    ${viewControls(player, endMs, deeds)}`;
}

function viewSimulation({ facts, timeline }: Player) {
  const settings = simulator.settings as SimulationSettings;
  const change = (wanted: SimulationSettings) => void adopt(simulator.change(wanted));
  return viewSettings(
    facts,
    settings,
    timeline.endMs,
    canSimulate() ? change : undefined,
  );
}

function tellConnection(): string {
  if (player?.facts.simulation) return tellSimulation();
  if (connection === 'replay') return 'A replay of a run that is over.';
  if (connection === 'ended') return 'The run has ended, and its master is gone.';
  if (connection === 'lost') return 'The master is not heard any more.';
  return player?.canFollow ? 'Live.' : 'The run has ended.';
}

function tellSimulation(): string {
  if (connection === 'connected')
    return 'Nothing runs but the scheduler, in virtual time.';
  if (connection === 'replay') return 'A replay.';
  return 'The command that simulates has ended.';
}

listenToKeys(deeds);
requestAnimationFrame(draw);
