/**
 * A check as a fixed list of small simulated worlds, each with its faults. The first in which
 * the student's code does not do what it should is explained and drawn; its number replays it.
 * Searches for nothing: what may go wrong is written down.
 */
import type { SimEvent } from '../sim/events.ts';
import { drawSpaceTime } from '../sim/space-time.ts';
import { DeadlockError } from '../sim/virtual-time.ts';
import { World, type WorldOptions } from '../sim/world.ts';
import {
  type Check,
  CheckFailure,
  type CheckOptions,
  type Explanation,
  type Explored,
  type FailingSchedule,
  ReplayCodeError,
} from './check.ts';
import { describeError } from './student-error.ts';

/** One world, and what is done in it. */
export interface Scenario {
  /** What is done, for the explanation. */
  readonly did: string;
  /** The faults as text, so that they can be shown. */
  readonly world: WorldOptions & { readonly faults?: string };
  /** The nodes from left to right, after the client; the diagram shows those that matter. */
  readonly nodes: readonly string[];
  /** What of the events the diagram shows; by default all. */
  choose?(events: readonly SimEvent[]): readonly SimEvent[];
  /** What it looks like if the student's code throws, or leaves a rejection to nobody. */
  readonly mistake?: string;
  /** Adds the nodes, before the world runs. */
  prepare(world: World): void;
  /** The world's program. Throws what `surprise` makes, when something is not as it should. */
  play(world: World): Promise<void>;
  /** Looks again when nothing is left to happen: until then the process would have lived. */
  end?(world: World): void;
}

/** Characters in a line of a diagram. */
const diagramWidth = 78;
/** Lines of a diagram: beyond it nobody reads. */
const maxDiagramLines = 60;

/** Captured before any world replaces it. */
const realSetImmediate = setImmediate;

/** What `play` throws; the scenario adds what was done, and the diagram. */
export function surprise(saw: string, expected: string, mistake?: string): CheckFailure {
  return new CheckFailure({ did: '', saw, expected, mistake });
}

/** A check that plays the scenarios which it makes of the student's exports. */
export function checkScenarios<Subject>({
  scenarios,
  ...rest
}: ScenarioCheck<Subject>): Check<Subject> {
  return {
    ...rest,
    run: (subject, options) => playScenarios(scenarios(subject), options),
  };
}

type ScenarioCheck<Subject> = Omit<Check<Subject>, 'run'> & {
  scenarios(subject: Subject): Scenario[];
};

/** Plays them in order, or only the one whose number `replay` is. Rejects with a CheckFailure. */
export async function playScenarios(
  scenarios: readonly Scenario[],
  { replay }: CheckOptions,
): Promise<Explored> {
  const { length } = scenarios;
  if (replay !== undefined && !scenarios[Number(replay) - 1]) {
    throw new ReplayCodeError(
      `there is no schedule ${replay}: this check has 1 to ${length}`,
    );
  }
  for (const [i, scenario] of scenarios.entries()) {
    const code = String(i + 1);
    if (replay !== undefined && replay !== code) continue;
    const world = new World(scenario.world);
    scenario.prepare(world);
    const explanation = await observe(scenario, world);
    if (!explanation) continue;
    const schedule = drawSchedule(scenario, world, code, length);
    throw new CheckFailure({ ...explanation, did: scenario.did, schedule });
  }
  return { explored: `${length} schedules, each with its faults and its seed` };
}

/** Undefined: all is as it should be. */
async function observe(
  scenario: Scenario,
  world: World,
): Promise<Explanation | undefined> {
  const unobserved: unknown[] = [];
  const keep = (error: unknown) => unobserved.push(error);
  process.on('unhandledRejection', keep);
  try {
    await playToEnd(scenario, world);
    await new Promise<void>((resolve) => realSetImmediate(resolve));
    const [error] = unobserved;
    if (unobserved.length === 0) return undefined;
    const saw = `${describeError(error)}, in a promise that nobody waited for`;
    return explain(scenario, saw, 'no rejection that nobody sees');
  } catch (error) {
    if (error instanceof CheckFailure) return error.explanation;
    const saw = describeError(error);
    if (!(error instanceof DeadlockError)) return explain(scenario, saw, 'no error');
    const mistake = 'a promise that nobody resolves';
    return { ...explain(scenario, saw, 'an answer'), mistake };
  } finally {
    process.off('unhandledRejection', keep);
  }
}

async function playToEnd(scenario: Scenario, world: World): Promise<void> {
  let hasPlayed = false;
  try {
    await world.run(async () => {
      await scenario.play(world);
      hasPlayed = true;
      if (scenario.end) await new Promise(() => {});
    });
  } catch (error) {
    if (!hasPlayed || !(error instanceof DeadlockError)) throw error;
    scenario.end?.(world);
  }
}

function explain({ mistake }: Scenario, saw: string, expected: string): Explanation {
  return { did: '', saw, expected, mistake };
}

function drawSchedule(
  scenario: Scenario,
  { events }: World,
  code: string,
  count: number,
): FailingSchedule | undefined {
  const { faults, seed } = scenario.world;
  if (!events.some(({ type }) => type === 'sent')) return undefined;
  const script = faults?.trim().replaceAll(/\s*\n\s*/g, '; ') || 'no faults';
  const chance = seed === undefined ? '' : `, seed ${seed}`;
  const lines = draw(scenario, events).split('\n');
  const left = lines.length - maxDiagramLines;
  const shown =
    left > 0 ? [...lines.slice(0, maxDiagramLines), `… and ${left} lines more`] : lines;
  return {
    code,
    summary: `schedule ${code} of ${count}: ${script}${chance}`,
    diagram: shown.map((line) => line.trimEnd()).join('\n'),
  };
}

/** Without the machines to which nothing happens. */
function draw({ nodes, choose }: Scenario, events: readonly SimEvent[]): string {
  const shown = (choose?.(events) ?? events).filter(({ type }) => type !== 'dialled');
  const involved = new Set(shown.flatMap(nodesOf));
  const lanes = ['client', ...nodes.filter((name) => involved.has(name))];
  return drawSpaceTime(shown, { width: diagramWidth, nodes: lanes });
}

function nodesOf(event: SimEvent): string[] {
  if ('message' in event) return [event.message.from, event.message.to];
  return 'node' in event ? [event.node] : [];
}
