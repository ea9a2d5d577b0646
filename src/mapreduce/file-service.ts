/**
 * What joined workers may read from the master: the run's code and the files of its splits,
 * named by what they are for and never by a path.
 */
import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Bundle } from './bundle.ts';
import { InputIdentity } from './held-input.ts';
import type { MasterOptions } from './master-options.ts';
import { fingerprint, readChunk } from './remote-file.ts';
import type { Split } from './splits.ts';
import type {
  CodeFacts,
  CodeName,
  FileChunk,
  FindInputArgs,
  FindInputReply,
  JoinReply,
  ReadCodeArgs,
  ReadInputArgs,
  StageWork,
} from './wire.ts';
import { describeWork } from './worker-config.ts';

/** What a run tells a worker that joins it. */
export function describeRun(
  { id: worker, name }: { id: number; name: string },
  options: MasterOptions,
): JoinReply {
  const { bundle, lostAfterMs } = options;
  const code = {
    job: describeCode(bundle.jobModule),
    taskThread: describeCode(bundle.taskThread),
  };
  return { ...describeWork(worker, options), worker, name, code, lostAfterMs };
}

/** What tells the tasks of one stage from those of another; undefined: there is only one. */
export function describeStage(options: MasterOptions): StageWork | undefined {
  const { stage, params, reduceTasks, outputDir, outputFormat = 'key-value' } = options;
  if (stage === undefined) return undefined;
  const { jobModule } = options.bundle;
  const code = describeCode(jobModule);
  return { stage, params, reduceTasks, outputFormat, outputDir, jobModule, code };
}

function describeCode(path: string): CodeFacts {
  const bytes = readFileSync(path);
  const extension = extname(path) === '.cjs' ? '.cjs' : '.mjs';
  const checks = { crc32: crc32(bytes), fingerprint: fingerprint(bytes) };
  return { extension, bytes: bytes.length, ...checks };
}

/** A part of a module of `bundle`, which is that of the stage asked for. */
export function readCode(
  bundle: Bundle | undefined,
  { stage, code, offset }: ReadCodeArgs,
): Promise<FileChunk> {
  const modules = new Map<CodeName, string | undefined>([
    ['job', bundle?.jobModule],
    ['taskThread', bundle?.taskThread],
  ]);
  const path = modules.get(code);
  if (path === undefined) throw new Error(`stage ${stage} has no module ${code}`);
  return readChunk(path, offset);
}

/** Methods to be published as a part of the master's service. */
export function createFileService(
  splits: readonly Split[],
  identity = new InputIdentity(splits),
) {
  const findSplit = (map: number) => {
    const split = Number.isInteger(map) ? splits[map] : undefined;
    if (!split) throw new Error(`the job has no map task ${map}`);
    return split;
  };
  return {
    FindInput: async ({ map }: FindInputArgs): Promise<FindInputReply> => {
      const split = findSplit(map);
      const sha256 = await identity.hashOf(split);
      const { size, mtimeMs } = await stat(split.file);
      return { bytes: size, modifiedMs: mtimeMs, sha256 };
    },
    ReadInput: ({ map, offset, length }: ReadInputArgs) =>
      readChunk(findSplit(map).file, offset, length),
  };
}
