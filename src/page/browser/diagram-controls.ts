/**
 * The controls at the foot of the diagram of calls: stop, go on, and which methods are shown.
 */
import { html, nothing } from 'lit-html';
import type { Group } from '../call-model.ts';
import { nameMethod } from '../call-words.ts';

/** What the buttons do. */
export interface DiagramDeeds {
  togglePause(): void;
  /** To the newest row, and on with it. */
  follow(): void;
  goToOldest(): void;
  /** To the next call that failed or got no reply, and from the last one to the first. */
  goToFailure(): void;
  show(group: string, isShown: boolean): void;
  toggleQuiet(): void;
  switchTheme(): void;
}

export interface DiagramState {
  readonly groups: readonly Group[];
  readonly hidden: ReadonlySet<string>;
  readonly isPaused: boolean;
  readonly isFollowing: boolean;
  readonly isLive: boolean;
  /** Entries that came while it stands still. */
  readonly waiting: number;
  /** Calls that have failed or got no reply. */
  readonly failures: number;
}

export function viewDiagramControls(state: DiagramState, deeds: DiagramDeeds) {
  const { groups, hidden, isPaused, isFollowing, isLive } = state;
  const { waiting, failures } = state;
  const pause = html`<button class="pause" @click=${() => deeds.togglePause()} aria-keyshortcuts="Space"
    >${isPaused ? `▶ Go on${waiting > 0 ? ` (${waiting} new)` : ''}` : '❚❚ Pause'}</button>`;
  const newest = html`<button class="newest" @click=${() => deeds.follow()} aria-pressed=${isFollowing}
    aria-keyshortcuts="End">↓ Newest</button>`;
  return html`<section class="controls" aria-label="Controls">
    ${isLive ? [pause, newest] : nothing}
    <button @click=${() => deeds.goToFailure()} ?disabled=${failures === 0} aria-keyshortcuts="f">✗ Next failure</button>
    <fieldset class="methods"><legend>Methods</legend>${groups.map((group) =>
      viewGroup(group, !hidden.has(group.name), deeds),
    )}</fieldset>
    <button @click=${() => deeds.switchTheme()} aria-label="Light or dark" aria-keyshortcuts="t">◐</button>
  </section>`;
}

function viewGroup(group: Group, isShown: boolean, deeds: DiagramDeeds) {
  const { name, calls, isQuiet } = group;
  const choose = (event: Event) =>
    deeds.show(name, (event.target as HTMLInputElement).checked);
  return html`<label title=${name}><input type="checkbox" .checked=${isShown} @change=${choose}
    aria-keyshortcuts=${isQuiet ? 'h' : nothing}>${nameMethod(name)} <b>${calls}</b></label>`;
}
