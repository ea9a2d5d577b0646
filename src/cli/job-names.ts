/**
 * Jobs as people name them: one of ours by its name, or a module of their own by its path.
 */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { closestName } from './closest-name.ts';
import { UsageError } from './command.ts';

const apps = resolve(import.meta.dirname, '../apps');

export const builtInJobs = [
  'word-count',
  'word-count-bytes',
  'inverted-index',
  'grep',
  'sort',
  'url-access-count',
  'web-link-graph',
  'term-vector',
  'by-frequency',
];

/** The job's file. Throws a UsageError that names the option. */
export function findJob(job: string, cwd: string, option = '--job'): string {
  if (builtInJobs.includes(job)) return join(apps, `${job}.ts`);
  const path = resolve(cwd, job);
  if (existsSync(path) && statSync(path).isFile()) return path;
  const meant = closestName(job, builtInJobs);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  throw new UsageError(
    `${option} ${job}: neither one of ${builtInJobs.join(', ')} nor a file in ${cwd}${hint}`,
  );
}
