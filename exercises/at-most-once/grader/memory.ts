/**
 * How much an object remembers: the entries of all maps, sets, arrays and objects that it
 * leads to, private fields and the variables of closures included. So a table that grows is
 * found wherever it is kept. Objects of the simulated world are no memory of the student's.
 */
import { Session } from 'node:inspector';
import { types } from 'node:util';

/** Counts the entries that `root` leads to, without those that lead to a member of `foreign`. */
export function countEntries(root: object, foreign: readonly object[] = []): number {
  const debuggerSession = new Session();
  debuggerSession.connect();
  try {
    return new Walk(debuggerSession, foreign).count(root);
  } finally {
    debuggerSession.disconnect();
  }
}

/** What V8 tells of a property; there is more, which nobody needs here. */
interface Property {
  readonly name: string;
  readonly value?: { readonly objectId?: string; readonly description?: string };
}

/** Where the debugger leaves the object itself, which it knows by a number only. */
const meetingPoint = Symbol.for('at-most-once: what the debugger has found');

class Walk {
  readonly #session: Session;
  readonly #seen: Set<object>;
  #entries = 0;

  constructor(session: Session, foreign: readonly object[]) {
    this.#session = session;
    this.#seen = new Set(foreign);
  }

  count(root: object): number {
    const waiting = [root];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      if (this.#seen.has(next) || types.isProxy(next) || isOfTheWorld(next)) continue;
      this.#seen.add(next);
      const held = [...listOpen(next), ...this.#listHidden(next)];
      this.#entries += held.length;
      waiting.push(...held.filter(isObject));
    }
    return this.#entries;
  }

  /** Private fields, and what a function sees of those around it. */
  #listHidden(owner: object): unknown[] {
    const { internal, hidden } = this.#inspect(this.#nameOf(owner));
    const scopes = internal.find(({ name }) => name === '[[Scopes]]')?.value?.objectId;
    const closures = scopes === undefined ? [] : this.#inspect(scopes).open;
    const around = closures
      .filter(({ value }) => /^(Closure|Block)/.test(value?.description ?? ''))
      .flatMap(({ value }) => this.#inspect(value?.objectId as string).open);
    return [...hidden, ...around].flatMap(({ value }) =>
      value?.objectId === undefined ? [] : [this.#fetch(value.objectId)],
    );
  }

  #inspect(objectId: string) {
    const { result, internalProperties, privateProperties } = this.#post(
      'Runtime.getProperties',
      { objectId, ownProperties: true },
    ) as Record<string, Property[] | undefined>;
    return {
      open: result ?? [],
      internal: internalProperties ?? [],
      hidden: privateProperties ?? [],
    };
  }

  #nameOf(object: object): string {
    Reflect.set(globalThis, meetingPoint, object);
    const expression = `globalThis[Symbol.for('${meetingPoint.description}')]`;
    const { result } = this.#post('Runtime.evaluate', { expression }) as {
      result: { objectId: string };
    };
    Reflect.deleteProperty(globalThis, meetingPoint);
    return result.objectId;
  }

  #fetch(objectId: string): unknown {
    const functionDeclaration = `function () {
      globalThis[Symbol.for('${meetingPoint.description}')] = this;
    }`;
    this.#post('Runtime.callFunctionOn', { objectId, functionDeclaration });
    const found: unknown = Reflect.get(globalThis, meetingPoint);
    Reflect.deleteProperty(globalThis, meetingPoint);
    return found;
  }

  /** Within one process the answer comes before `post` returns. */
  #post(method: string, parameters: object): unknown {
    let answer: unknown;
    this.#session.post(method, parameters, (error, result) => {
      if (error) throw error;
      answer = result;
    });
    return answer;
  }
}

/** What anybody may see: elements, entries, and own properties that are no getters. */
function listOpen(owner: object): unknown[] {
  const properties = Object.values(Object.getOwnPropertyDescriptors(owner)).flatMap(
    (descriptor) => ('value' in descriptor ? [descriptor.value] : []),
  );
  const entries =
    owner instanceof Map ? [...owner].flat() : owner instanceof Set ? [...owner] : [];
  return [...properties, ...entries];
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** A timer leads to its whole world. */
function isOfTheWorld(object: object): boolean {
  return object.constructor?.name === 'VirtualTimeout';
}
