/**
 * The explorer as a check uses it: what it found becomes an explanation with the smallest
 * failing schedule, drawn, and a code that runs it again.
 */
import {
  type Bounds,
  defaultBounds,
  type Exploration,
  explore,
  type Failure,
} from '../sim/explorer.ts';
import { describeModel, isAllowed } from '../sim/fault-model.ts';
import {
  EndlessError,
  EscapeError,
  type Run,
  runSchedule,
  type Scenario,
  StuckError,
} from '../sim/run-schedule.ts';
import {
  parseSchedule,
  printSchedule,
  type Schedule,
  ScheduleError,
} from '../sim/schedule.ts';
import { drawSpaceTime } from '../sim/space-time.ts';
import { followSchedule } from '../sim/steering.ts';
import {
  CheckFailure,
  type CheckOptions,
  type Explanation,
  type Explored,
  type FailingSchedule,
  ReplayCodeError,
} from './check.ts';
import { shortenDiagram } from './short-diagram.ts';
import { describeError } from './student-error.ts';

/**
 * Explores the scenarios, the smallest first, or replays one schedule. Resolves with what was
 * explored; rejects with a CheckFailure that shows the smallest schedule that fails.
 */
export async function expectOnAllSchedules(
  scenarios: readonly Scenario[],
  { replay, isThorough = false }: CheckOptions = {},
  bounds: Bounds = {},
): Promise<Explored> {
  if (replay !== undefined) return replaySchedule(scenarios, replay);
  const widened = isThorough ? widen(bounds) : bounds;
  const exploration = await explore(scenarios, widened).catch((error) => {
    throw error instanceof EscapeError ? explainEscape(error) : error;
  });
  const { failure } = exploration;
  if (failure)
    throw explainFailure(scenarios, failure, `smallest of ${failure.foundAfter}`);
  return { explored: summarise(scenarios, exploration) };
}

function widen({ schedules = defaultBounds.schedules, ...bounds }: Bounds): Bounds {
  return { ...bounds, schedules: 10 * schedules, seeds: 20 };
}

async function replaySchedule(
  scenarios: readonly Scenario[],
  code: string,
): Promise<Explored> {
  const [, number, rest = ''] = /^(\d+)\/(.+)$/.exec(code) ?? [];
  const scenario = scenarios[Number(number) - 1];
  if (!scenario) {
    const most = scenarios.length;
    throw new ReplayCodeError(
      `replay "${code}": write it like 1/4-slow,7-lose; workloads are 1 to ${most}`,
    );
  }
  const schedule = readSchedule(rest);
  expectAllowed(schedule, scenario);
  const run = await runSchedule(scenario, followSchedule(schedule));
  if (run.error !== undefined)
    throw explainFailure(scenarios, { ...run, scenario }, 'replayed');
  if (run.schedule.length === 0 && schedule.length > 0) {
    throw new ReplayCodeError(
      `nothing of it comes about in ${count(run.steps.length, 'step')}, and all is well: grade again`,
    );
  }
  return { explored: `schedule ${number}/${printSchedule(run.schedule)} alone` };
}

/** What no schedule of this scenario may do would be passed over, and all would seem well. */
function expectAllowed(schedule: Schedule, { faults }: Scenario): void {
  const strange = schedule.find(({ action }) => !isAllowed(faults, action));
  if (!strange) return;
  const nodes = faults.crashes ? ` of ${faults.crashes.nodes.join(', ')}` : '';
  const bound = `${describeModel(faults)}${nodes}`;
  throw new ReplayCodeError(`${printSchedule([strange])} may not happen here: ${bound}`);
}

function readSchedule(code: string): Schedule {
  try {
    return parseSchedule(code);
  } catch (error) {
    throw error instanceof ScheduleError ? new ReplayCodeError(error.message) : error;
  }
}

/** `86 schedules: all with up to 2 deviations; 20 random; at most 1 loss, 1 copy`. */
function summarise(scenarios: readonly Scenario[], exploration: Exploration): string {
  const { runs, exhausted, beyond, randomRuns } = exploration;
  const models = [...new Set(scenarios.map(({ faults }) => describeModel(faults)))];
  const reach =
    exhausted === 0 ? 'no deviations' : `up to ${count(exhausted, 'deviation')}`;
  return [
    `${count(runs, 'schedule')}: all with ${reach}`,
    ...(beyond > 0 ? [`${beyond} of those with ${exhausted + 1}`] : []),
    ...(randomRuns > 0 ? [`${randomRuns} random`] : []),
    models.join(' or '),
  ].join('; ');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function explainFailure(
  scenarios: readonly Scenario[],
  failure: Run & Pick<Failure, 'scenario'>,
  found: string,
): CheckFailure {
  const { scenario, error, events } = failure;
  if (events.length === 0) return new CheckFailure(explain(error, scenario));
  const schedule: FailingSchedule = {
    code: `${scenarios.indexOf(scenario) + 1}/${printSchedule(failure.schedule)}`,
    summary: `${found}: ${tell(failure)}; ${describeModel(scenario.faults)}`,
    diagram: shortenDiagram(drawSpaceTime(events, { width: diagramWidth })),
  };
  return new CheckFailure({ ...explain(error, scenario), schedule });
}

/** Leaves room for an indent in a terminal of 80 columns. */
const diagramWidth = 76;

function tell({ story }: Run): string {
  return story.length > 0 ? story.join(', ') : 'every message in its time';
}

function explain(error: unknown, { name }: Scenario): Explanation {
  if (error instanceof CheckFailure) return error.explanation;
  if (error instanceof EscapeError) return explainEscape(error).explanation;
  if (error instanceof StuckError) {
    return {
      did: name,
      saw: ['nothing is left to happen', ...error.waiting].join('\n'),
      expected: 'an end: every call returns or throws',
      mistake: 'a promise that nobody resolves, or a lost message that nobody repeats',
    };
  }
  if (error instanceof EndlessError) {
    return {
      did: name,
      saw: error.message.split('; ')[0] as string,
      expected: 'an end, once no more faults come',
      mistake:
        error.cycle.length > 0 ? `round and round: ${error.cycle.join(', ')}` : undefined,
    };
  }
  return { did: name, saw: describeError(error), expected: 'no error' };
}

function explainEscape({ message }: EscapeError): CheckFailure {
  return new CheckFailure({
    did: 'ran the same schedule twice',
    saw: message,
    expected: 'the same run: time and chance come from the simulated machine',
    mistake:
      'a variable of the module that outlives a run, real I/O, or a clock or random numbers that are not the globals',
  });
}
