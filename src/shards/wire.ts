/**
 * What crosses between the router and a shard process: args and replies of its RPC methods.
 * Types only.
 *
 *     Shard.Open       first of all: load the user's module
 *     Shard.Apply      many messages in one frame, in order
 *     Shard.Query      the state of one machine, after all messages that were sent before
 *     Shard.Take       the same for a machine that moves
 *     Shard.Close      nothing more will come: end
 */

/** Given to a shard process at its start, as JSON in its first argument. */
export interface ShardConfig {
  readonly shard: number;
  readonly poolPid: number;
  /** The pool's folder, with the modules; gone when the pool is. */
  readonly folder: string;
  readonly watchdog: string;
}

export interface OpenArgs {
  /** The bundled module, and the file that it was made from. */
  readonly module: string;
  readonly file: string;
  /** A machine's state is sent to the router after so many of its messages; 0: never. */
  readonly snapshotEvery: number;
}

export interface OpenReply {
  readonly pid: number;
  readonly canRestore: boolean;
}

/**
 * One step of a shard: the `seq`th message for a machine; a machine as it was after message
 * `seq`, null where it is new; or a machine that now lives elsewhere.
 */
export type WireItem =
  | readonly ['message', id: string, seq: number, message: unknown]
  | readonly ['install', id: string, seq: number, state: { state: unknown } | null]
  | readonly ['drop', id: string];

/**
 * Numbers what a shard is given over one connection, `Open` being 0, so that it is done in that
 * order even where requests overtake each other.
 */
interface InOrder {
  readonly order: number;
}

export interface ApplyArgs extends InOrder {
  /** WireItems as JSON text: encoded once, when they were sent, and never again. */
  readonly items: Uint8Array;
}

/** The class threw at this message. */
export interface MessageFailure {
  readonly id: string;
  readonly seq: number;
  readonly why: string;
}

export interface Snapshot {
  readonly id: string;
  /** Of the last message that is in it. */
  readonly seq: number;
  /** JSON text. */
  readonly state: string;
}

/** All items have been applied, or were before. */
export interface ApplyReply {
  readonly failures: readonly MessageFailure[];
  readonly snapshots: readonly Snapshot[];
}

export interface QueryArgs extends InOrder {
  readonly id: string;
}

export type QueryReply =
  | { readonly outcome: 'answered'; readonly state: unknown }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'failed'; readonly why: string };

export type TakeReply =
  /** Undefined: the class cannot be restored from a state. */
  | { readonly outcome: 'taken'; readonly seq: number; readonly state?: string }
  | { readonly outcome: 'failed'; readonly why: string };
