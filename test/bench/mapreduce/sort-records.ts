/**
 * Records for the external sort, and the check of what came out: every record is there, each
 * once, and in order. Both go through the data once, in pieces: neither fits into memory.
 *
 * Source: OSDI '04, section 5.3: a key of 10 bytes in a record of 100.
 */
import { once } from 'node:events';
import { createReadStream, createWriteStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { crc32 } from 'node:zlib';
import { createRandom } from '../../../src/sim/random.ts';

const seed = 1000;
const keyBytes = 10;
const recordBytes = 100;
const recordsPerChunk = 10_000;
/** Printable, one byte each, and none that the format of pairs would escape. */
const alphabet = Buffer.from(
  Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i))
    .join('')
    .replace('\\', ''),
);

/** The same for the same records in any order. */
export interface Fingerprint {
  readonly records: number;
  readonly sum: number;
}

/** Writes a file of so many records; the key leads, the record's number follows. */
export async function writeRecords(
  file: string,
  records: number,
  signal: AbortSignal,
): Promise<Fingerprint> {
  const stream = createWriteStream(file);
  const random = createRandom(seed);
  let sum = 0;
  for (let first = 0; first < records; first += recordsPerChunk) {
    signal.throwIfAborted();
    const count = Math.min(recordsPerChunk, records - first);
    const chunk = Buffer.alloc(count * recordBytes, '.');
    for (let i = 0; i < count; i++) {
      const begin = i * recordBytes;
      for (let at = begin; at < begin + keyBytes; at++) {
        chunk[at] = alphabet[Math.floor(random() * alphabet.length)] as number;
      }
      chunk.write(` ${first + i} `, begin + keyBytes, 'latin1');
      chunk[begin + recordBytes - 1] = 0x0a;
      sum = add(sum, chunk.subarray(begin, begin + recordBytes - 1));
    }
    if (!stream.write(chunk)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
  return { records, sum };
}

function add(sum: number, record: string | Uint8Array): number {
  return (sum + crc32(record)) >>> 0;
}

/** Reads `mr-out-0`, `mr-out-1` and so on as one. Rejects unless they are those records, sorted. */
export async function checkSorted(folder: string, expected: Fingerprint): Promise<void> {
  let [records, sum, previous] = [0, 0, ''];
  for (let reduce = 0; reduce < readdirSync(folder).length; reduce++) {
    const input = createReadStream(join(folder, `mr-out-${reduce}`), 'latin1');
    for await (const line of createInterface({ input })) {
      const key = line.slice(0, keyBytes);
      const record = line.slice(keyBytes + 1);
      if (line[keyBytes] !== '\t' || !record.startsWith(key)) {
        throw new Error(`WRONG ANSWER: no record and its key: ${line.slice(0, 60)}`);
      }
      if (key < previous) throw new Error(`WRONG ANSWER: ${key} is after ${previous}`);
      previous = key;
      records++;
      sum = add(sum, record);
    }
  }
  if (records === expected.records && sum === expected.sum) return;
  throw new Error(`WRONG ANSWER: ${records} records, not those ${expected.records}`);
}
