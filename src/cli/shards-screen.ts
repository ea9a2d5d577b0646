/**
 * What a person sees of `npm run shards`: what happens line by line and, on a terminal, a table
 * of the shards below it, with what is being typed. Not a terminal: the lines alone, and one
 * of progress each second.
 */
import { chalkStderr as chalk } from 'chalk';
import { nameShard } from '../shards/errors.ts';
import type { Decision } from '../shards/events.ts';
import type { Pool } from '../shards/pool.ts';
import { formatShard, helpLine } from './shards-commands.ts';

const redrawMs = 100;
const reportMs = 1000;
/** Failures told one by one; the others are counted. */
const toldFailures = 5;

type LogUpdate = ReturnType<typeof import('log-update').createLogUpdate>;

/** What the events were, in numbers. */
export interface Tally {
  lost: number;
  rebuilt: number;
  replayed: number;
  moved: number;
  messagesLost: number;
  failures: number;
  firstFailure: string | undefined;
}

export class ShardsScreen {
  readonly tally: Tally = {
    lost: 0,
    rebuilt: 0,
    replayed: 0,
    moved: 0,
    messagesLost: 0,
    failures: 0,
    firstFailure: undefined,
  };
  /** What is being typed; undefined: nobody can type. */
  typed: (() => string) | undefined;
  readonly #startMs = performance.now();
  readonly #stream = process.stderr;
  readonly #total: number;
  /** Set on a terminal only. */
  #table: LogUpdate | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pool: Pool | undefined;
  #sent: () => number = () => 0;

  constructor(total: number) {
    this.#total = total;
  }

  /** Begins to show the pool. */
  async open(pool: Pool, sent: () => number): Promise<void> {
    this.#pool = pool;
    this.#sent = sent;
    if (!this.#stream.isTTY) {
      this.#timer = setInterval(() => this.print(this.#drawProgress()), reportMs);
      return;
    }
    const { createLogUpdate } = await import('log-update');
    this.#table = createLogUpdate(this.#stream);
    this.#timer = setInterval(() => this.redraw(), redrawMs);
  }

  read(decision: Decision): void {
    const line = this.#tell(decision);
    if (line !== undefined) this.print(`${this.#clock()}  ${line}`);
  }

  /** Prints a line above the table; results go to stdout. */
  print(line: string, stream: NodeJS.WritableStream = this.#stream): void {
    this.#table?.clear();
    stream.write(`${line}\n`);
    this.redraw();
  }

  redraw(): void {
    this.#table?.(this.#draw());
  }

  /** Leaves the last state of the table on the screen. */
  close(): void {
    clearInterval(this.#timer);
    this.typed = undefined;
    this.redraw();
    this.#table?.done();
    this.#table = undefined;
  }

  #clock(): string {
    const seconds = (performance.now() - this.#startMs) / 1000;
    return `${seconds.toFixed(2).padStart(6)} s`;
  }

  #draw(): string {
    const rows = (this.#pool?.status ?? []).map(formatShard);
    const lines = [...rows, this.#drawProgress()];
    if (this.typed) lines.push(chalk.dim(helpLine), `> ${this.typed()}`);
    return lines.join('\n');
  }

  #drawProgress(): string {
    const waiting = this.#pool?.unapplied ?? 0;
    const queue = waiting === 0 ? '' : `, ${waiting} not applied yet`;
    return `${this.#clock()}  ${this.#sent()} of ${this.#total} messages sent${queue}`;
  }

  /** Undefined: nothing that a person wants to know each time. */
  #tell(decision: Decision): string | undefined {
    const { tally } = this;
    switch (decision.type) {
      case 'lost':
        tally.lost++;
        return chalk.red(`${nameShard(decision.shard)} lost (${decision.why})`);
      case 'rebuild':
        tally.rebuilt += decision.machines;
        tally.replayed += decision.messages;
        return `${nameShard(decision.shard)} is back: ${decision.machines} machines rebuilt, ${decision.messages} messages replayed`;
      case 'messages-lost': {
        const messages = decision.machines.reduce((sum, one) => sum + one.messages, 0);
        tally.messagesLost += messages;
        const some = decision.machines
          .slice(0, 3)
          .map(({ id, messages: n }) => `${id}: ${n}`);
        const more = decision.machines.length > 3 ? ', …' : '';
        return chalk.red(
          `without a log ${messages} messages of ${decision.machines.length} machines are gone (${some.join(', ')}${more})`,
        );
      }
      case 'message-failed':
        return this.#tellFailure(decision);
      case 'moved':
        tally.moved++;
        return undefined;
      default:
        return undefined;
    }
  }

  #tellFailure({
    message,
    why,
  }: Decision & { type: 'message-failed' }): string | undefined {
    const text =
      message.text.length > 60 ? `${message.text.slice(0, 60)}…` : message.text;
    const line = `${message.machine.id} failed at its message ${message.seq}, ${text}: ${why}`;
    this.tally.firstFailure ??= line;
    this.tally.failures++;
    if (this.tally.failures > toldFailures) return undefined;
    return chalk.red(line);
  }
}
