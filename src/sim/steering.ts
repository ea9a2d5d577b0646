/**
 * Steers one world along one schedule, and writes down what else could have been decided at
 * each step: the explorer makes the next schedules from that.
 */
import { allowance, defaultSlowMs, type FaultModel, kindOf } from './fault-model.ts';
import type { Action, Deviation, Schedule } from './schedule.ts';
import type { EventSubject, VirtualEvent } from './virtual-time.ts';
import type { World } from './world.ts';

/** A moment at which something could be decided. */
export interface Step {
  /** From 1. */
  readonly number: number;
  /** What the fault model still allowed here, besides the default. */
  readonly actions: readonly Action[];
}

/** Decides at each step; undefined: the default. */
export type Decide = (step: Step) => Action | undefined;

export class Steering {
  readonly steps: Step[] = [];
  /** What was decided, where it was not the default. */
  readonly taken: Deviation[] = [];
  /** The same in words: `reply 1 is slow`. */
  readonly story: string[] = [];
  readonly #world: World;
  readonly #model: FaultModel;
  readonly #decide: Decide;
  readonly #crashed = new Set<string>();
  /** They have had their deviation. */
  readonly #settled = new WeakSet<VirtualEvent>();

  constructor(world: World, model: FaultModel, decide: Decide) {
    this.#world = world;
    this.#model = model;
    this.#decide = decide;
    world.time.gate = (event) => this.#pass(event);
  }

  #pass(event: VirtualEvent): boolean {
    if (!event.subject || event.isBackground) return true;
    const step = { number: this.steps.length + 1, actions: this.#listActions(event) };
    this.steps.push(step);
    const action = this.#decide(step);
    if (action === undefined || !step.actions.includes(action)) return true;
    this.taken.push({ step: step.number, action });
    this.story.push(tell(action, event.subject));
    return this.#carryOut(action, event);
  }

  #listActions(event: VirtualEvent): Action[] {
    const { subject } = event;
    const actions: Action[] = [];
    if (!this.#settled.has(event)) {
      if (this.#isLeft('slow')) actions.push('slow');
      if (this.#hasNeighbour(event) && this.#isLeft('swap')) actions.push('swap');
      if (subject?.type === 'message') {
        if (this.#isLeft('lose')) actions.push('lose');
        if (subject.copy === 1 && this.#isLeft('copy')) actions.push('copy');
      }
    }
    for (const node of this.#model.crashes?.nodes ?? []) {
      if (!this.#crashed.has(node) && this.#isLeft('crash'))
        actions.push(`crash:${node}`);
    }
    return actions;
  }

  /** What is far away would not change places by itself. */
  #hasNeighbour({ atMs }: VirtualEvent): boolean {
    const { next } = this.#world.time;
    const { slowMs = defaultSlowMs } = this.#model;
    return !!next?.subject && !next.isBackground && next.atMs - atMs < slowMs;
  }

  #isLeft(kind: ReturnType<typeof kindOf>): boolean {
    const used = this.taken.filter(({ action }) => kindOf(action) === kind).length;
    return used < allowance(this.#model, kind);
  }

  /** True: the event happens now all the same. */
  #carryOut(action: Action, event: VirtualEvent): boolean {
    const { time } = this.#world;
    const { slowMs = defaultSlowMs } = this.#model;
    this.#settled.add(event);
    switch (action) {
      case 'slow':
        time.postpone(event, slowMs);
        return false;
      case 'swap':
        time.postpone(event, (time.next?.atMs ?? event.atMs) - event.atMs);
        return false;
      case 'lose':
        if (event.subject?.type === 'message') event.subject.lose();
        return false;
      case 'copy':
        if (event.subject?.type === 'message') event.subject.double();
        return true;
      default:
        return this.#crash(action.slice('crash:'.length), event);
    }
  }

  /** What the node had planned goes with it, and so does the event, if it was its own. */
  #crash(node: string, event: VirtualEvent): boolean {
    const { life } = this.#world.node(node);
    this.#crashed.add(node);
    this.#world.crash(node);
    const { restartAfterMs } = this.#model.crashes ?? {};
    if (restartAfterMs !== undefined) {
      this.#world.time.schedule(restartAfterMs, () => {
        this.#crashed.delete(node);
        this.#world.restart(node);
      });
    }
    return event.owner !== life;
  }
}

/** Takes the deviations of `schedule` where they stand. */
export function followSchedule(schedule: Schedule): Decide {
  return ({ number }) => schedule.find(({ step }) => step === number)?.action;
}

function tell(action: Action, subject: EventSubject): string {
  const name = subject.type === 'message' ? subject.name : `a timer of ${subject.node}`;
  switch (action) {
    case 'lose':
      return `${name} is lost`;
    case 'copy':
      return `${name} arrives twice`;
    case 'slow':
      return `${name} is slow`;
    case 'swap':
      return `${name} is overtaken`;
    default:
      return `${action.slice('crash:'.length)} crashes before ${name}`;
  }
}
