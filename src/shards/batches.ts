/**
 * What waits for a shard becomes batches and questions, in order: many messages in one frame,
 * and only so many frames that the shard always has the next one when it has done one.
 */
import type { Decision } from './events.ts';
import type { BatchItem, Item, RouterState, ShardQueue } from './router-state.ts';

/** Hands over as much as the shards may have. */
export function handOver(state: RouterState): Decision[] {
  const decisions: Decision[] = [];
  for (const shard of state.shards.values()) {
    if (shard.isReady) decisions.push(...fill(state, shard));
  }
  return decisions;
}

function* fill(state: RouterState, shard: ShardQueue): Generator<Decision> {
  for (let next = first(shard); next; next = first(shard)) {
    if (next.type === 'query') {
      shift(shard);
      shard.queries--;
      const { query, machine } = next;
      yield { type: 'ask', shard: shard.shard, query, id: machine.id };
    } else if (next.type === 'take') {
      shift(shard);
      if (next.machine.move) next.machine.move.isAsked = true;
      yield { type: 'take', shard: shard.shard, id: next.machine.id };
    } else {
      if (shard.inFlight.length >= state.options.maxInFlight) return;
      const batch = takeBatch(state, shard);
      shard.inFlight.push(batch);
      yield { type: 'apply', shard: shard.shard, batch };
    }
  }
}

/** As many messages as fit; at least one. */
function takeBatch(
  { options: { maxBatch, maxBatchLength } }: RouterState,
  shard: ShardQueue,
): BatchItem[] {
  const batch: BatchItem[] = [];
  let length = 0;
  for (let next = first(shard); next; next = first(shard)) {
    if (next.type === 'query' || next.type === 'take') break;
    if (batch.length >= maxBatch || (length >= maxBatchLength && batch.length > 0)) break;
    shift(shard);
    batch.push(next);
    if (next.type === 'message') {
      next.machine.sentSeq = Math.max(next.machine.sentSeq, next.seq);
      length += next.text.length;
    } else if (next.type === 'install') length += next.state?.length ?? 0;
  }
  return batch;
}

function first({ replay, queue }: ShardQueue): Item | undefined {
  return replay.first ?? queue.first;
}

function shift({ replay, queue }: ShardQueue): void {
  if (replay.length > 0) replay.shift();
  else queue.shift();
}
