/**
 * One hostile connection beside a well-behaved one, at the same server: how much slower does
 * it get? The server has one processor; the two clients share the other, and the hostile one
 * yields it whenever the well-behaved one wants it, as if it sat on a machine of its own.
 */
import { contenders, startPair } from './contenders.ts';
import { atLeast, type Goal } from './goals.ts';
import type { Load, Outcome } from './load.ts';
import { type Commands, startProgram } from './programs.ts';
import { median, type Pace } from './rows.ts';

export const attacks = [
  'nobody',
  'a busy loop',
  'tiny requests',
  'garbage lines',
  'empty lines',
  'largest frames',
  'endless frame',
  'deep nesting',
  'replies unread',
] as const;
export type Attack = (typeof attacks)[number];

const flights = [1, 64] as const;

/** Calls a second of the well-behaved client, by what was beside it, a number a round. */
export type HostileResult = readonly {
  readonly attack: Attack;
  readonly rates: Readonly<Record<(typeof flights)[number], number[]>>;
}[];

export async function measureHostile(
  commands: Commands,
  [serverProcessor, clientProcessor]: readonly [number, number],
  { rounds, roundMs }: Pace,
): Promise<HostileResult> {
  const [ours] = contenders;
  const pair = await startPair(ours!, commands, [serverProcessor, clientProcessor]);
  const hostile = startProgram(
    commands.node('hostile-process', String(pair.port)),
    clientProcessor,
  );
  await hostile.hear();
  const results = attacks.map((attack) => ({
    attack,
    rates: { 1: [] as number[], 64: [] as number[] },
  }));
  for (let round = -1; round < rounds; round++) {
    for (const { attack, rates } of results) {
      for (const inFlight of flights) {
        await hostile.ask({ attack });
        const outcome = await pair.client.ask<Outcome>({
          method: 'add',
          payloadBytes: 0,
          inFlight,
          ms: roundMs,
          maxCalls: Number.MAX_SAFE_INTEGER,
        } satisfies Load);
        await hostile.ask({ attack: 'nobody' });
        if (round >= 0) rates[inFlight].push(outcome.calls / outcome.seconds);
      }
    }
  }
  await Promise.all([hostile.stop(), pair.client.stop(), pair.server.stop()]);
  return results;
}

/** By how much the well-behaved client's rate shrank: 1 is not at all. */
function listRatios(result: HostileResult) {
  const rateOf = (attack: Attack, inFlight: (typeof flights)[number]) =>
    median(result.find((one) => one.attack === attack)?.rates[inFlight] ?? []) ?? 0;
  return result.map(({ attack }) => ({
    attack,
    ratios: flights.map((n) => rateOf(attack, n) / rateOf('nobody', n)),
    rates: flights.map((n) => rateOf(attack, n)),
  }));
}

export function judgeHostile(result: HostileResult): Goal[] {
  return listRatios(result)
    .filter(({ attack }) => attack !== 'nobody' && attack !== 'a busy loop')
    .flatMap(({ attack, ratios }) =>
      flights.map((inFlight, i) =>
        atLeast(0.5, `add x${inFlight} beside ${attack}: alone`, ratios[i]),
      ),
    );
}

export function formatHostile(result: HostileResult): string {
  const head = [
    'beside one hostile connection',
    ...flights.flatMap((n) => [`x${n}, calls/s`, 'of alone']),
  ];
  const lines = listRatios(result).map(({ attack, ratios, rates }) => [
    `  ${attack}`,
    ...flights.flatMap((_, i) => [
      Math.round(rates[i] as number).toLocaleString('en'),
      (ratios[i] as number).toFixed(2),
    ]),
  ]);
  return [head, ...lines]
    .map(([first, ...rest]) =>
      [first?.padEnd(30), ...rest.map((text) => text.padStart(15))].join(''),
    )
    .join('\n');
}
