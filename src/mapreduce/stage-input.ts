/**
 * The input of a stage that reads the output files of the stage before: its splits, each with
 * the checksum of its records, so that whoever reads them later notices when a file is not
 * what was written. What a record is there, where the job does not say: a key-value line.
 */
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import { describeFile } from './remote-file.ts';
import { planSplits, readSplit, type Split } from './splits.ts';

/** One output file of a stage, as the reduce task has written it; its number is its index. */
export interface StageFile {
  readonly file: string;
  readonly bytes: number;
  readonly crc32: number | undefined;
}

/** Which of the files are missing, or not what was written. */
export async function findLostFiles(files: readonly StageFile[]): Promise<number[]> {
  const lost: number[] = [];
  for (const [index, { file, bytes, crc32 }] of files.entries()) {
    const found = await describeFile(file).catch(() => undefined);
    if (found?.bytes !== bytes || found.crc32 !== crc32) lost.push(index);
  }
  return lost;
}

/** The splits of all files; or which of them are lost. */
export async function planStageInput(
  files: readonly StageFile[],
  splitBytes: number,
): Promise<{ readonly splits: readonly Split[] } | { readonly lost: readonly number[] }> {
  const splits: Split[] = [];
  const lost: number[] = [];
  for (const [index, file] of files.entries()) {
    const checked = await planFile(file, splitBytes);
    if (checked) splits.push(...checked);
    else lost.push(index);
  }
  return lost.length > 0 ? { lost } : { splits };
}

/** Undefined: the file is lost. The records of its splits are all of its bytes, in order. */
async function planFile(
  { file, bytes, crc32: expected }: StageFile,
  splitBytes: number,
): Promise<Split[] | undefined> {
  const name = basename(file);
  const splits: Split[] = [];
  let whole = 0;
  try {
    for (const split of planSplits([{ file, name, bytes }], splitBytes)) {
      const records = readSplit(split).bytes;
      whole = crc32(records, whole);
      splits.push({ ...split, fallback: 'key-value', crc32: crc32(records) });
      // A master that reads must be heard from meanwhile.
      await new Promise((done) => setImmediate(done));
    }
  } catch {
    return undefined;
  }
  return whole === expected ? splits : undefined;
}
