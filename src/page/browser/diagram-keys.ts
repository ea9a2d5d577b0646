/**
 * The diagram of calls by keyboard. Within the list the arrow keys scroll, as everywhere.
 */
import type { DiagramDeeds } from './diagram-controls.ts';

/** Where keys mean something already. */
const pressed = 'button, summary, input';

export function listenToDiagramKeys(deeds: DiagramDeeds): void {
  const keys: Record<string, () => void> = {
    ' ': () => deeds.togglePause(),
    Home: () => deeds.goToOldest(),
    End: () => deeds.follow(),
    f: () => deeds.goToFailure(),
    h: () => deeds.toggleQuiet(),
    t: () => deeds.switchTheme(),
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key, target } = event;
    const isOnButton = target instanceof Element && target.matches(pressed);
    if (isOnButton && key === ' ') return;
    const press = keys[key];
    if (!press) return;
    press();
    event.preventDefault();
  });
}
