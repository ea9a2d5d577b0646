/**
 * The input of a worker on another machine: a file with that content where the worker holds
 * one, the very file where it is also here, else a copy of what the task needs of it, read
 * through the master. The copy lies at its own offsets in a file of its own, so that whoever
 * reads a split need not know.
 */
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HeldInput } from './held-input.ts';
import type { MasterConnection } from './master-connection.ts';
import {
  type FileChunk,
  type FindInputArgs,
  type FindInputReply,
  fetchChunkBytes,
  type MapTaskArgs,
  type ReadInputArgs,
} from './wire.ts';

/** A master that sends nothing for so long cannot be asked; the attempt has failed. */
const readTimeoutMs = 30_000;
/** Most lines that cross the end of a split are shorter. */
const lineEndBytes = 16 * 1024;
const newline = 0x0a;

export interface LocalTask {
  readonly args: MapTaskArgs;
  /** That came from the master. */
  readonly movedBytes: number;
  /** Removes the copy. */
  release(): Promise<void>;
}

export interface LocalDisks {
  readonly master: MasterConnection;
  /** For copies. */
  readonly outputDir: string;
  readonly held: HeldInput;
  /** True: nothing else of this machine is the master's. */
  readonly isApart: boolean;
}

/** The task with a split that this machine can read. Rejects when the input cannot be had. */
export async function localiseTask(
  args: MapTaskArgs,
  { master, outputDir, held, isApart }: LocalDisks,
): Promise<LocalTask> {
  const { map, split, attempt } = args;
  const input = await findInput(map, master);
  if (split.version && !isSame(input, split.version)) {
    throw new Error(`input ${split.file} has changed since the job started`);
  }
  const here = { movedBytes: 0, release: async () => {} };
  const own = held.find(input.sha256);
  if (own) {
    const { file, version } = own;
    return { ...here, args: { ...args, split: { ...split, file, version } } };
  }
  if (!isApart && (await isHere(split.file, input))) return { ...here, args };
  const file = join(outputDir, `input-${attempt}`);
  const release = () => rm(file, { force: true });
  let movedBytes = 0;
  try {
    movedBytes = await copyRecords(args, master, file);
    if (!isSame(await findInput(map, master), input)) {
      throw new Error(`input ${split.file} has changed while it was read`);
    }
  } catch (error) {
    await release();
    throw error;
  }
  // The master's file was looked at, before and after: the copy has a time of its own.
  const { version: _, ...copied } = { ...split, file };
  return { args: { ...args, split: copied }, movedBytes, release };
}

function findInput(map: number, master: MasterConnection): Promise<FindInputReply> {
  const args: FindInputArgs = { map };
  return master.call('Master.FindInput', args, { deadlineMs: readTimeoutMs });
}

function isSame(one: FindInputReply, other: FindInputReply): boolean {
  return one.bytes === other.bytes && one.modifiedMs === other.modifiedMs;
}

/** The same path, size and time of change: that is what one file on one disk looks like. */
async function isHere(path: string, { bytes, modifiedMs }: FindInputReply) {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isFile() && stats.size === bytes && stats.mtimeMs === modifiedMs;
}

/**
 * From one byte before the split, as `readSplit` does, to the end of its last line; resolves
 * with how many bytes that is.
 */
async function copyRecords(
  { map, split }: MapTaskArgs,
  master: MasterConnection,
  path: string,
): Promise<number> {
  const file = await open(path, 'wx');
  try {
    let moved = 0;
    let isWhole = false;
    for (let offset = Math.max(0, split.start - 1); !isWhole; ) {
      const wanted = Math.max(lineEndBytes, split.end - offset);
      const length = Math.min(wanted, fetchChunkBytes);
      const chunk = await readInput(master, { map, offset, length });
      await file.write(chunk, 0, chunk.length, offset);
      const lastByte = Math.max(0, split.end - 1 - offset);
      isWhole = chunk.length === 0 || chunk.indexOf(newline, lastByte) !== -1;
      offset += chunk.length;
      moved += chunk.length;
    }
    return moved;
  } finally {
    await file.close();
  }
}

async function readInput(master: MasterConnection, args: ReadInputArgs): Promise<Buffer> {
  const options = { deadlineMs: readTimeoutMs };
  const { data } = await master.call<FileChunk>('Master.ReadInput', args, options);
  return Buffer.from(data, 'base64');
}
