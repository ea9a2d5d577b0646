/**
 * Who does the work of experiment 1, each with so many processes or threads: our pool of state
 * machines, our processes called for a result, and two well-known pools of threads.
 */
import { join } from 'node:path';
import type { Channel } from '../channels/channel.ts';
import { type Ends, openChannel } from '../channels/open-channel.ts';
import { startPool } from '../process-pool.ts';
import { type Memory, readMemory } from './processes.ts';
import { spin } from './work.ts';

export const workerNames = ['state machines', 'calls', 'piscina', 'tinypool'] as const;

export type WorkerName = (typeof workerNames)[number];

export interface WorkPool {
  readonly name: WorkerName;
  /** Does work of `steps` each for about `ms`, to its end; resolves with how often. */
  work(steps: number, ms: number): Promise<number>;
  /** What one process takes; undefined for threads, and where nobody knows. */
  memory(): readonly Memory[] | undefined;
  close(): Promise<void>;
}

/** Undefined: the package is not installed. */
export async function openWorkPool(
  name: WorkerName,
  processes: number,
  ends: Ends,
): Promise<WorkPool | undefined> {
  switch (name) {
    case 'state machines':
      return openStateMachines(processes);
    case 'calls':
      return openCalls(processes, ends);
    default:
      return openThreads(name, processes, ends.answerModule);
  }
}

/** State machines that messages are sent to. */
const machines = 1000;
/** Messages that may wait at a process: enough to keep it busy, few enough to end soon. */
const maxQueued = 512;
/** Results that are waited for, for each process. */
const callsInFlight = 32;

async function openStateMachines(processes: number): Promise<WorkPool> {
  const file = join(import.meta.dirname, 'scaling-machine.ts');
  const pool = await startPool(file, { shards: processes, maxQueued });
  let sent = 0;
  return {
    name: 'state machines',
    async work(Steps, ms) {
      const before = sent;
      const endMs = performance.now() + ms;
      // At least one, also where we were not let run for so long.
      do await pool.send(`machine-${sent++ % machines}`, { Steps });
      while (performance.now() < endMs);
      await pool.drain();
      return sent - before;
    },
    memory() {
      const all = pool.status.map(({ pid }) =>
        pid === undefined ? undefined : readMemory(pid),
      );
      return all.every((memory) => memory !== undefined) ? all : undefined;
    },
    async close() {
      await pool.shutDown();
    },
  };
}

async function openCalls(processes: number, ends: Ends): Promise<WorkPool> {
  const channels: Channel[] = [];
  for (let i = 0; i < processes; i++)
    channels.push(await openChannel('unix-json-rpc', ends));
  return {
    name: 'calls',
    work: (steps, ms) =>
      callOften(processes, steps, ms, (i, message) =>
        (channels[i % processes] as Channel).call(message),
      ),
    memory: () => undefined,
    async close() {
      await Promise.all(channels.map((channel) => channel.close()));
    },
  };
}

/** Their defaults, and the same module as our processes. */
async function openThreads(
  name: 'piscina' | 'tinypool',
  threads: number,
  filename: string,
): Promise<WorkPool | undefined> {
  const ThreadPool = await loadThreadPool(name);
  if (!ThreadPool) return undefined;
  const options = { filename, name: 'answer', minThreads: threads, maxThreads: threads };
  const pool = new ThreadPool(options);
  return {
    name,
    work: (steps, ms) => callOften(threads, steps, ms, (_, message) => pool.run(message)),
    memory: () => undefined,
    close: async () => void (await pool.destroy()),
  };
}

/** What both packages have in common. */
type ThreadPool = new (options: {
  filename: string;
  name: string;
  minThreads: number;
  maxThreads: number;
}) => { run(task: unknown): Promise<unknown>; destroy(): Promise<void> };

async function loadThreadPool(
  name: 'piscina' | 'tinypool',
): Promise<ThreadPool | undefined> {
  try {
    if (name === 'piscina') return (await import('piscina')).Piscina;
    return (await import('tinypool')).Tinypool as unknown as ThreadPool;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND')
      return undefined;
    throw error;
  }
}

/** So many calls in flight at any time; every result is checked. */
async function callOften(
  processes: number,
  Steps: number,
  ms: number,
  call: (lane: number, message: { readonly Steps: number }) => Promise<unknown>,
): Promise<number> {
  const expected = spin(Steps);
  const endMs = performance.now() + ms;
  let calls = 0;
  const callOneAfterOther = async (lane: number) => {
    // Each lane at least once.
    do {
      const result = await call(lane, { Steps });
      if (result !== expected)
        throw new Error(`wrong answer: ${result}, not ${expected}`);
      calls++;
    } while (performance.now() < endMs);
  };
  const lanes = Array.from({ length: processes * callsInFlight }, (_, i) => i);
  await Promise.all(lanes.map(callOneAfterOther));
  return calls;
}
