/**
 * The page's script for Cristian's algorithm: three sliders choose a recorded run, and the
 * exchange, its error and the error's bound are drawn as they were in it.
 */
import { html, nothing, render } from 'lit-html';
import {
  asymmetryOf,
  type CristianRecord,
  type Exchange,
  findNearest,
  tellExchange,
  tellMs,
  tellSigned,
} from '../cristian.ts';
import { viewErrorLine, viewErrorPlot } from './cristian-error.ts';
import { viewExchange } from './cristian-exchange.ts';
import { listen, readEmbedded, takeToken, tellWaiting } from './source.ts';
import { switchTheme } from './theme.ts';

const root = document.getElementById('page') as HTMLElement;
let record = readEmbedded<CristianRecord>();
const isLive = record === undefined;
/** Positions of the sliders. */
const chosen = { asymmetry: 0, roundTrip: 0, think: 0 };

if (record) begin(record);
else {
  const token = takeToken();
  render(html`<main class="waiting"><h1>${tellWaiting(token, 'runs')}</h1></main>`, root);
  // Until it is known: what lacks its token is not served.
  if (token !== '')
    listen<CristianRecord, never>(token, {
      onFacts: (facts) => record ?? begin(facts),
      onEntries() {},
      onState() {},
    });
}

function begin(told: CristianRecord): void {
  record = told;
  const { first, roundTripsMs, thinkingMs } = told;
  chosen.roundTrip = roundTripsMs.indexOf(first.roundTripMs);
  chosen.think = thinkingMs.indexOf(first.thinkMs);
  chosen.asymmetry = findNearest(findRow(told), first.asymmetryMs);
  render(nothing, root);
  draw();
  root.querySelector<HTMLElement>('#asymmetry')?.focus();
  addEventListener('resize', draw);
  document.addEventListener('keydown', ({ key, ctrlKey, metaKey, altKey }) => {
    if (key === 't' && !ctrlKey && !metaKey && !altKey) switchTheme();
  });
}

/** The runs of a round trip and a thinking time. */
function findRow({ rows, thinkingMs }: CristianRecord) {
  return rows[
    chosen.roundTrip * thinkingMs.length + chosen.think
  ] as CristianRecord['rows'][0];
}

function draw(): void {
  if (!record) return;
  const row = findRow(record);
  const exchange = row.exchanges[chosen.asymmetry] as Exchange;
  // Where nothing takes any time there still is a line.
  const mostMs = Math.max(Math.max(...record.roundTripsMs) / 2 - record.leastMs, 1);
  const tone = exchange.errorMs === 0 ? 'good' : 'plain';
  const look = {
    width: Math.min(root.clientWidth - 24, 620),
    half: Math.min(root.clientWidth - 24, 560),
  };
  render(
    html`<header>
        <p class="about">${tellAbout(record)}</p>
        <h1 class=${tone}>${tellExchange(exchange)}</h1>
        <p class="unseen" role="status">${tellExchange(exchange)}</p>
      </header>
      <main class="cristian">
        <section class="exchange" aria-label="The exchange">${viewExchange(exchange, row.thinkMs, look.width)}
          <p class="assumption">Dashed: what the client assumes, both ways the same.</p></section>
        <section class="error" aria-labelledby="error">
          <h2 id="error">Error of the client's clock</h2>
          <p class="number">${tellSigned(exchange.errorMs)} <small>of at most ±${tellMs(exchange.boundMs)} ms</small></p>
          ${viewErrorLine(exchange, mostMs, look.half)}
          <h2>Error by asymmetry</h2>
          ${viewErrorPlot(row, exchange, mostMs, look.half)}
        </section>
      </main>
      ${viewSliders(record, exchange)}`,
    root,
  );
}

function tellAbout({ offsetMs, leastMs }: CristianRecord): string {
  const where = isLive ? 'Simulated' : 'A replay of simulated runs';
  const least = leastMs > 0 ? ` No message takes less than ${tellMs(leastMs)} ms.` : '';
  const order = offsetMs < 0 ? 'behind' : 'ahead of';
  return `${where}: the lecture's server and one client. The server's clock is ${tellMs(Math.abs(offsetMs))} ms ${order} the client's.${least}`;
}

function viewSliders(record: CristianRecord, exchange: Exchange) {
  const { roundTripsMs, thinkingMs } = record;
  const { exchanges, thinkMs, roundTripMs } = findRow(record);
  return html`<section class="controls sliders" aria-label="Settings">
    ${viewSlider('asymmetry', 'Asymmetry', exchanges.length, tellAsymmetry(exchange))}
    ${viewSlider('roundTrip', 'Round trip', roundTripsMs.length, `${tellMs(roundTripMs)} ms`)}
    ${viewSlider('think', 'Server thinks', thinkingMs.length, `${tellMs(thinkMs)} ms`)}
    <button @click=${switchTheme} aria-label="Light or dark" aria-keyshortcuts="t">◐</button>
  </section>`;
}

function tellAsymmetry(exchange: Exchange): string {
  const asymmetryMs = asymmetryOf(exchange);
  if (asymmetryMs === 0) return 'none';
  const slow = asymmetryMs > 0 ? 'reply' : 'request';
  return `${slow} ${tellMs(Math.abs(asymmetryMs))} ms longer`;
}

function viewSlider(
  name: keyof typeof chosen,
  text: string,
  count: number,
  value: string,
) {
  const move = ({ target }: Event) =>
    choose(name, Number((target as HTMLInputElement).value));
  return html`<label class=${name}>
    <span>${text} <b>${value}</b></span>
    <input id=${name} type="range" min="0" max=${count - 1} step="1" aria-label=${text}
      .value=${String(chosen[name])} @input=${move} aria-valuetext=${value}>
  </label>`;
}

/** With another round trip the asymmetry stays as it was, as far as there is one so large. */
function choose(name: keyof typeof chosen, position: number): void {
  if (!record) return;
  const before = findRow(record).exchanges[chosen.asymmetry] as Exchange;
  chosen[name] = position;
  if (name !== 'asymmetry')
    chosen.asymmetry = findNearest(findRow(record), asymmetryOf(before));
  draw();
}
