/**
 * What the diagram of calls knows: a request, and what became of it, as one program has seen
 * them. All texts are short, and made by whoever saw the call; nothing here knows of RPC.
 */

interface Seen {
  /** Entries are numbered from 0 on: who misses some notices it. */
  readonly number: number;
  readonly atMs: number;
  /** Which call it is about. */
  readonly call: number;
  /** The args, the reply, or what went wrong; short. */
  readonly text: string;
}

export interface RequestSeen extends Seen {
  readonly type: 'request';
  readonly from: string;
  readonly to: string;
  /** Service and method. */
  readonly method: string;
}

/** How a call ends: with a reply, with a definite error, or with nobody knowing. */
export interface EndSeen extends Seen {
  readonly type: 'reply' | 'error' | 'silence';
}

export type CallEntry = RequestSeen | EndSeen;

export interface CallFacts {
  /** `npm run mapreduce`. */
  readonly program: string;
  /** Who stands on the left, in order; all others follow as they come. */
  readonly parties: readonly string[];
  /** Methods of everyday calls: counted, and shown only to those who ask. */
  readonly quiet: readonly string[];
  /** What is not to be seen from where the calls were seen; '': nothing. */
  readonly unseen: string;
  readonly isOver: boolean;
}

/** All that was seen, or the latest of it. */
export interface CallRecord {
  readonly facts: CallFacts;
  readonly entries: readonly CallEntry[];
}
