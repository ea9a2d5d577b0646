/**
 * The recorded runs behind the notes' diagrams of messages: the lecture's own programs in a
 * simulated world. The same events every time, so a diagram changes only when a program does.
 */
import {
  launchOneByOne,
  launchWithGo,
  runSomewhere,
  startWorker,
  Worker,
} from '../lecture/master-worker.ts';
import { sampleInput, WordCountServer } from '../lecture/wordcount.ts';
import { type Client, dial } from '../rpc/index.ts';
import type { SimEvent } from '../sim/events.ts';
import { World } from '../sim/world.ts';
import { runExchange } from './cristian-exchange.ts';

/** What a run has shown: its events, and the numbers that the notes may quote. */
export interface RpcRun {
  readonly nodes: readonly string[];
  readonly events: readonly SimEvent[];
  readonly facts: Readonly<Record<string, number>>;
}

const delayMs = 15;
const taskMs = 60;

/** One call, there and back. */
export async function recordCall(): Promise<RpcRun> {
  const world = new World({ delayMs });
  world.addNode('server', {
    boot: async (node) => {
      const count = () => node.note('counts the words');
      await new WordCountServer(count).listen('sim:server');
    },
  });
  await world.run(async () => {
    const client = await dial('sim:server');
    await client.call('WordCountServer.Compute', { Input: sampleInput });
    world.client.note('goes on');
  });
  return { nodes: ['client', 'server'], events: world.events, facts: {} };
}

/** Three workers, each asked when the one before has answered. */
export function recordOneByOne(): Promise<RpcRun> {
  return recordLaunch((workers) => launchOneByOne(workers));
}

/** Three workers, all asked at once. */
export function recordAtOnce(): Promise<RpcRun> {
  return recordLaunch((workers) => launchWithGo(workers, () => {}));
}

async function recordLaunch(
  launch: (workers: Client[]) => Promise<unknown>,
): Promise<RpcRun> {
  const world = new World({ delayMs });
  const names = ['worker1', 'worker2', 'worker3'];
  for (const name of names) addWorker(world, name, () => {});
  let endMs = 0;
  await world.run(async () => {
    const workers = await Promise.all(names.map((name) => dial(`sim:${name}`)));
    await launch(workers);
    endMs = world.time.nowMs;
  });
  return asMaster({
    nodes: ['client', ...names],
    events: world.events,
    facts: { endMs },
  });
}

/** A reply is lost; the master asks another worker; the task has run twice. */
export async function recordResend(): Promise<RpcRun> {
  const world = new World({ delayMs, faults: 'lose reply 1' });
  const ran: string[] = [];
  for (const name of ['worker1', 'worker2']) addWorker(world, name, () => ran.push(name));
  let gaveUpMs = 0;
  await world.run(async () => {
    const workers = await Promise.all(
      ['worker1', 'worker2'].map((name) => dial(`sim:${name}`)),
    );
    await runSomewhere(workers, { Index: 7 });
    gaveUpMs = world.events.findLast(({ type }) => type === 'sent')?.atMs ?? 0;
  });
  const facts = { runs: ran.length, gaveUpMs };
  const nodes = ['client', 'worker1', 'worker2'];
  return asMaster({ nodes, events: world.events, facts });
}

/** The world's own program is called `client`; here it is the master. */
function asMaster(run: RpcRun): RpcRun {
  return JSON.parse(JSON.stringify(run).replaceAll('"client"', '"master"'));
}

function addWorker(world: World, name: string, onRun: () => void): void {
  world.addNode(name, {
    boot: async (node) => {
      const run = async (index: number) => {
        onRun();
        node.note(`runs task ${index}`);
        await new Promise((resolve) => setTimeout(resolve, taskMs));
        return index;
      };
      await startWorker(new Worker(run), `sim:${name}`);
    },
  });
}

/** Cristian's algorithm where the way back takes longer than the way there. */
export async function recordCristian(): Promise<RpcRun> {
  const ways = { outMs: 20, backMs: 60, thinkMs: 20 };
  const run = await runExchange({ ...ways, offsetMs: 500, leastMs: 0 });
  const { errorMs, ...facts } = run.exchange;
  return {
    nodes: ['client', 'server'],
    events: run.events,
    facts: { ...facts, errorMs: Math.abs(errorMs) },
  };
}
