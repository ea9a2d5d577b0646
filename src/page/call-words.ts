/**
 * The rows of the diagram in words: for who reads them beside the arrows, and for who hears
 * them instead.
 */
import type { CallModel, Row } from './call-model.ts';
import { countOf } from './moments.ts';

export interface RowWords {
  /** Who does what to whom. */
  readonly who: string;
  /** The method, or what has come of it; both ends of a call have its number. */
  readonly what: string;
  readonly text: string;
}

export function describeRow({ call, entry }: Row): RowWords {
  const { from, to, method } = call.request;
  const { text } = entry;
  const number = `#${entry.call + 1}`;
  if (entry.type === 'request')
    return { who: `${from} calls ${to}:`, what: `${method} ${number}`, text };
  const took = formatTook(entry.atMs - call.request.atMs);
  const name = `${nameMethod(method)} ${number}`;
  switch (entry.type) {
    case 'reply':
      return { who: `${to} replies to ${from}:`, what: `${name} took ${took}`, text };
    case 'error':
      return {
        who: `${to} answers ${from} with an error:`,
        what: `${name} failed after ${took}`,
        text,
      };
    default:
      return {
        who: `${from} gets no reply from ${to}:`,
        what: `${name}: no reply after ${took}, it may have run`,
        text,
      };
  }
}

/** Without its service. */
export function nameMethod(serviceMethod: string): string {
  return serviceMethod.slice(serviceMethod.lastIndexOf('.') + 1) || serviceMethod;
}

/** Calls are short: `0.3 ms`, `34 ms`, `1.24 s`. */
export function formatTook(ms: number): string {
  if (ms < 0.1) return 'under 0.1 ms';
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  return ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

/** The sentence above the diagram. */
export function describeCalls({ counts, open }: CallModel): string {
  const { request, reply, error, silence } = counts;
  if (request === 0) return 'No call yet.';
  const parts = [
    `${reply} answered`,
    ...(error > 0 ? [`${error} failed`] : []),
    ...(silence > 0 ? [`${silence} without a reply`] : []),
    ...(open.size > 0 ? [`${open.size} under way`] : []),
  ];
  return `${countOf(request, 'call')}: ${parts.join(', ')}.`;
}
