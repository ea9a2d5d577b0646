/**
 * The token of a run: whoever has it may join, and a worker executes whatever code its master
 * sends. So every call between master and workers carries it, and without it nothing is done.
 * It keeps strangers out; it does not hide what is said from those who can read the network.
 */

/** A new one, that nobody can guess; letters and digits only. */
export function createToken(): string {
  // Loaded when it is needed: a worker makes no token, and is ready earlier by a tenth of Node's
  // own start.
  return process.getBuiltinModule('node:crypto').randomBytes(10).toString('hex');
}

/** Holds the run's token in the environment of the processes that belong to it. */
export const tokenVariable = 'MAPREDUCE_TOKEN';

/** Args of a guarded method, as they are on the wire. */
export type WithToken<Args> = Args & { readonly token: string };

/**
 * A service with the exported methods of `receiver`, each of which throws unless its args hold
 * the token, before anything else happens.
 */
export function guard(receiver: object, token: string): object {
  const guarded: Record<string, (args: WithToken<object> | undefined) => unknown> = {};
  for (const [name, method] of listMethods(receiver)) {
    guarded[name] ??= (args) => {
      if (!isToken(args?.token, token)) throw new Error('the token is not the run’s');
      return method.call(receiver, args);
    };
  }
  return guarded;
}

type Method = (args: unknown) => unknown;

/** Own ones first, then those of each class upward. */
function* listMethods(receiver: object): Generator<[string, Method]> {
  for (
    let owner = receiver;
    owner && owner !== Object.prototype;
    owner = Object.getPrototypeOf(owner)
  ) {
    for (const [name, { value }] of Object.entries(
      Object.getOwnPropertyDescriptors(owner),
    )) {
      if (/^[A-Z]/.test(name) && typeof value === 'function') yield [name, value];
    }
  }
}

/** Whether it is the token; takes the same time wherever the two differ. */
export function isToken(given: unknown, token: string): boolean {
  if (typeof given !== 'string' || given.length !== token.length) return false;
  let difference = 0;
  for (let i = 0; i < token.length; i++) {
    difference |= given.charCodeAt(i) ^ token.charCodeAt(i);
  }
  return difference === 0;
}
