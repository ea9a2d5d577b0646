/**
 * The machines of one process, by id. Each is made when it is first named, gets its messages
 * once and in order, and outlives a message that it throws at. Knows nothing of processes: the
 * same code runs alone, as the oracle.
 */
import { isDeepStrictEqual } from 'node:util';
import { canRestore, type MachineClass, type StateMachine } from './machine.ts';

interface Hosted {
  /** Undefined: its constructor has thrown; the next message tries again. */
  machine: StateMachine | undefined;
  /** Of the last message that it got. */
  seq: number;
}

export class Registry {
  readonly canRestore: boolean;
  readonly #machineClass: MachineClass;
  readonly #hosted = new Map<string, Hosted>();

  constructor(machineClass: MachineClass) {
    this.#machineClass = machineClass;
    this.canRestore = canRestore(machineClass);
  }

  get ids(): string[] {
    return [...this.#hosted.keys()];
  }

  has(id: string): boolean {
    return this.#hosted.has(id);
  }

  seqOf(id: string): number {
    return this.#hosted.get(id)?.seq ?? 0;
  }

  /**
   * Gives the machine its message number `seq`, unless it has had it; false: it had. Throws
   * what the machine throws: that message is over, and the next one may come.
   */
  apply(id: string, seq: number, message: unknown): boolean {
    const hosted = this.#host(id);
    if (seq <= hosted.seq) return false;
    if (seq !== hosted.seq + 1) {
      throw new GapError(
        `${id} has had ${hosted.seq} messages, and now gets the ${seq}th`,
      );
    }
    hosted.seq = seq;
    hosted.machine ??= new this.#machineClass(id);
    const result: unknown = hosted.machine.processMessage(message);
    if (result instanceof Promise) refusePromise(result);
    return true;
  }

  /**
   * Makes the machine anew: as it was after message number `seq`, or, for undefined, as it is
   * at first. Throws when the class does not restore what it has given.
   */
  install(id: string, seq: number, state: unknown): void {
    const machine = new this.#machineClass(id);
    if (state !== undefined) {
      machine.setState?.(structuredClone(state));
      if (!isDeepStrictEqual(JSON.parse(encodeState(machine)), state)) {
        throw new Error(
          `setState of ${this.#machineClass.name} does not restore what getState gave (${id})`,
        );
      }
    }
    this.#hosted.set(id, { machine, seq });
  }

  drop(id: string): void {
    this.#hosted.delete(id);
  }

  /** The machine's state as JSON. Throws what getState throws. */
  encode(id: string): string {
    const machine = this.#hosted.get(id)?.machine;
    if (!machine) throw new Error('its constructor has thrown, so there is no state');
    return encodeState(machine);
  }

  #host(id: string): Hosted {
    let hosted = this.#hosted.get(id);
    if (!hosted) {
      hosted = { machine: undefined, seq: 0 };
      this.#hosted.set(id, hosted);
    }
    return hosted;
  }
}

/** A message is missing: a mistake of ours, and no machine may go on from it. */
export class GapError extends Error {
  override readonly name = 'GapError';
}

function encodeState(machine: StateMachine): string {
  const text: string | undefined = JSON.stringify(machine.getState());
  if (text === undefined) throw new Error('getState returned nothing that is JSON');
  return text;
}

/** What it would do later could be lost or mixed with the next message. */
function refusePromise(result: Promise<unknown>): never {
  result.catch(() => {});
  throw new Error(
    'processMessage returned a promise: a machine finishes a message before the next one',
  );
}
