/** Bad weather, all at once, with many seeds: what holds whatever happens. */
import { expect, test } from 'vitest';
import { type Client, dial } from '../../src/rpc/index.ts';
import type { Message, SimEvent } from '../../src/sim/events.ts';
import { drawSpaceTime } from '../../src/sim/space-time.ts';
import { createCountingWorld } from './counting.ts';

const faults = `
  partition client | server at 60
  heal at 90
  cut request 9
  disconnect other at 150
  reconnect other at 180
  crash server on reply 14
  restart server at 260`;
const bad = { lossRate: 0.1, duplicateRate: 0.2, reorderRate: 0.2 };

async function weather(seed: number) {
  const { world } = createCountingWorld({
    seed,
    faults,
    request: bad,
    reply: bad,
    unreachableMs: 20,
  });
  const clients = [world.client, world.addNode('other')];
  const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const keepCalling = async () => {
    let client: Client | undefined;
    for (let i = 0; i < 12; i++) {
      client ??= await dial('sim:server').catch(() => undefined);
      const call = client?.go('Counting.Increment', {}, { deadlineMs: 40 });
      if ((await call?.done)?.error?.name === 'ConnectionLostError') client = undefined;
      await pass(10);
    }
  };
  await world.run(async () => {
    await Promise.all(clients.map((node) => node.run(keepCalling)));
    await pass(5000);
  });
  return world.events;
}

const seeds = Array.from({ length: 25 }, (_, i) => i);

/** The invariants of an event log, by name; each returns what breaks it. */
const invariants: Record<string, (events: readonly SimEvent[]) => unknown[]> = {
  'every copy of every message ends once: delivered or lost'(events) {
    const copies = new Map<Message, number>();
    for (const event of events) {
      if (event.type === 'sent') copies.set(event.message, 1);
      if (event.type === 'doubled') copies.set(event.message, 2);
      if (event.type === 'delivered' || event.type === 'lost') {
        copies.set(event.message, (copies.get(event.message) ?? 0) - 1);
      }
    }
    return [...copies].filter(([, left]) => left !== 0);
  },
  'a node that is down neither sends nor receives'(events) {
    let isDown = false;
    return events.filter((event) => {
      if (event.type === 'crashed') isDown = true;
      if (event.type === 'restarted') isDown = false;
      const isSent = event.type === 'sent' && event.message.from === 'server';
      const isReceived = event.type === 'delivered' && event.message.to === 'server';
      return isDown && (isSent || isReceived);
    });
  },
  'nothing crosses a partition'(events) {
    let isDivided = false;
    return events.filter((event) => {
      if (event.type === 'partitioned') isDivided = true;
      if (event.type === 'healed') isDivided = false;
      if (event.type !== 'delivered' || !isDivided) return false;
      return event.message.from === 'client' || event.message.to === 'client';
    });
  },
  'time never runs backwards'(events) {
    return events.filter(({ atMs }, i) => i > 0 && atMs < (events[i - 1]?.atMs ?? 0));
  },
  'the diagram has 80 columns and a mark for every end'(events) {
    const drawing = drawSpaceTime(events);
    const wide = drawing.split('\n').filter((line) => line.length > 80);
    const count = (type: SimEvent['type']) =>
      events.filter((event) => event.type === type).length;
    const heads = drawing.match(/[▶◀]/g)?.length ?? 0;
    const crosses = drawing.match(/×/g)?.length ?? 0;
    const isComplete = heads === count('delivered') && crosses === count('lost');
    return isComplete ? wide : [...wide, `${heads} heads, ${crosses} crosses`];
  },
};

test.each(Object.entries(invariants))('%s', async (_name, findBreaches) => {
  for (const seed of seeds) {
    const events = await weather(seed);
    const breaches = findBreaches(events);
    expect(breaches, `seed ${seed}:\n${drawSpaceTime(events)}`).toEqual([]);
  }
});
