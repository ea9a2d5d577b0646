/**
 * The panel of a simulated run: what its cluster is like, and what was wished for. A change is
 * another run, which is looked at from the same moment on.
 */
import { html, nothing } from 'lit-html';
import { countOf, tellSeconds } from '../moments.ts';
import type { RunFacts } from '../run-record.ts';
import { type SimulationSettings, simulationBounds } from '../simulation.ts';

/** `change` is undefined where nobody simulates: in a replay, or when the command has ended. */
export function viewSettings(
  facts: RunFacts,
  settings: SimulationSettings,
  overMs: number,
  change: ((settings: SimulationSettings) => void) | undefined,
) {
  return html`<section class="settings" aria-labelledby="settings">
    <h2 id="settings">What if?</h2>
    ${change ? viewForm(settings, change) : html`<p>${tellSettings(settings)}</p>`}
    <p role="status">${tellLength(facts, overMs)}</p>
  </section>`;
}

const names = {
  workers: 'Workers',
  mapTasks: 'Maps',
  reduceTasks: 'Reduces',
} as const;

function viewForm(
  settings: SimulationSettings,
  change: (settings: SimulationSettings) => void,
) {
  const numbers = Object.keys(names) as (keyof typeof names)[];
  const { wishes } = settings;
  return html`<form @submit=${(event: Event) => event.preventDefault()}>
    ${numbers.map((name) => viewNumber(name, settings, change))}
    <div class="switches">
      ${viewSwitch('hasBackups', 'Backup tasks', settings, change)}
      ${viewSwitch('outputSurvives', 'Stable storage', settings, change)}
    </div>
    <div class="wishes">${
      wishes.length === 0
        ? html`<p>Kill a worker at any moment: k and its digit.</p>`
        : html`<p>${tellWishes(settings)}</p><button type="button"
            @click=${() => change({ ...settings, wishes: [] })}>Undo</button>`
    }</div>
  </form>`;
}

function viewNumber(
  name: keyof typeof names,
  settings: SimulationSettings,
  change: (settings: SimulationSettings) => void,
) {
  const [least, most] = simulationBounds[name];
  const read = ({ target }: Event) => {
    const input = target as HTMLInputElement;
    if (input.reportValidity()) change({ ...settings, [name]: Number(input.value) });
    else input.value = String(settings[name]);
  };
  return html`<label>${names[name]}
    <input type="number" required min=${least} max=${most} step="1"
      .value=${String(settings[name])} @change=${read}></label>`;
}

function viewSwitch(
  name: 'hasBackups' | 'outputSurvives',
  text: string,
  settings: SimulationSettings,
  change: (settings: SimulationSettings) => void,
) {
  const read = ({ target }: Event) =>
    change({ ...settings, [name]: (target as HTMLInputElement).checked });
  return html`<label class="switch"><input type="checkbox" .checked=${settings[name]}
    @change=${read} aria-keyshortcuts=${name === 'hasBackups' ? 'b' : nothing}>${text}</label>`;
}

function tellSettings(settings: SimulationSettings): string {
  const { workers, mapTasks, reduceTasks, hasBackups, outputSurvives } = settings;
  return [
    `${countOf(workers, 'worker')}, ${mapTasks} map and ${countOf(reduceTasks, 'reduce task')},`,
    `${hasBackups ? 'with' : 'without'} backup tasks, map output on`,
    `${outputSurvives ? 'stable storage' : "its worker's disk"}.`,
    tellWishes(settings),
  ].join(' ');
}

function tellWishes({ wishes }: SimulationSettings): string {
  const deeds = { kill: 'killed', slow: 'slowed down' };
  const shown = wishes
    .slice(-3)
    .map(
      ({ worker, fault, atMs }) =>
        `worker ${worker} ${deeds[fault]} at ${tellSeconds(atMs)}`,
    );
  const more = wishes.length - shown.length;
  if (wishes.length === 0) return '';
  return `By hand: ${more > 0 ? `${more} before, ` : ''}${shown.join(', ')}.`;
}

/** How long the whole run is, whatever moment is looked at. */
function tellLength({ outcome, baseline }: RunFacts, overMs: number): string {
  const run =
    outcome === 'failed'
      ? `The job fails at ${tellSeconds(overMs)}.`
      : `The job takes ${tellSeconds(overMs)}.`;
  if (baseline.state !== 'measured' || baseline.makespanMs === overMs) return run;
  return `${run} Without the faults: ${tellSeconds(baseline.makespanMs)}.`;
}
