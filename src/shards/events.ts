/**
 * What a router is told, and what it decides: the one stream between the pure router and the
 * processes. The decisions that are marked as news change nothing; they are for readers.
 */
import type { ShardsError } from './errors.ts';
import type { BatchItem, Message } from './router-state.ts';
import type { MessageFailure, Snapshot } from './wire.ts';

export type RouterEvent =
  /** `text` is the message as JSON. */
  | { readonly type: 'send'; readonly id: string; readonly text: string }
  | { readonly type: 'query'; readonly id: string; readonly query: number }
  /** Time to hand over what waits: once a tick. */
  | { readonly type: 'flush' }
  | { readonly type: 'shard-ready'; readonly shard: number; readonly canRestore: boolean }
  | {
      readonly type: 'batch-applied';
      readonly shard: number;
      readonly batch: readonly BatchItem[];
      readonly failures: readonly MessageFailure[];
      readonly snapshots: readonly Snapshot[];
    }
  /** Without a state its class cannot be restored. */
  | { readonly type: 'machine-taken'; readonly id: string; readonly snapshot?: Snapshot }
  | { readonly type: 'take-failed'; readonly id: string; readonly why: string }
  | { readonly type: 'shard-lost'; readonly shard: number; readonly why: string }
  /** Another process would do no better. */
  | { readonly type: 'shard-refused'; readonly shard: number; readonly why: string }
  | { readonly type: 'resize'; readonly shards: number }
  | { readonly type: 'stop-sending' };

export type Decision =
  /** The message was taken into the queue; its sender waits for room. */
  | { readonly type: 'wait'; readonly ticket: number }
  | { readonly type: 'go-on'; readonly ticket: number }
  /** The event is as if it had never been. */
  | { readonly type: 'refuse'; readonly error: ShardsError }
  | { readonly type: 'start-shard'; readonly shard: number }
  | { readonly type: 'stop-shard'; readonly shard: number }
  | {
      readonly type: 'apply';
      readonly shard: number;
      readonly batch: readonly BatchItem[];
    }
  | {
      readonly type: 'ask';
      readonly shard: number;
      readonly query: number;
      readonly id: string;
    }
  | { readonly type: 'take'; readonly shard: number; readonly id: string }
  /** All messages that were sent have been applied, and no machine moves. */
  | { readonly type: 'idle' }
  | {
      readonly type: 'resized';
      readonly shards: number;
      readonly moved: number;
      readonly error?: ShardsError;
    }
  /** Nothing can be sent or asked any more. */
  | { readonly type: 'give-up'; readonly why: string }
  | News;

export type News =
  | {
      readonly type: 'message-failed';
      readonly shard: number;
      readonly message: Message;
      readonly why: string;
    }
  | { readonly type: 'lost'; readonly shard: number; readonly why: string }
  /** A process has the machines of the one before it. */
  | {
      readonly type: 'rebuild';
      readonly shard: number;
      readonly machines: number;
      /** Messages of the log that are applied once more. */
      readonly messages: number;
    }
  /** Without a log these messages are gone, and with them the machine's state. */
  | {
      readonly type: 'messages-lost';
      readonly shard: number;
      readonly machines: readonly LostMachine[];
    }
  | {
      readonly type: 'moved';
      readonly id: string;
      readonly from: number;
      readonly to: number;
    };

export interface LostMachine {
  readonly id: string;
  readonly messages: number;
}
