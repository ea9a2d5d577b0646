/**
 * A small retrying client and servers that bear it well or badly: what the explorer is tried
 * on. Calls are repeated every 100 ms; a handler takes 5 ms, as if it wrote to a disk.
 */
import { dial, Server } from '../../src/rpc/index.ts';
import type { FaultModel } from '../../src/sim/fault-model.ts';
import type { Scenario } from '../../src/sim/run-schedule.ts';

export type Kind = 'right' | 'no table' | 'check then act' | 'drops copies';

interface Args {
  readonly id: string;
}

function createHandler(kind: Kind, executed: string[]) {
  const done = new Map<string, Promise<number>>();
  const work = async (id: string) => {
    executed.push(id);
    await new Promise((resolve) => setTimeout(resolve, 5));
    return executed.length;
  };
  return async ({ id }: Args): Promise<number | undefined> => {
    if (kind === 'no table') return work(id);
    const known = done.get(id);
    if (known && kind === 'drops copies') return new Promise(() => {});
    if (known) return known;
    const result = work(id);
    if (kind === 'check then act') await result;
    done.set(id, result);
    return result;
  };
}

export const someFaults: FaultModel = {
  losses: 1,
  copies: 1,
  slow: 1,
  slowMs: 250,
};

/** Every call runs exactly once, whatever the network does. */
export function createScenario(
  kind: Kind,
  clients: number,
  faults = someFaults,
): Scenario {
  return {
    name: `${clients} clients, 1 call each`,
    faults,
    world: { delayMs: 10 },
    async run(world) {
      const executed: string[] = [];
      world.addNode('server', {
        boot: async () => {
          const server = new Server();
          server.registerName('Store', { Put: createHandler(kind, executed) });
          await server.listen('sim:server');
        },
      });
      await world.run(async () => {
        const ids = Array.from({ length: clients }, (_, i) => `client ${i}`);
        await Promise.all(ids.map(putUntilAnswered));
      });
      const repeated = executed.filter((id, i) => executed.indexOf(id) !== i);
      if (repeated.length > 0) throw new Error(`${repeated[0]} ran twice`);
    },
  };
}

async function putUntilAnswered(id: string): Promise<void> {
  const client = await dial('sim:server');
  for (let isAnswered = false; !isAnswered; ) {
    isAnswered = await Promise.race([
      client.call('Store.Put', { id }).then(() => true),
      new Promise<boolean>((resolve) => setTimeout(resolve, 100, false)),
    ]);
  }
  await client.close();
}
