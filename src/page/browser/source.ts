/**
 * Where the page gets its run from: out of its own document, or from the server that it came
 * from, with the token that stood in its address.
 */
import type { PageEntry, RunFacts, RunRecord } from '../run-record.ts';

/** The record inside this document; undefined: there is none, so it is live. */
export function readEmbedded<Embedded = RunRecord>(): Embedded | undefined {
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

/** What stands on a page that has nothing to show yet; `what` is what it waits for. */
export function tellWaiting(token: string, what: string): string {
  return token === ''
    ? 'This address lacks its token: open the whole address that the command printed.'
    : `Waiting for the ${what} …`;
}

export interface Listener<Facts, Entry> {
  onFacts(facts: Facts): void;
  onEntries(nowMs: number, entries: readonly Entry[]): void;
  /** 'ended': the server has said good-bye; 'lost': it is not heard any more. */
  onState(state: 'connected' | 'ended' | 'lost'): void;
}

/** Reads what happens until the server says that there is no more. */
export function listen<Facts = RunFacts, Entry = PageEntry>(
  token: string,
  listener: Listener<Facts, Entry>,
): void {
  const source = new EventSource(`/events?token=${encodeURIComponent(token)}`);
  const hear = (name: string, tell: (data: never) => void) =>
    source.addEventListener(name, ({ data }) => tell(JSON.parse(data) as never));
  hear('facts', (facts: Facts) => listener.onFacts(facts));
  hear('entries', (batch: { nowMs: number; entries: Entry[] }) =>
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
