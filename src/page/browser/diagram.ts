/**
 * The script of the diagram of calls: entries come in, and the page shows the latest of them,
 * unless somebody reads further up or has stopped it.
 */
import { html, nothing, render } from 'lit-html';
import { layOutCalls } from '../call-layout.ts';
import { CallModel } from '../call-model.ts';
import type { CallEntry, CallFacts, CallRecord } from '../call-record.ts';
import { describeCalls } from '../call-words.ts';
import { type DiagramDeeds, viewDiagramControls } from './diagram-controls.ts';
import { listenToDiagramKeys } from './diagram-keys.ts';
import { choosePicture, viewCallLegend, viewHeads, viewTail } from './diagram-picture.ts';
import { tellFailure, viewRows } from './diagram-rows.ts';
import { listen, readEmbedded, takeToken, tellWaiting } from './source.ts';
import { switchTheme } from './theme.ts';

/** While it stands still; who stops it for longer has missed the rest. */
const maxWaiting = 10_000;
/** From news to their picture, at most. */
const newsMs = 80;

const root = document.getElementById('page') as HTMLElement;
const embedded = readEmbedded<CallRecord>();
const token = embedded ? '' : takeToken();
let facts: CallFacts | undefined;
let model: CallModel | undefined;
let connection: 'connected' | 'ended' | 'lost' | 'file' = embedded ? 'file' : 'lost';
let isPaused = false;
/** Entries that came while it stands still. */
let waiting: CallEntry[] = [];
/** The newest row stays in sight. */
let isFollowing = !embedded;
/** What somebody has chosen, by group; else everyday calls are hidden. */
const chosen = new Map<string, boolean>();
let isDrawn = true;
let hasNews = false;
/** The one that was looked for last. */
let failure: HTMLElement | undefined;

const deeds: DiagramDeeds = {
  togglePause() {
    if (connection === 'file') return;
    isPaused = !isPaused;
    if (!isPaused) readEntries(waiting.splice(0));
    drawSoon();
  },
  follow() {
    isFollowing = true;
    drawSoon();
  },
  goToOldest() {
    isFollowing = false;
    root.querySelector('.diagram')?.scrollTo({ top: 0 });
    drawSoon();
  },
  goToFailure() {
    const all = [
      ...root.querySelectorAll<HTMLElement>('.calls > .error, .calls > .silence'),
    ];
    failure = all[(failure ? all.indexOf(failure) + 1 : 0) % all.length];
    if (!failure) return;
    isFollowing = false;
    failure.tabIndex = -1;
    failure.focus({ preventScroll: true });
    failure.scrollIntoView({ block: 'center' });
    drawSoon();
  },
  show(group, isShown) {
    chosen.set(group, isShown);
    drawSoon();
  },
  toggleQuiet() {
    const groups = listGroups().filter(({ isQuiet }) => isQuiet);
    const isShown = groups.some((group) => isHidden(group));
    for (const { name } of groups) chosen.set(name, isShown);
    drawSoon();
  },
  switchTheme,
};

function listGroups() {
  return [...(model?.groups.values() ?? [])];
}

function isHidden({ name, isQuiet }: { name: string; isQuiet: boolean }): boolean {
  return !(chosen.get(name) ?? !isQuiet);
}

function readFacts(told: CallFacts): void {
  facts = told;
  model ??= new CallModel(told);
  drawSoon();
}

function readEntries(entries: readonly CallEntry[]): void {
  if (isPaused) waiting = [...waiting, ...entries].slice(-maxWaiting);
  else for (const entry of entries) model?.read(entry);
  // Many at a time: nobody can follow more pictures a second than that.
  if (hasNews) return;
  hasNews = true;
  setTimeout(() => {
    hasNews = false;
    drawSoon();
  }, newsMs);
}

if (embedded) {
  readFacts(embedded.facts);
  readEntries(embedded.entries);
} else {
  listen<CallFacts, CallEntry>(token, {
    onFacts: readFacts,
    onEntries: (_nowMs, entries) => readEntries(entries),
    onState(state) {
      connection = state;
      drawSoon();
    },
  });
}

function drawSoon(): void {
  if (!isDrawn) return;
  isDrawn = false;
  requestAnimationFrame(draw);
}

function draw(): void {
  isDrawn = true;
  render(viewPage(), root);
  const scroller = root.querySelector('.diagram');
  if (scroller && isFollowing) scroller.scrollTop = scroller.scrollHeight;
}

/** Whoever scrolls up reads; whoever comes back to the end follows again. */
function noteScroll(event: Event): void {
  const { scrollHeight, scrollTop, clientHeight } = event.target as HTMLElement;
  const isAtEnd = scrollHeight - scrollTop - clientHeight < 12;
  if (isAtEnd === isFollowing) return;
  isFollowing = isAtEnd && connection !== 'file';
  drawSoon();
}

function viewPage() {
  if (!model || !facts)
    return html`<main class="waiting"><h1>${tellWaiting(token, 'program')}</h1></main>`;
  const groups = listGroups();
  const hidden = new Set(groups.filter(isHidden).map(({ name }) => name));
  const layout = layOutCalls(model, facts.parties, hidden);
  const picture = choosePicture(root.clientWidth, layout.parties.length);
  const { unseen, program } = facts;
  return html`<header class="calls-head">
      <h1>Remote calls of ${program}</h1>
      <p class="about"><span class="sum">${describeCalls(model)}</span>
        <span class="connection">${tellConnection(facts)}</span> ${unseen}</p>
      <p class="unseen" role="status">${tellFailure(model.rows)}</p>
    </header>
    <main class="calls-main">
      <section class="diagram" tabindex="0" aria-label="Calls, the oldest first" @scroll=${noteScroll}>
        ${viewHeads(layout.parties, picture)}
        ${viewFolded(layout.folded, model.missed)}
        ${viewRows(layout.strips, picture)}
        ${viewTail(layout.strips.at(-1)?.below ?? [], picture)}
      </section>
      ${viewCallLegend()}
    </main>
    ${viewDiagramControls(
      {
        ...{ groups, hidden, isPaused, isFollowing },
        isLive: !embedded,
        waiting: waiting.length,
        failures: model.counts.error + model.counts.silence,
      },
      deeds,
    )}`;
}

function viewFolded(folded: number, missed: number) {
  if (folded + missed === 0) return nothing;
  const parts = [
    ...(folded > 0 ? [`${folded} earlier calls are folded away`] : []),
    ...(missed > 0 ? [`${missed} requests and replies came too fast to be read`] : []),
  ];
  return html`<p class="folded">${parts.join('; ')}.</p>`;
}

function tellConnection({ isOver }: CallFacts): string {
  if (connection === 'file') return 'A recording.';
  if (connection === 'ended') return 'The program has ended.';
  if (connection === 'lost') return 'The program is not heard any more.';
  if (isOver) return 'All is over.';
  return isPaused ? 'Stands still.' : 'Live.';
}

addEventListener('resize', drawSoon);
listenToDiagramKeys(deeds);
draw();
