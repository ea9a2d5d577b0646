/**
 * Bundles the worker and the job into plain modules: starting N workers then costs N starts of
 * Node and no compilation. The job is bundled for each run; the worker, only when its sources
 * have changed. The job's stacks still show its source's lines; our own have names only.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
} from 'node:fs';
import { join, resolve, sep } from 'node:path';
import type { BuildFailure, BuildOptions } from 'esbuild';
import { asFunction, bundleOptions, root } from './bundle-options.cjs';
import { JobError } from './job.ts';
import { keepBundle } from './kept-bundle.cjs';
import type { Preparation } from './make-bundle.cjs';

export interface Bundle {
  readonly taskThread: string;
  readonly sequentialMain: string;
  readonly jobModule: string;
}

/** What crosses between master and workers: JSON with a length before it, pushed, or gRPC, pulled. */
export const transports = ['json', 'grpc'] as const;

export type Transport = (typeof transports)[number];

/** Apart, because a worker that does not speak gRPC would start later for its packages. */
const workerMains: Record<Transport, string> = {
  json: 'worker-main.ts',
  grpc: 'grpc/worker-main.ts',
};

/** Runs a module that was bundled as `compiled`: to be followed by its path. */
export const startCompiled = join(import.meta.dirname, 'start-compiled.cjs');

/** What Node is to run as a worker's process: options, modules, arguments. */
export interface WorkerMain {
  /** For as long as the run's folder is there. */
  readonly fromModules: readonly string[];
  /** A process that has loaded them, for those who start now: it may be removed some day. */
  readonly fromSnapshot?: readonly string[] | undefined;
}

/** Writes the module of a worker's process into `folder`. */
export async function bundleWorkerMain(
  folder: string,
  transport: Transport = 'json',
): Promise<WorkerMain> {
  const entry = { 'worker-main': join(import.meta.dirname, workerMains[transport]) };
  // Packages of gRPC's cannot be in a snapshot.
  const snapshotOf = transport === 'json' ? 'worker-main' : undefined;
  const kept = await putCompiled(`worker-${transport}`, entry, folder, snapshotOf);
  const module = join(folder, 'worker-main.cjs');
  const snapshot = kept && findSnapshot(kept, 'worker-main');
  return {
    fromModules: [startCompiled, module],
    fromSnapshot:
      snapshot === undefined ? undefined : ['--snapshot-blob', snapshot, module],
  };
}

/** Of an entry of a kept bundle, where a process can start from it here, and now. */
function findSnapshot(kept: string, entry: string): string | undefined {
  const snapshot = join(kept, `${entry}.snapshot`);
  if (process.env.NODE_OPTIONS || !existsSync(snapshot)) return undefined;
  // Of V8's version, its flags, and what the processor can do.
  const tag = `${process.getBuiltinModule('node:v8').cachedDataVersionTag()}`;
  return readFileSync(join(kept, `${entry}.cjs.tag`), 'utf8') === tag
    ? snapshot
    : undefined;
}

/**
 * Writes the job, and what runs its tasks, into `folder`. Throws a JobError where the job does
 * not compile.
 */
export async function bundleTasks(jobFile: string, folder: string): Promise<Bundle> {
  const thread = { 'task-thread': join(import.meta.dirname, 'task-thread.ts') };
  const main = { 'sequential-main': join(import.meta.dirname, 'sequential-main.ts') };
  const job = buildJob(jobFile, 'job', folder);
  const builds = [
    job,
    putCompiled('task', thread, folder),
    putModules('sequential', main, folder),
  ];
  // Also of a job that does not compile: whoever is told may remove the folder.
  await Promise.allSettled(builds);
  await Promise.all(builds);
  return {
    jobModule: await job,
    taskThread: join(folder, 'task-thread.cjs'),
    sequentialMain: join(folder, 'sequential-main.mjs'),
  };
}

/** Writes a later stage's job beside the modules of the first. Throws as `bundleTasks` does. */
export function bundleJob(
  jobFile: string,
  folder: string,
  stage: number,
): Promise<string> {
  return buildJob(jobFile, `job-${stage}`, folder);
}

