/** A service that is not idempotent, on a node of its own: what faults are shown on. */
import { Server } from '../../src/rpc/index.ts';
import { World, type WorldOptions } from '../../src/sim/world.ts';

export class Counting {
  total: number;
  readonly #save: (total: number) => void;

  constructor(total = 0, save: (total: number) => void = () => {}) {
    this.total = total;
    this.#save = save;
  }

  Increment(): number {
    this.#save(++this.total);
    return this.total;
  }

  Echo(args: unknown): unknown {
    return args;
  }
}

/** A world whose node `server` counts; `counting` is what its latest life holds. */
export function createCountingWorld(options: WorldOptions = {}) {
  const world = new World({ delayMs: 5, ...options });
  const state = { world, counting: new Counting() };
  world.addNode('server', {
    boot: async () => {
      state.counting = new Counting();
      await serve('sim:server', state.counting);
    },
  });
  return state;
}

export async function serve(address: string, receiver: object): Promise<Server> {
  const server = new Server();
  server.register(receiver);
  await server.listen(address);
  return server;
}
