/**
 * One exchange of Cristian's algorithm in a world of its own: the lecture's server, a client
 * that asks it once, and two clocks that disagree.
 *
 * The client half is an exercise: this client only takes the four times, and applies the
 * slide's formula in one function. It has one sample, trusts a wall clock, and sets none.
 */
import { CristianServer, type TimeReply } from '../lecture/cristian.ts';
import type { CristianRecord, Exchange, ExchangeRow } from '../page/cristian.ts';
import { dial } from '../rpc/index.ts';
import type { SimEvent } from '../sim/events.ts';
import { World } from '../sim/world.ts';

/** What the world is like, all in milliseconds. */
export interface ExchangePlan {
  readonly outMs: number;
  readonly backMs: number;
  /** What the server does between T2 and T3. */
  readonly thinkMs: number;
  /** The server's clock minus the client's. */
  readonly offsetMs: number;
  /** No message is quicker. */
  readonly leastMs: number;
}

export interface RecordedExchange {
  readonly events: readonly SimEvent[];
  readonly exchange: Exchange;
}

export async function runExchange(plan: ExchangePlan): Promise<RecordedExchange> {
  const { outMs, backMs, thinkMs, offsetMs, leastMs } = plan;
  const world = new World({
    wallMs: 0,
    ...{ request: { delayMs: outMs }, reply: { delayMs: backMs } },
  });
  world.addNode('server', {
    offsetMs,
    boot: async (node) => {
      let reads = 2;
      const now = () => {
        node.note(`T${reads++} = ${node.now()}`);
        return node.now();
      };
      // A timer takes a millisecond at least; who does not think sets none.
      const think = () =>
        new Promise<void>((resolve) =>
          thinkMs > 0 ? setTimeout(resolve, thinkMs) : resolve(),
        );
      await new CristianServer(now, think).listen('sim:server');
    },
  });
  const times = await world.run(async () => {
    const client = await dial('sim:server');
    const T1 = world.client.now();
    world.client.note(`T1 = ${T1}`);
    const { T2, T3 } = await client.call<TimeReply>('CristianServer.GetTime', {});
    const T4 = world.client.now();
    world.client.note(`T4 = ${T4}`);
    return { T1, T2, T3, T4, truth: world.node('server').now() };
  });
  const estimated = estimate(times, leastMs);
  const errorMs = round(estimated.estimate - times.truth);
  const travel = measureTravel(world.events);
  return {
    events: world.events,
    exchange: { ...travel, ...times, ...estimated, errorMs },
  };
}

/** Source: slides, "Cristian's algorithm: Offset sample calculation". */
function estimate(
  { T1, T2, T3, T4 }: Record<'T1' | 'T2' | 'T3' | 'T4', number>,
  leastMs: number,
) {
  const roundTripMs = round(T4 - T1 - (T3 - T2));
  const boundMs = round(roundTripMs / 2 - leastMs);
  return { roundTripMs, estimate: T3 + roundTripMs / 2, boundMs };
}

/** Sums of fractions leave a rest far behind the point; there is no negative zero. */
function round(ms: number): number {
  return Math.round(ms * 1e6) / 1e6 + 0;
}

/** How long the two messages were under way, by the world's own time. */
function measureTravel(events: readonly SimEvent[]): { outMs: number; backMs: number } {
  const travel = (direction: 'request' | 'reply') => {
    const [sent, delivered] = (['sent', 'delivered'] as const).map((type) =>
      events.find((one) => one.type === type && one.message.direction === direction),
    );
    return round((delivered?.atMs ?? Number.NaN) - (sent?.atMs ?? Number.NaN));
  };
  return { outMs: travel('request'), backMs: travel('reply') };
}

/** Steps from one end of the asymmetry to the other. */
const steps = 40;

/** Runs with the same round trip: the request takes ever less of it, the reply ever more. */
export async function runRow(
  plan: ExchangePlan,
  asymmetriesMs: readonly number[] = listAsymmetries(plan, steps),
): Promise<ExchangeRow> {
  const roundTripMs = plan.outMs + plan.backMs;
  const exchanges: Exchange[] = [];
  for (const asymmetryMs of asymmetriesMs) {
    const outMs = (roundTripMs - asymmetryMs) / 2;
    const backMs = roundTripMs - outMs;
    exchanges.push((await runExchange({ ...plan, outMs, backMs })).exchange);
  }
  return { roundTripMs, thinkMs: plan.thinkMs, exchanges };
}

/** From end to end, the plan's own among them. */
export function listAsymmetries(plan: ExchangePlan, count: number): number[] {
  const mostMs = plan.outMs + plan.backMs - 2 * plan.leastMs;
  const all = Array.from(
    { length: count + 1 },
    (_, i) => (mostMs * (2 * i - count)) / count,
  );
  return addTo(all, plan.backMs - plan.outMs);
}

/** Of the round trip that was asked for. */
const shares = [0.25, 0.5, 0.75, 1, 1.25, 1.5];
const thinkingMs = [0, 20, 40, 60, 80, 100];

/** Every position of the page's sliders: each is a run. */
export async function recordAll(plan: ExchangePlan): Promise<CristianRecord> {
  const { offsetMs, leastMs, thinkMs } = plan;
  const roundTripMs = plan.outMs + plan.backMs;
  const asymmetryMs = plan.backMs - plan.outMs;
  const others = shares.map((share) => Math.round(share * roundTripMs));
  const possible = others.filter((one) => one > 2 * leastMs);
  const record = {
    roundTripsMs: addTo(possible, roundTripMs),
    thinkingMs: addTo(thinkingMs, thinkMs),
  };
  const rows: ExchangeRow[] = [];
  for (const tripMs of record.roundTripsMs) {
    for (const thinkMs of record.thinkingMs) {
      const isOwn = tripMs === roundTripMs;
      const outMs = isOwn ? plan.outMs : tripMs / 2;
      rows.push(await runRow({ ...plan, thinkMs, outMs, backMs: tripMs - outMs }));
    }
  }
  const first = { roundTripMs, thinkMs, asymmetryMs };
  return { offsetMs, leastMs, ...record, rows, first };
}

function addTo(numbers: readonly number[], another: number): number[] {
  return [...new Set([...numbers, another])].sort((a, b) => a - b);
}
