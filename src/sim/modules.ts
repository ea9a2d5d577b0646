/**
 * What programs import instead of using the global: `setTimeout` of `node:timers/promises`,
 * `randomUUID` of `node:crypto` and their like. They are replaced once, for all importers, by
 * functions that ask at each call whether a world is running: then they live in it, otherwise
 * they are Node's own.
 */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import { promisify } from 'node:util';

type AnyFunction = (...args: never[]) => unknown;

let isInstalled = false;
let isVirtual = () => false;

/** Does it at its first call only. `isInWorld` tells whether the globals are virtual now. */
export function replaceModules(isInWorld: () => boolean): void {
  isVirtual = isInWorld;
  if (isInstalled) return;
  isInstalled = true;
  for (const name of timerNames) dispatch(timers, name, globalFunction(name));
  for (const [name, virtual] of Object.entries(promised)) {
    dispatch(timersPromises, name, virtual);
  }
  dispatch(timersPromises.scheduler, 'wait', promised.setTimeout);
  for (const name of ['randomBytes', 'randomInt', 'randomUUID'] as const) {
    dispatch(crypto, name, chance[name]);
  }
  for (const name of ['randomUUID', 'getRandomValues'] as const) {
    dispatch(globalThis.crypto, name, chance[name]);
  }
  syncBuiltinESMExports();
}

const timerNames = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
] as const;

function globalFunction(name: (typeof timerNames)[number]): AnyFunction {
  return (...args) => (globalThis[name] as AnyFunction)(...args);
}

const promised = {
  setTimeout: (delayMs?: number, value?: unknown) =>
    new Promise((resolve) => setTimeout(resolve, delayMs, value)),
  setImmediate: (value?: unknown) =>
    new Promise((resolve) => setImmediate(resolve, value)),
};

/** Drawn from the world's Math.random: seeded, and good enough for tests only. */
const chance = {
  randomBytes: (size: number) => Buffer.from(Array.from({ length: size }, drawByte)),
  randomInt: (min: number, max?: number) => {
    const [from, to] = max === undefined ? [0, min] : [min, max];
    return from + Math.floor(Math.random() * (to - from));
  },
  randomUUID: () => {
    const hex = chance.randomBytes(16).toString('hex');
    const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`];
    return [...parts, `8${hex.slice(17, 20)}`, hex.slice(20)].join('-');
  },
  getRandomValues: <T extends NodeJS.TypedArray>(array: T): T => {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    bytes.forEach((_, i) => {
      bytes[i] = drawByte();
    });
    return array;
  },
};

function drawByte(): number {
  return Math.floor(Math.random() * 256);
}

function dispatch(owner: object, name: string, virtual: AnyFunction): void {
  const real = Reflect.get(owner, name) as AnyFunction;
  const either = function (this: unknown, ...args: never[]) {
    return isVirtual() ? virtual(...args) : Reflect.apply(real, this, args);
  };
  const custom = Object.getOwnPropertyDescriptor(real, promisify.custom);
  if (custom) Object.defineProperty(either, promisify.custom, custom);
  Object.defineProperty(owner, name, {
    value: either,
    configurable: true,
    writable: true,
  });
}