/** Resolves with the path of the module. A job of this project is kept, as the worker is. */
async function buildJob(jobFile: string, name: string, folder: string): Promise<string> {
  const file = resolve(jobFile);
  const isOurs = file.startsWith(join(root, sep));
  // Loaded when it is needed: before that, the workers' processes are started.
  const { createHash } = process.getBuiltinModule('node:crypto');
  const keptAs = `${name}-${createHash('sha256').update(file).digest('hex').slice(0, 16)}`;
  const build = (options: BuildOptions) =>
    isOurs
      ? putModules(keptAs, { [name]: file }, folder, options)
      : buildModules({ [name]: jobFile }, folder, options);
  try {
    await build(commonJsJob);
    return join(folder, `${name}.cjs`);
  } catch (error) {
    if (!mustBeModule(error)) throw describeBuildFailure(jobFile, error);
  }
  await build(mappedJob).catch((error) => {
    throw describeBuildFailure(jobFile, error);
  });
  return join(folder, `${name}.mjs`);
}

/** Of the job alone: a stack tells file and line. */
const mappedJob: BuildOptions = { sourcemap: 'inline', sourcesContent: false };

/** What esbuild calls it where a module asks for its own place, which CommonJS cannot tell. */
const usesImportMeta = 'empty-import-meta';

/** Loaded without the loader of other modules. */
const commonJsJob: BuildOptions = {
  ...mappedJob,
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  // As in any module.
  banner: { js: '"use strict";' },
  logOverride: { [usesImportMeta]: 'error' },
};

/** Whether that was why it could not be CommonJS. */
function mustBeModule(error: unknown): boolean {
  const { errors = [] } = error as Partial<BuildFailure>;
  return errors.some(
    ({ id, text }) => id === usesImportMeta || text.startsWith('Top-level await'),
  );
}

export interface StateBundle {
  readonly serverMain: string;
  /** Set for gRPC: what its clients load. */
  readonly grpcClient: string | undefined;
}

/** Writes the state server's modules into `folder`. */
export async function bundleStateServer(
  folder: string,
  transport: Transport,
): Promise<StateBundle> {
  const isGrpc = transport === 'grpc';
  const main = isGrpc ? 'grpc/state-server-main.ts' : 'stores/state-server-main.ts';
  const client = join(import.meta.dirname, 'grpc/state-client.ts');
  await putModules(
    `state-server-${transport}`,
    {
      'state-server-main': join(import.meta.dirname, main),
      ...(isGrpc ? { 'grpc-state-client': client } : {}),
    },
    folder,
  );
  return {
    serverMain: join(folder, 'state-server-main.mjs'),
    grpcClient: isGrpc ? join(folder, 'grpc-state-client.mjs') : undefined,
  };
}

const isOfSnapshot = /\.(snapshot|tag)$/;

/** A process that starts with CommonJS loads no loader of other modules: it is up earlier. */
export const compiled: BuildOptions = { ...asFunction, outExtension: { '.js': '.cjs' } };

/** The same, with what V8 makes of them. */
function putCompiled(
  name: string,
  entryPoints: Record<string, string>,
  folder: string,
  snapshotOf?: string,
) {
  const preparation = { isCompiled: true, ...(snapshotOf && { snapshotOf }) };
  return putModules(name, entryPoints, folder, compiled, preparation);
}

/**
 * Writes our own modules into `folder`: a run has what it began with until it ends. Resolves
 * with where they are kept, if they are.
 */
async function putModules(
  name: string,
  entryPoints: Record<string, string>,
  folder: string,
  options: BuildOptions = {},
  preparation: Preparation = {},
): Promise<string | undefined> {
  const kept = await keepBundle(name, entryPoints, options, preparation);
  if (kept === undefined) {
    await buildModules(entryPoints, folder, options);
    return undefined;
  }
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(kept)) {
    if (isOfSnapshot.test(file)) continue;
    // In one move: a run that is to be resumed may go on, and start a worker now.
    const draft = join(folder, `${file}.${process.pid}`);
    copyFileSync(join(kept, file), draft);
    renameSync(draft, join(folder, file));
  }
  return kept;
}

/** Loads the compiler only where something is to be compiled: it takes its time. */
async function buildModules(
  entryPoints: Record<string, string>,
  folder: string,
  options: BuildOptions,
): Promise<void> {
  const { build } = await import('esbuild');
  await build({ ...bundleOptions, ...options, entryPoints, outdir: folder });
}

function describeBuildFailure(jobFile: string, error: unknown): JobError {
  const { errors, message } = error as BuildFailure;
  const first = errors?.[0];
  if (!first) return new JobError(`the job ${jobFile} cannot be bundled: ${message}`);
  const { file, line, column } = first.location ?? { file: jobFile, line: 0, column: 0 };
  const place = `${file}:${line}:${column + 1}`;
  return new JobError(`the job does not compile: ${place}: ${first.text}`);
}
