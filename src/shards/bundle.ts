/**
 * Bundles the shard process and the user's module into plain JavaScript, once per pool: starting
 * a process then costs one start of Node and no compilation.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type BuildFailure, build } from 'esbuild';
import { ModuleError } from './errors.ts';

export interface Bundle {
  /** Holds nothing but the modules; whoever made the bundle removes it. */
  readonly folder: string;
  readonly shardMain: string;
  readonly watchdog: string;
  readonly machineModule: string;
}

/** Writes the modules into a new temporary folder. Throws a ModuleError for the user's own. */
export async function bundleShard(machineFile: string): Promise<Bundle> {
  const file = resolve(machineFile);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    throw new ModuleError(`there is no file ${machineFile} with a state machine`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'shards-'));
  const here = import.meta.dirname;
  const entryPoints = {
    'shard-main': join(here, 'shard-main.ts'),
    watchdog: join(here, 'watchdog.ts'),
    machine: file,
  };
  try {
    await buildModules(entryPoints, folder);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw new ModuleError(describeFailure(machineFile, error as BuildFailure));
  }
  const name = (entry: string) => join(folder, `${entry}.mjs`);
  const [shardMain, watchdog] = [name('shard-main'), name('watchdog')];
  return { folder, shardMain, watchdog, machineModule: name('machine') };
}

/** Writes each entry point, with all that it imports, as one module into `folder`. */
export function buildModules(entryPoints: Record<string, string>, folder: string) {
  return build({
    entryPoints,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'silent',
    // CommonJS packages inside a module call `require` for Node's own modules.
    banner: {
      js: "import{createRequire as _cr}from'node:module';const require=_cr(import.meta.url);",
    },
  });
}

function describeFailure(file: string, { errors, message }: BuildFailure): string {
  const first = errors?.[0];
  if (!first) return `${file} cannot be bundled: ${message}`;
  const { file: where, line, column } = first.location ?? { file, line: 0, column: 0 };
  return `the state machine does not compile: ${where}:${line}:${column + 1}: ${first.text}`;
}
