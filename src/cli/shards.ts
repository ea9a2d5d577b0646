/**
 * `npm run shards`: state machines in processes, a stream of messages, faults, and questions
 * typed meanwhile. At the end every state is compared with that of a run in one process.
 */
import { ShardsError } from '../shards/errors.ts';
import type { Pool } from '../shards/pool.ts';
import { startPool } from '../shards/process-pool.ts';
import { CallDiagram } from './call-diagram.ts';
import { runCommand, UsageError } from './command.ts';
import { Interruption } from './interruption.ts';
import { Audience } from './shards-audience.ts';
import {
  createShardsCommand,
  readShardsOptions,
  type ShardsOptions,
} from './shards-options.ts';
import { printReport, type ShardsRun } from './shards-report.ts';
import { ShardsScreen } from './shards-screen.ts';
import {
  compareWithAlone,
  loadMachines,
  type Machines,
  type Progress,
  planKills,
  runAlone,
  streamMessages,
} from './shards-stream.ts';

const command = createShardsCommand().action(async () => {
  const options = readShardsOptions(command);
  const subject = { program: 'npm run shards', parties: ['pool'] };
  const diagram = new CallDiagram(options, subject);
  const interruption = new Interruption();
  const { signal } = interruption;
  try {
    await diagram.open();
    await diagram.awaitReader(signal);
    const exitCode = await run(options, interruption, diagram);
    process.exitCode = (await diagram.finish()) ? exitCode : 1;
    await diagram.stay(signal);
  } catch (error) {
    throw error instanceof ShardsError ? new UsageError(error.message) : error;
  } finally {
    await diagram.close();
  }
});

await runCommand(command);

async function run(
  options: ShardsOptions,
  interruption: Interruption,
  { observer }: CallDiagram,
): Promise<number> {
  const screen = new ShardsScreen(options.count);
  console.error(`${options.processes} processes start …`);
  const pool = await startPool(options.machine, {
    shards: options.processes,
    routing: options.routing,
    hasLog: options.log,
    snapshotEvery: options.snapshotEvery,
    maxMachines: options.maxMachines,
    onDecision: (decision) => screen.read(decision),
    onLine: (shard, line) => screen.print(`[shard ${shard + 1}] ${line}`),
    observe: observer && ((shard) => observer.watchClient('pool', `shard ${shard + 1}`)),
  });
  const { signal } = interruption;
  const killNow = () => void pool.kill();
  signal.addEventListener('abort', killNow);
  if (signal.aborted) killNow();
  try {
    const machines = await loadMachines(options);
    return await serve(pool, machines, options, screen, signal);
  } catch (error) {
    if (signal.aborted) return endEarly(screen, interruption);
    throw error;
  } finally {
    screen.close();
    await pool.kill();
  }
}

/** From the first message to the verdict. */
async function serve(
  pool: Pool,
  machines: Machines,
  options: ShardsOptions,
  screen: ShardsScreen,
  signal: AbortSignal,
): Promise<number> {
  const progress: Progress = { sent: 0, killsLeft: planKills(options) };
  const audience = new Audience(pool, screen);
  await screen.open(pool, () => progress.sent);
  try {
    const startMs = performance.now();
    const stop = AbortSignal.any([signal, audience.quit]);
    await streamMessages(pool, machines.createMessage, options, progress, stop);
    await pool.drain();
    const elapsedMs = performance.now() - startMs;
    await audience.leave(signal);
    const alone = await runAlone(machines, progress.sent, signal);
    const different = await compareWithAlone(pool, alone);
    const { ids, status } = pool;
    screen.close();
    await pool.shutDown();
    const run: ShardsRun = {
      sent: progress.sent,
      machines: ids.length,
      processes: status.length,
      elapsedMs: Math.round(elapsedMs),
      tally: screen.tally,
      different,
      // Who quits early wants no more faults.
      unmetKills: audience.quit.aborted ? [] : progress.killsLeft,
    };
    signal.throwIfAborted();
    return printReport(run, options);
  } finally {
    audience.close();
  }
}

function endEarly(screen: ShardsScreen, { exitCode }: Interruption): number {
  screen.close();
  console.error('interrupted: all processes have ended');
  return exitCode;
}
