/**
 * Bundles the worker and the job into plain modules, once per run: starting N workers then
 * costs N starts of Node and no compilation. The job's stacks still show its source's lines;
 * our own have names only, since every worker would read the maps when it starts.
 */
import { join } from 'node:path';
import { type BuildFailure, build } from 'esbuild';
import { JobError } from './job.ts';

export interface Bundle {
  readonly workerMain: string;
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

/** Writes the modules into `folder`. Throws a JobError where the job does not compile. */
export async function bundleWorker(
  jobFile: string,
  folder: string,
  transport: Transport = 'json',
): Promise<Bundle> {
  const bundle = {
    workerMain: join(folder, 'worker-main.mjs'),
    taskThread: join(folder, 'task-thread.mjs'),
    sequentialMain: join(folder, 'sequential-main.mjs'),
    jobModule: join(folder, 'job.mjs'),
  };
  const entryPoints = {
    'worker-main': join(import.meta.dirname, workerMains[transport]),
    'task-thread': join(import.meta.dirname, 'task-thread.ts'),
    'sequential-main': join(import.meta.dirname, 'sequential-main.ts'),
  };
  const builds = [buildJob(jobFile, 'job', folder), buildModules(entryPoints, folder)];
  // Also of a job that does not compile: whoever is told may remove the folder.
  await Promise.allSettled(builds);
  await Promise.all(builds);
  return bundle;
}

/** Writes a later stage's job beside the modules of the first. Throws as `bundleWorker` does. */
export async function bundleJob(
  jobFile: string,
  folder: string,
  stage: number,
): Promise<string> {
  const name = `job-${stage}`;
  await buildJob(jobFile, name, folder);
  return join(folder, `${name}.mjs`);
}

async function buildJob(jobFile: string, name: string, folder: string): Promise<void> {
  await buildModules({ [name]: jobFile }, folder, 'inline').catch((error) => {
    throw new JobError(describeBuildFailure(jobFile, error));
  });
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
  await buildModules(
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

function buildModules(
  entryPoints: Record<string, string>,
  folder: string,
  sourcemap: false | 'inline' = false,
) {
  return build({
    entryPoints,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap,
    logLevel: 'silent',
    // CommonJS packages inside a job call `require` for Node's own modules.
    banner: {
      js: "import{createRequire as _cr}from'node:module';const require=_cr(import.meta.url);",
    },
  });
}

function describeBuildFailure(
  jobFile: string,
  { errors, message }: BuildFailure,
): string {
  const first = errors?.[0];
  if (!first) return `the job ${jobFile} cannot be bundled: ${message}`;
  const { file, line, column } = first.location ?? { file: jobFile, line: 0, column: 0 };
  return `the job does not compile: ${file}:${line}:${column + 1}: ${first.text}`;
}
