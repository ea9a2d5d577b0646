/**
 * Where the page gets its run from: out of its own document, or from the server that it came
 * from, with the token that stood in its address.
 */
import type { PageEntry, RunFacts, RunRecord } from '../run-record.ts';

/** The run inside this document; undefined: there is none, so it is live. */
export function readEmbeddedRun(): RunRecord | undefined {
  const text = document.getElementById('record')?.textContent;
  return text ? JSON.parse(text) : undefined;
}

/**
 * The token out of the address, where it then stands no more: a projector shows addresses.
 * It outlives a reload, in this tab alone.
 */
export function takeToken(): string {
  const token = location.hash.slice(1) || sessionStorage.getItem('token') || '';
  sessionStorage.setItem('token', token);
  if (location.hash) history.replaceState(null, '', location.pathname);
  return token;
}

export interface Listener {
  onFacts(facts: RunFacts): void;
  onEntries(nowMs: number, entries: readonly PageEntry[]): void;
  /** 'ended': the server has said good-bye; 'lost': it is not heard any more. */
  onState(state: 'connected' | 'ended' | 'lost'): void;
}

/** Reads the events of the run until its server says that there are no more. */
export function listen(token: string, listener: Listener): void {
  const source = new EventSource(`/events?token=${encodeURIComponent(token)}`);
  const hear = (name: string, tell: (data: never) => void) =>
    source.addEventListener(name, ({ data }) => tell(JSON.parse(data) as never));
  hear('facts', (facts: RunFacts) => listener.onFacts(facts));
  hear('entries', (batch: { nowMs: number; entries: PageEntry[] }) =>
    listener.onEntries(batch.nowMs, batch.entries),
  );
  source.addEventListener('end', () => {
    source.close();
    listener.onState('ended');
  });
  source.addEventListener('open', () => listener.onState('connected'));
  source.addEventListener('error', () => listener.onState('lost'));
}

/** Resolves with why it was not done, or undefined. */
export async function injectFault(
  token: string,
  worker: number,
  fault: 'kill' | 'slow',
): Promise<string | undefined> {
  const headers = { authorization: `Bearer ${token}` };
  try {
    const reply = await fetch(`/workers/${worker}/${fault}`, { method: 'POST', headers });
    return reply.ok ? undefined : (await reply.text()).trim();
  } catch {
    return 'the master does not answer';
  }
}
