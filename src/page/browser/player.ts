/**
 * What is looked at, and how it goes on: follows a run that goes on, plays what has been
 * heard of it at any speed, or stands still. Knows no element of the page.
 */
import type { RunModel } from '../run-model.ts';
import type { PageEntry, RunFacts, RunRecord } from '../run-record.ts';
import { advance, type Speed, stepFrom } from '../story-clock.ts';
import { Timeline } from '../timeline.ts';

export type Mode = 'following' | 'playing' | 'paused';

export class Player {
  facts: RunFacts;
  readonly timeline: Timeline;
  mode: Mode;
  speed: Speed = 'story';
  #clock = { atMs: 0, pauseMs: 0 };
  /** The run's clock as it was last heard of, and when that was by ours. */
  #heard = { nowMs: 0, at: 0 };
  #isHeard = false;

  constructor({ facts, entries }: RunRecord, mode: Mode) {
    this.facts = facts;
    this.timeline = new Timeline(facts, entries);
    this.mode = mode;
  }

  /** More of the run. */
  hear(nowMs: number, entries: readonly PageEntry[], at: number): void {
    this.timeline.add(entries);
    this.#heard = { nowMs, at };
    this.#isHeard = true;
  }

  get atMs(): number {
    return this.#clock.atMs;
  }

  /** The last moment that there is to look at, when it is `at` by our clock. */
  endMs(at: number): number {
    const { timeline } = this;
    if (timeline.isOver || !this.#isHeard || this.facts.outcome) return timeline.endMs;
    return Math.max(timeline.endMs, this.#heard.nowMs + at - this.#heard.at);
  }

  /** The run as it is looked at. */
  get model(): RunModel {
    return this.timeline.at(this.atMs);
  }

  /** Lets `passedMs` of our time pass. */
  tick(passedMs: number, at: number): void {
    const endMs = this.endMs(at);
    if (this.mode === 'following') {
      this.#clock = { atMs: endMs, pauseMs: 0 };
      if (this.facts.outcome) this.mode = 'paused';
    } else if (this.mode === 'playing') {
      const { moments } = this.timeline;
      this.#clock = advance(this.#clock, passedMs, this.speed, moments, endMs);
      if (this.atMs >= endMs && endMs > 0)
        this.mode = this.canFollow ? 'following' : 'paused';
    }
  }

  /** True: the run goes on, as far as is known. */
  get canFollow(): boolean {
    return this.#isHeard && !this.timeline.isOver && !this.facts.outcome;
  }

  follow(): void {
    this.mode = 'following';
  }

  togglePause(at: number): void {
    if (this.mode !== 'paused') this.mode = 'paused';
    else if (this.atMs >= this.endMs(at)) this.restart();
    else this.mode = 'playing';
  }

  restart(): void {
    this.#clock = { atMs: 0, pauseMs: 0 };
    this.mode = 'playing';
  }

  step(direction: 1 | -1, at: number): void {
    const { moments } = this.timeline;
    this.seek(stepFrom(this.atMs, direction, moments, this.endMs(at)));
  }

  /** Looks at that moment, and stays there. */
  seek(atMs: number): void {
    this.#clock = { atMs, pauseMs: 0 };
    this.mode = 'paused';
  }
}
