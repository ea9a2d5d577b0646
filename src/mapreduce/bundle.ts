/**
 * Bundles the worker and the job into plain modules, once per run: starting N workers then
 * costs N starts of Node and no compilation. Stacks still show the source's lines.
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

/** Writes the modules into `folder`. Throws a JobError where the job does not compile. */
export async function bundleWorker(jobFile: string, folder: string): Promise<Bundle> {
  const bundle = {
    workerMain: join(folder, 'worker-main.mjs'),
    taskThread: join(folder, 'task-thread.mjs'),
    sequentialMain: join(folder, 'sequential-main.mjs'),
    jobModule: join(folder, 'job.mjs'),
  };
  const entryPoints = {
    'worker-main': join(import.meta.dirname, 'worker-main.ts'),
    'task-thread': join(import.meta.dirname, 'task-thread.ts'),
    'sequential-main': join(import.meta.dirname, 'sequential-main.ts'),
    job: jobFile,
  };
  await buildModules(entryPoints, folder).catch((error: BuildFailure) => {
    throw new JobError(describeBuildFailure(jobFile, error));
  });
  return bundle;
}

/** Writes the state server's module into `folder`, and returns its path. */
export async function bundleStateServer(folder: string): Promise<string> {
  const source = join(import.meta.dirname, 'stores/state-server-main.ts');
  await buildModules({ 'state-server-main': source }, folder);
  return join(folder, 'state-server-main.mjs');
}

function buildModules(entryPoints: Record<string, string>, folder: string) {
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
