/**
 * Fingerprints: what the output of a map task depends on, as one hash. The function with all
 * that it calls, its params, the records of its split, and how keys become partitions: equal
 * fingerprints mean equal output, and whoever has that output need not compute it again.
 *
 * Source: slides, "Job 1, Job 2", reusing map outputs; "Mapreduce: What could go wrong?".
 */
import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import type { JobParams } from './job.ts';
import type { OutputRecipe } from './lineage.ts';
import { readStored, type Split } from './splits.ts';

/** SHA-256 as 64 hexadecimal digits. */
export type Fingerprint = string;

/** What a map task calls: two jobs that differ in `reduce` alone have equal map outputs. */
const mapSide = ['setup', 'map', 'combine', 'partition', 'records', 'input'];

/**
 * The map side of a job: its code without what only `reduce` needs, and without comments, so
 * that neither another reducer nor a better comment costs a reuse. A job whose exports cannot
 * be told apart (CommonJS, one default object) counts as a whole.
 */
export async function fingerprintMapFunction(
  jobFile: string,
  params: JobParams,
): Promise<Fingerprint> {
  const exported = await listExports(jobFile);
  const needed = mapSide.filter((name) => exported.includes(name));
  if (!needed.includes('map')) return fingerprintJob(jobFile, params);
  const contents = `export { ${needed.join(', ')} } from ${quoteName(jobFile)};`;
  return fingerprintCode(contents, jobFile, params);
}

/** What gives each key its reduce task: the job's own function, else `hashOfTheKey`. */
export async function fingerprintPartitioner(
  jobFile: string,
  params: JobParams,
): Promise<Fingerprint> {
  const exported = await listExports(jobFile);
  // A default object may hold one.
  if (!exported.includes('map')) return fingerprintJob(jobFile, params);
  if (!exported.includes('partition')) return hashOfTheKey;
  const needed = ['setup', 'partition'].filter((name) => exported.includes(name));
  const contents = `export { ${needed.join(', ')} } from ${quoteName(jobFile)};`;
  return fingerprintCode(contents, jobFile, params);
}

/** In the place of a partitioner's fingerprint: ours. */
export const hashOfTheKey = "the key's hash";

function quoteName(jobFile: string): string {
  return JSON.stringify(`./${basename(jobFile)}`);
}

async function fingerprintCode(
  contents: string,
  jobFile: string,
  params: JobParams,
): Promise<Fingerprint> {
  const stdin = { contents, resolveDir: dirname(jobFile) };
  const { build } = await import('esbuild');
  const { outputFiles } = await build({ ...buildOptions, stdin, write: false });
  const code = outputFiles[0]?.text ?? '';
  const sorted = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
  return hash(code, JSON.stringify(sorted));
}

/** All of the job's code, and its params: a run goes on only with what it began with. */
export async function fingerprintJob(
  jobFile: string,
  params: JobParams,
): Promise<Fingerprint> {
  return fingerprintCode(`export * from ${quoteName(jobFile)};`, jobFile, params);
}

/** The records that the split holds, and the names by which the map function knows them. */
export function fingerprintInput(split: Split): Fingerprint {
  const content = createHash('sha256');
  let first: number | undefined;
  for (const { offset, bytes } of readStored(split, readBytes)) {
    content.update(bytes);
    if (bytes.length > 0) first ??= offset;
  }
  return hash(split.name, String(first ?? split.end), content.digest());
}

const readBytes = 1024 * 1024;

/** All that the output of one map task depends on; `choices` are those of the run. */
export function fingerprintMapTask(
  mapFunction: Fingerprint,
  input: Fingerprint,
  choices: readonly unknown[],
): Fingerprint {
  return hash(mapFunction, input, JSON.stringify(choices));
}

/** What one output file depends on. */
export function fingerprintOutput(recipe: OutputRecipe): Fingerprint {
  const { job, partitioner, maps, ...choices } = recipe;
  return hash(job, partitioner, JSON.stringify(maps), JSON.stringify(choices));
}

/** Many fingerprints as one. */
export function fingerprintAll(parts: readonly Fingerprint[]): Fingerprint {
  return hash(...parts);
}

const buildOptions = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  treeShaking: true,
  minifyWhitespace: true,
  minifySyntax: true,
  logLevel: 'silent',
} as const;

async function listExports(jobFile: string): Promise<readonly string[]> {
  const { build } = await import('esbuild');
  const { metafile } = await build({
    ...buildOptions,
    entryPoints: [jobFile],
    metafile: true,
    write: false,
    outdir: '/',
  });
  return Object.values(metafile.outputs)[0]?.exports ?? [];
}

/** Each part with its length before it: no two lists of parts give the same bytes. */
function hash(...parts: readonly (string | Buffer)[]): Fingerprint {
  const sum = createHash('sha256');
  for (const part of parts) {
    const bytes = Buffer.from(part);
    sum.update(`${bytes.length}:`).update(bytes);
  }
  return sum.digest('hex');
}
