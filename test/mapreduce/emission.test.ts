/** Keys that a job emits as bytes. */
import { expect, test } from 'vitest';
import { Emission } from '../../src/mapreduce/emission.ts';

function emitBytes(...keys: (string | Uint8Array)[]): string[] {
  const emitted: string[] = [];
  const emission = new Emission((key) => emitted.push(key));
  emission.isOpen = true;
  for (const key of keys) emission.emitBytes(key, '1');
  return emitted;
}

test('a key as bytes is the text that they are, a part of a chunk, too', () => {
  const chunk = new TextEncoder().encode('the été 😀');
  const words = [
    chunk.subarray(0, 3),
    chunk.subarray(4, 9),
    Buffer.from(chunk).subarray(10),
  ];
  expect(emitBytes(...words, 'as text', new Uint8Array())).toEqual([
    ...['the', 'été', '😀', 'as text', ''],
  ]);
});

test('what is no UTF-8 becomes U+FFFD, and the bytes may change afterwards', () => {
  const bytes = Uint8Array.of(0x61, 0xff, 0x62);
  const emitted = emitBytes(bytes);
  bytes.fill(0);
  expect(emitted).toEqual(['a\ufffdb']);
});
