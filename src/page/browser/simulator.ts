/**
 * Other runs of a simulated cluster: with a fault at the moment that is looked at, or of another
 * cluster. One request is under way at a time; of those that wait the last one counts.
 */
import type { RunRecord } from '../run-record.ts';
import { addWish, type SimulationSettings, writeSettings } from '../simulation.ts';
import { askForRun } from './ask.ts';
import { Player } from './player.ts';

/** What has come of a wish: another run, or why there is none; undefined: overtaken. */
export type Answer = Player | string | undefined;

export class Simulator {
  readonly #token: string;
  readonly #current: () => Player;
  /** What the last request is for, while it is under way. */
  #wanted: SimulationSettings | undefined;
  #underWay: Promise<unknown> = Promise.resolve();

  /** `current` is whoever looks at a run when an answer comes. */
  constructor(token: string, current: () => Player) {
    this.#token = token;
    this.#current = current;
  }

  /** As they are, or will be in a moment; undefined: it is no simulated run. */
  get settings(): SimulationSettings | undefined {
    return this.#wanted ?? this.#current().facts.simulation;
  }

  /** The same run with a fault at the moment that is looked at goes on from there. */
  async fork(worker: number, fault: 'kill' | 'slow'): Promise<Answer> {
    const { settings } = this;
    const { atMs, model } = this.#current();
    const lane = model.lanes.get(worker);
    if (!lane) return `There is no worker ${worker}.`;
    if (lane.state === 'lost') return `Worker ${worker} is lost already.`;
    if (!settings) return undefined;
    const run = await this.#ask(addWish(settings, worker, fault, atMs));
    return typeof run === 'object' ? this.#lookAt(run, atMs, 'playing') : run;
  }

  /** Another cluster, looked at from the same moment; from its end, if that is where we are. */
  async change(settings: SimulationSettings): Promise<Answer> {
    const run = await this.#ask(settings);
    const { atMs, mode, timeline } = this.#current();
    const isAtEnd = atMs >= timeline.endMs;
    return typeof run === 'object'
      ? this.#lookAt(run, isAtEnd ? Infinity : atMs, mode)
      : run;
  }

  async #ask(settings: SimulationSettings): Promise<RunRecord | string | undefined> {
    this.#wanted = settings;
    const before = this.#underWay;
    const answered = before.then(() =>
      this.#wanted === settings
        ? askForRun<RunRecord>(this.#token, writeSettings(settings))
        : undefined,
    );
    this.#underWay = answered;
    const run = await answered;
    if (this.#wanted !== settings) return undefined;
    this.#wanted = undefined;
    return run;
  }

  #lookAt(run: RunRecord, atMs: number, mode: Player['mode']): Player {
    const player = new Player(run, mode);
    player.seek(Math.min(atMs, player.timeline.endMs));
    return Object.assign(player, { speed: this.#current().speed, mode });
  }
}
