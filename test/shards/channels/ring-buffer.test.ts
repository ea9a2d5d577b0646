/** The ring of bytes: what goes in comes out, whatever the pieces, the wraps and the counters. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RingBuffer } from '../../../src/shards/channels/ring-buffer.ts';
import { FrameReader, FrameWriter } from '../../../src/shards/channels/ring-frames.ts';

test('bytes come out as they went in, in pieces of any size', () => {
  const pieces = fc.array(fc.tuple(fc.nat(40), fc.nat(40)), { maxLength: 200 });
  fc.assert(
    fc.property(pieces, (steps) => {
      const memory = RingBuffer.allocate(32);
      const [writer, reader] = [new RingBuffer(memory), new RingBuffer(memory)];
      let [written, read] = [0, 0];
      for (const [writeLength, readLength] of steps) {
        const bytes = Uint8Array.from({ length: writeLength }, (_, i) => written + i);
        const room = 32 - (written - read);
        const wrote = writer.write(bytes);
        expect(wrote).toBe(Math.min(writeLength, room));
        written += wrote;
        const into = new Uint8Array(readLength);
        const got = reader.read(into);
        expect(got).toBe(Math.min(readLength, written - read));
        for (let i = 0; i < got; i++) expect(into[i]).toBe((read + i) & 0xff);
        read += got;
        expect(reader.length).toBe(written - read);
      }
    }),
  );
});

test('counters that pass 2^32 change nothing', () => {
  const memory = RingBuffer.allocate(16);
  new Int32Array(memory).fill(-8, 0, 2);
  const ring = new RingBuffer(memory);
  for (let i = 0; i < 10; i++) {
    expect(ring.write(Uint8Array.of(i, i + 1, i + 2))).toBe(3);
    expect(ring.length).toBe(3);
    const into = new Uint8Array(8);
    expect(ring.read(into)).toBe(3);
    expect([...into.subarray(0, 3)]).toEqual([i, i + 1, i + 2]);
  }
});

test('frames larger than the ring go through it in pieces, in order, to the farewell', () => {
  const ring = new RingBuffer(RingBuffer.allocate(64));
  const [writer, reader] = [new FrameWriter(ring), new FrameReader(ring)];
  const messages = ['small', 'x'.repeat(1000), { list: [1, 2.5, 'é'] }, ''];
  for (const message of messages) writer.add(message);
  writer.addFarewell();
  const read: unknown[] = [];
  while (!reader.isEnded) {
    writer.flush();
    const frame = reader.next();
    if (frame) read.push(frame.message);
  }
  expect(read).toEqual(messages);
  expect(writer.flush()).toBe(true);
});
