/**
 * The controls at the foot of the page, and the buttons beside each lane.
 */
import { html, nothing } from 'lit-html';
import { tellSeconds } from '../moments.ts';
import type { Lane } from '../run-model.ts';
import type { Speed } from '../story-clock.ts';
import type { Player } from './player.ts';

export const speeds: readonly { readonly speed: Speed; readonly name: string }[] = [
  { speed: 0.01, name: '1/100 of its speed' },
  { speed: 0.1, name: '1/10 of its speed' },
  { speed: 'story', name: 'story pace' },
  { speed: 0.5, name: 'half its speed' },
  { speed: 1, name: 'its own speed' },
  { speed: 4, name: '4 times its speed' },
];

/** What the buttons do. */
export interface Deeds {
  togglePause(): void;
  step(direction: 1 | -1): void;
  seek(atMs: number): void;
  restart(): void;
  follow(): void;
  choose(speed: Speed): void;
  switchTheme(): void;
  inject(worker: number, fault: 'kill' | 'slow'): void;
  switchBackups(): void;
}

export function viewControls(player: Player, endMs: number, deeds: Deeds) {
  const isStill = player.mode === 'paused';
  const seek = (event: Event) =>
    deeds.seek(Number((event.target as HTMLInputElement).value));
  return html`<section class="controls" aria-label="Playback">
    <button class="pause" @click=${() => deeds.togglePause()} aria-keyshortcuts="Space"
      >${isStill ? '▶ Play' : '❚❚ Pause'}</button>
    <button @click=${() => deeds.step(-1)} aria-label="Step back" aria-keyshortcuts="ArrowLeft">←</button>
    <button @click=${() => deeds.step(1)} aria-label="Step forward" aria-keyshortcuts="ArrowRight">→</button>
    <input class="scrub" type="range" min="0" max=${Math.max(endMs, 1)} step="any"
      .value=${String(player.atMs)} @input=${seek} aria-label="Moment of the run"
      aria-valuetext="${tellSeconds(player.atMs)} of ${tellSeconds(endMs)}">
    <span class="clock">${tellSeconds(player.atMs)} of ${tellSeconds(endMs)}</span>
    ${viewSpeeds(player, deeds)}
    <button @click=${() => deeds.restart()} aria-keyshortcuts="r">↺ Again</button>
    ${
      player.canFollow
        ? html`<button class="live" @click=${() => deeds.follow()} aria-pressed=${player.mode === 'following'}
            aria-keyshortcuts="l">● Live</button>`
        : nothing
    }
    <button @click=${() => deeds.switchTheme()} aria-label="Light or dark" aria-keyshortcuts="t">◐</button>
  </section>`;
}

function viewSpeeds(player: Player, deeds: Deeds) {
  const choose = (event: Event) =>
    deeds.choose(
      speeds[(event.target as HTMLSelectElement).selectedIndex]?.speed ?? 'story',
    );
  return html`<select aria-label="Speed" @change=${choose}>
    ${speeds.map(({ speed, name }) => html`<option .selected=${speed === player.speed}>${name}</option>`)}
  </select>`;
}

/** A worker's name, its state, and what can be done to it: nothing before it has registered. */
export function viewLaneLabel(lane: Lane, canInject: boolean, deeds: Deeds) {
  const { worker, state, isSlowed } = lane;
  const text = isSlowed && state !== 'lost' ? 'slow' : state;
  const isThere = state === 'idle' || state === 'busy';
  return html`<li class=${state}>
    <span class="name">${lane.name}</span>
    ${
      canInject && isThere
        ? html`<button @click=${() => deeds.inject(worker, 'kill')} aria-label="Kill worker ${worker}">kill</button>
          <button @click=${() => deeds.inject(worker, 'slow')} aria-label="Slow down worker ${worker}"
            ?disabled=${isSlowed}>slow</button>`
        : html`<span class="state">${text}</span>`
    }
  </li>`;
}
