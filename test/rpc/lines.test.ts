/** Frames: any chunking gives the same lines; limits hold while reading, not after. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineReader } from '../../src/rpc/lines.ts';

function readAll(reader: LineReader): string[] {
  const lines: string[] = [];
  for (let line = reader.next(); line !== undefined; line = reader.next())
    lines.push(line);
  return lines;
}

test('however the bytes are cut, the lines are the same, but for empty ones', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\n', 'é', '🚀', ' ') });
  fc.assert(
    fc.property(text, fc.array(fc.nat(9), { minLength: 1 }), (value, sizes) => {
      const bytes = Buffer.from(value);
      const reader = new LineReader(1000);
      const lines: string[] = [];
      for (let at = 0, i = 0; at < bytes.length; i++) {
        const size = 1 + (sizes[i % sizes.length] as number);
        reader.push(bytes.subarray(at, at + size));
        at += size;
        if (i % 2 === 0) lines.push(...readAll(reader));
      }
      lines.push(...readAll(reader));
      const whole = value.split('\n').slice(0, -1);
      expect(lines).toEqual(whole.filter((line) => line !== ''));
      expect(reader.hasPartialLine).toBe(!value.endsWith('\n') && value !== '');
    }),
  );
});

test('a line may be as long as the limit and not a byte longer, in one chunk or in many', () => {
  for (const cut of [4, 100]) {
    for (const [size, fits] of [
      [10, true],
      [11, false],
    ] as const) {
      const reader = new LineReader(10);
      const bytes = Buffer.from(`${'x'.repeat(size)}\n`);
      const read = () => {
        for (let at = 0; at < bytes.length; at += cut) {
          reader.push(bytes.subarray(at, at + cut));
          readAll(reader);
        }
      };
      if (fits) read();
      else expect(read).toThrow('frame is over 10 bytes (maxFrameBytes)');
    }
  }
});
