/**
 * The page by keyboard: each control has a key, and a worker is named by its digit.
 */
import type { Deeds } from './controls.ts';

/** Where keys mean something already. */
const typed = 'input:not([type="checkbox"]), select, textarea';
const pressed = 'button, summary, input, select, textarea';

/** Listens to the whole page. `faster` and `slower` go through the speeds. */
export function listenToKeys(deeds: Deeds & { change(direction: 1 | -1): void }): void {
  let fault: 'kill' | 'slow' | undefined;
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key, target } = event;
    const isIn = (what: string) => target instanceof Element && target.matches(what);
    if (isIn(typed) || (isIn(pressed) && (key === ' ' || key === 'Enter'))) return;
    const wanted = fault;
    fault = undefined;
    if (wanted && /^[1-9]$/.test(key)) deeds.inject(Number(key), wanted);
    else if (key === 'k') fault = 'kill';
    else if (key === 's') fault = 'slow';
    else if (!press(key, deeds)) return;
    event.preventDefault();
  });
}

function press(key: string, deeds: Deeds & { change(direction: 1 | -1): void }): boolean {
  const keys: Record<string, () => void> = {
    ' ': () => deeds.togglePause(),
    ArrowLeft: () => deeds.step(-1),
    ArrowRight: () => deeds.step(1),
    Home: () => deeds.seek(0),
    End: () => deeds.seek(Infinity),
    '+': () => deeds.change(1),
    '-': () => deeds.change(-1),
    r: () => deeds.restart(),
    l: () => deeds.follow(),
    t: () => deeds.switchTheme(),
    b: () => deeds.switchBackups(),
  };
  keys[key]?.();
  return key in keys;
}
