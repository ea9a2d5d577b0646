/**
 * The worlds in which a student's client is run: servers that run tasks, connections that are
 * counted, and what may never happen in any of them.
 */
import { type Scenario, surprise } from '../../../src/grading/scenarios.ts';
import { connect } from '../../../src/lecture/async-rpc.ts';
import { Server } from '../../../src/rpc/index.ts';
import type { Weather } from '../../../src/sim/conditions.ts';
import type { World } from '../../../src/sim/world.ts';
import { type Client, type Observed, type Subject, start, type Way } from './ways.ts';

/** What a task asks of the server. */
export interface TaskArgs {
  readonly Index: number;
  readonly TakesMs?: number;
  readonly Fails?: string;
}

export interface SceneOptions extends Weather {
  readonly faults?: string;
  readonly seed?: number;
  readonly mistake?: string;
  /** Servers by name, each with what its tasks take, in milliseconds. */
  readonly servers?: Readonly<Record<string, number>>;
  /** Requests that are sent in all, by all clients together. */
  readonly requests: number;
  /** True: nothing may be left that keeps the process alive. */
  readonly endsSoon?: boolean;
}

/** Later than this nothing of ours happens, except a timer that nobody has cleared. */
const latestEndMs = 10_000;

/** One scenario: `play` uses the student's client on a stage; then the requests are counted. */
export function scene(
  subject: Subject,
  did: string,
  options: SceneOptions,
  play: (stage: Stage) => Promise<void>,
): Scenario {
  const { servers = { server: 0 }, requests, mistake, endsSoon, ...world } = options;
  const nodes = Object.keys(servers);
  return {
    did,
    world: { delayMs: 10, ...world },
    nodes,
    ...(mistake !== undefined && { mistake }),
    prepare: (it) => {
      for (const [name, takesMs] of Object.entries(servers)) addServer(it, name, takesMs);
    },
    play: async (it) => {
      const stage = new Stage(it, subject);
      await play(stage);
      await stage.waitUntil(it.time.nowMs + 2000);
      expectCounts(it, requests, stage.opened);
      stage.close();
    },
    ...(endsSoon && { end: expectEnded }),
  };
}

/** Every task tells which one it was, and how many ran before it on this server. */
function addServer(world: World, name: string, takesMs: number): void {
  let runs = 0;
  const RunTask = async ({ Index, TakesMs = takesMs, Fails }: TaskArgs) => {
    const Run = ++runs;
    if (TakesMs > 0) {
      await new Promise<void>((resolve) => world.time.schedule(TakesMs, resolve));
    }
    if (Fails !== undefined) throw new Error(Fails);
    return { Index, Run };
  };
  world.addNode(name, {
    boot: () => {
      const server = new Server();
      server.registerName('Worker', { RunTask });
      return server.listen(`sim:${name}`);
    },
  });
}

function expectCounts(world: World, requests: number, opened: number): void {
  const dialled = world.events.filter(({ type }) => type === 'dialled').length;
  if (dialled > opened) {
    const saw = `${dialled - opened} connections were made beside the one that was given`;
    throw surprise(saw, 'every request goes over the connection of its client');
  }
  const { requestsSent } = world.network;
  if (requestsSent === requests) return;
  throw surprise(
    `requests sent: ${requestsSent}`,
    `${requests}: one for every call, and nothing is sent twice`,
    requestsSent > requests
      ? 'a call is sent again: no reply does not mean that the method did not run'
      : undefined,
  );
}

function expectEnded(world: World): void {
  const endMs = world.time.nowMs;
  if (endMs <= latestEndMs) return;
  throw surprise(
    `all calls had ended, and a timer kept the process alive until ${endMs} ms`,
    'nothing is left to wait for',
    'a timer is not cleared when its call has ended',
  );
}

/** What the program of one scenario has at hand. */
export class Stage {
  readonly world: World;
  readonly subject: Subject;
  readonly #connections: { close(): void }[] = [];

  constructor(world: World, subject: Subject) {
    this.world = world;
    this.subject = subject;
  }

  get opened(): number {
    return this.#connections.length;
  }

  /** A student's client on a connection of its own. */
  async openClient({ server = 'server', timeoutMs = 60_000 } = {}): Promise<Client> {
    const connection = await connect(`sim:${server}`);
    this.#connections.push(connection);
    return new this.subject.AsyncClient(connection, timeoutMs);
  }

  start(way: Way, client: Client, args: TaskArgs | object): Observed {
    return start(way, client, args, this.world);
  }

  /** Lets virtual time pass up to this moment of the world. */
  waitUntil(atMs: number): Promise<void> {
    const { time } = this.world;
    return new Promise((resolve) => time.schedule(atMs - time.nowMs, resolve));
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
  }
}
