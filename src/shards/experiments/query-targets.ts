/**
 * Who is asked in experiment 5: a process with one queue, which stamps all that happens to a
 * query, and the pool of state machines as it is, of which only the whole is known.
 */
import type { Channel } from '../channels/channel.ts';
import type { Pool } from '../pool.ts';
import { nowUs } from './clock.ts';
import type { Parts } from './query-latency.ts';
import type { LoadMessage, QueryAnswer } from './query-latency-end.ts';
import type { WorkMessage } from './scaling-machine.ts';
import { SendingQueue } from './sending-queue.ts';

export interface QueryTarget<Answer> {
  /** A piece of work; resolves when it is done, or at least taken. */
  send(steps: number): Promise<unknown>;
  ask(): Promise<Answer>;
  /** Resolves when all that was sent is done. */
  drain(): Promise<void>;
}

/** Calls under way at once; the others wait in the sender. */
const maxUnderWay = 64;

export function targetStampedQueue(channel: Channel): QueryTarget<Parts> {
  const queue = new SendingQueue(channel, maxUnderWay);
  const query: LoadMessage = { Kind: 'query' };
  return {
    send: (Steps) => queue.call({ Kind: 'message', Steps } satisfies LoadMessage),
    async ask() {
      const askedUs = nowUs();
      let sentUs = askedUs;
      const answer = await queue.call(query, () => {
        sentUs = nowUs();
      });
      const { ArrivedUs, BegunUs, DoneUs } = answer as QueryAnswer;
      return {
        'queue in the sender': sentUs - askedUs,
        wire: ArrivedUs - sentUs,
        'queue in the receiver': BegunUs - ArrivedUs,
        work: DoneUs - BegunUs,
        back: nowUs() - DoneUs,
      };
    },
    drain: async () => void (await queue.call(query)),
  };
}

/** The machine is made here, so that the first query does not find it missing. */
export async function targetPool(pool: Pool): Promise<QueryTarget<number>> {
  const id = 'machine';
  const send = (Steps: number) => pool.send(id, { Steps } satisfies WorkMessage);
  await send(0);
  return {
    send,
    async ask() {
      const askedUs = nowUs();
      await pool.query(id);
      return nowUs() - askedUs;
    },
    drain: () => pool.drain(),
  };
}
