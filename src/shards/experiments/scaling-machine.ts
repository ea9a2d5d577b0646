/**
 * The state machine of experiment 1: every message is work, and its state says how much was
 * done.
 */
import { spin } from './work.ts';

export interface WorkMessage {
  readonly Steps: number;
}

export default class WorkMachine {
  #messages = 0;
  #sum = 0;

  processMessage(message: unknown): void {
    this.#sum = (this.#sum + spin((message as WorkMessage).Steps)) >>> 0;
    this.#messages++;
  }

  getState() {
    return { messages: this.#messages, sum: this.#sum };
  }

  setState(state: unknown): void {
    const { messages, sum } = state as { messages: number; sum: number };
    this.#messages = messages;
    this.#sum = sum;
  }
}
