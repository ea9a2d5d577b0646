/**
 * What a user writes: a module with one class. The pool makes an object of it for every id.
 *
 *     export default class Counter {
 *       #count = 0;
 *       processMessage({ add }) { this.#count += add; }
 *       getState() { return { count: this.#count }; }
 *       setState({ count }) { this.#count = count; }
 *     }
 *
 * A machine is deterministic: the same messages in the same order give the same state. Then it
 * can be rebuilt in another process, by its messages alone or from a state on.
 */
import { ModuleError } from './errors.ts';

export interface StateMachine {
  /** Takes one message, and has finished with it when it returns. */
  processMessage(message: unknown): void;
  /** Its state as JSON; changes nothing. */
  getState(): unknown;
  /**
   * Puts a new machine into a state that `getState` gave. Optional: without it a machine is
   * rebuilt from all its messages, so that the log can never be shortened.
   */
  setState?(state: unknown): void;
}

export type MachineClass = new (id: string) => StateMachine;

/** The class that a module exports: as its default, or alone. Throws a ModuleError. */
export function findMachineClass(exported: object, file: string): MachineClass {
  const values = Object.values(exported);
  const classes = values.filter((value) => typeof value === 'function');
  const chosen = (exported as { default?: unknown }).default ?? classes[0];
  if (typeof chosen !== 'function' || (classes.length > 1 && !('default' in exported))) {
    throw new ModuleError(
      `${file} exports ${classes.length === 0 ? 'no class' : `${classes.length} classes`}: ` +
        'write "export default class …" for the state machine',
    );
  }
  const prototype: object = chosen.prototype ?? {};
  for (const method of ['processMessage', 'getState']) {
    if (typeof (prototype as Record<string, unknown>)[method] === 'function') continue;
    throw new ModuleError(
      `the class ${chosen.name || 'without a name'} in ${file} has no method ${method}: ` +
        'a state machine needs processMessage(message) and getState()',
    );
  }
  return chosen as MachineClass;
}

/** Whether its machines can be put into a state that was taken from them. */
export function canRestore(machineClass: MachineClass): boolean {
  return typeof (machineClass.prototype as StateMachine).setState === 'function';
}
