/**
 * The machine that the numbers are true of: without it they say nothing.
 */
import { availableParallelism, cpus, release, totalmem } from 'node:os';

export interface Machine {
  readonly processor: string;
  /** Cores that this process may use. */
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly date: string;
}

export function lookAtMachine(now = new Date()): Machine {
  const model = cpus()[0]?.model.replaceAll(/\s+/g, ' ').trim();
  return {
    processor: model || 'unknown processor',
    cores: availableParallelism(),
    memoryGiB: Math.round((totalmem() / 1024 ** 3) * 10) / 10,
    system: `${process.platform} ${release()}`,
    node: process.version,
    date: now.toISOString().slice(0, 10),
  };
}

/** In one line. */
export function describeMachine(machine: Machine): string {
  const { processor, cores, memoryGiB, system, node, date } = machine;
  return `${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}, Node ${node}, ${date}`;
}
