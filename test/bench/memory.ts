/**
 * Many calls at once through a slow server: what waits must wait somewhere, and neither end
 * may pay for it with more memory than a small machine has, nor with a failed call.
 */
import { atMostMiB, type Goal } from './goals.ts';
import type { MemoryAnswer } from './memory-process.ts';
import { type Commands, startProgram } from './programs.ts';

const limitMiB = 200;

export interface MemoryResult {
  readonly calls: number;
  readonly rightAnswers: number;
  /** Before the first call, and the most ever; resident, Node itself included. */
  readonly serverMiB: readonly [before: number, peak: number];
  readonly clientMiB: readonly [before: number, peak: number];
  readonly mostRunning: number;
  readonly seconds: number;
}

export async function measureMemory(
  commands: Commands,
  calls: number,
): Promise<MemoryResult> {
  const server = startProgram(commands.node('memory-process', 'serve'));
  const { port } = await server.hear<{ port: number }>();
  const client = startProgram(commands.node('memory-process', 'connect', String(port)));
  await client.hear();
  const serverBefore = await server.ask<MemoryAnswer>({});
  const clientBefore = await client.ask<MemoryAnswer>({ calls: 0 });
  const beginMs = performance.now();
  const clientAfter = await client.ask<MemoryAnswer>({ calls });
  const seconds = (performance.now() - beginMs) / 1000;
  const serverAfter = await server.ask<MemoryAnswer>({});
  await Promise.all([client.stop(), server.stop()]);
  return {
    calls,
    rightAnswers: clientAfter.rightAnswers ?? 0,
    serverMiB: [serverBefore.peakMiB, serverAfter.peakMiB],
    clientMiB: [clientBefore.peakMiB, clientAfter.peakMiB],
    mostRunning: serverAfter.mostRunning ?? 0,
    seconds,
  };
}

export function judgeMemory({ calls, serverMiB, clientMiB }: MemoryResult): Goal[] {
  const count = calls.toLocaleString('en');
  return [
    atMostMiB(limitMiB, `${count} calls in flight: the server's peak`, serverMiB[1]),
    atMostMiB(limitMiB, `${count} calls in flight: the client's peak`, clientMiB[1]),
  ];
}

export function formatMemory(result: MemoryResult): string {
  const { calls, rightAnswers, serverMiB, clientMiB, mostRunning, seconds } = result;
  const range = ([before, peak]: readonly [number, number]) =>
    `${before.toFixed(0)} MiB before, ${peak.toFixed(0)} MiB at the most`;
  const count = (n: number) => n.toLocaleString('en');
  return [
    `${count(calls)} calls in flight through a slow server, ${seconds.toFixed(1)} s`,
    `  answered right      ${count(rightAnswers)}`,
    `  server              ${range(serverMiB)}; ${mostRunning} methods running at once`,
    `  client              ${range(clientMiB)}`,
  ].join('\n');
}
