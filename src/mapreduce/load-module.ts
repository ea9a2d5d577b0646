/**
 * Loads a module that was bundled for a run, into a bundle that runs itself.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

// biome-ignore lint/suspicious/noExplicitAny: nobody knows what a module exports.
type Import = (url: string) => Promise<any>;

/** Code that V8 has compiled before has no `import` of its own; `start-compiled.cjs` lends one. */
const lent = Symbol.for('mapreduce.import');

/** Resolves with what the module at `path` exports. */
export async function loadModule(path: string): ReturnType<Import> {
  // A thread that imports nothing loads no loader for it: its first task begins earlier.
  if (path.endsWith('.cjs')) return createRequire(path)(path);
  const { [lent]: importLent } = globalThis as { [lent]?: Import };
  const importUrl = importLent ?? ((url) => import(url));
  return importUrl(pathToFileURL(path).href);
}
