/** The progress file: written whole or not at all; what cannot be read is kept aside. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CheckResult } from '../../src/grading/check.ts';
import { ProgressFile } from '../../src/grading/progress.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'progress-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function results(...earned: readonly boolean[]): CheckResult[] {
  const check = { sentence: 's', slide: 's', points: 50, on: 'x' };
  return earned.map((pass, i) =>
    pass
      ? { ...check, id: `${i}`, status: 'pass' }
      : { ...check, id: `${i}`, status: 'waits' },
  );
}

const [monday, tuesday] = [new Date('2024-02-12T10:00Z'), new Date('2024-02-13T10:00Z')];

test('it keeps the best points, the last grading, and when the exercise was first passed', () => {
  const progress = new ProgressFile(join(folder, 'new'));
  expect(progress.of('cristian')).toEqual({ bestPoints: 0, hints: {} });
  progress.recordGrading('cristian', results(true, true), monday);
  progress.recordGrading('cristian', results(true, false), tuesday);
  progress.recordGrading('wordcount', results(true, false), tuesday);
  expect(new ProgressFile(join(folder, 'new')).of('cristian')).toEqual({
    bestPoints: 100,
    hints: {},
    lastGradedAt: tuesday.toISOString(),
    passedAt: monday.toISOString(),
  });
  expect(progress.hasPassed('cristian')).toBe(true);
  expect(progress.hasPassed('wordcount')).toBe(false);
  expect(progress.hasPassed('constructor')).toBe(false);
});

test('it counts hints, and remembers a look at the solution', () => {
  const progress = new ProgressFile(folder);
  progress.recordHints('cristian', 'half', 2);
  progress.recordHints('cristian', 'bound', 1);
  progress.recordPeek('cristian', monday);
  progress.recordPeek('cristian', tuesday);
  expect(progress.of('cristian')).toMatchObject({
    hints: { half: 2, bound: 1 },
    peekedAt: monday.toISOString(),
  });
  expect(readdirSync(folder)).toEqual(['progress.json']);
});

describe('a file that cannot be read', () => {
  test.each([
    '{"cristian": {"best',
    '[]',
    'null',
    '{"cristian": {"bestPoints": "all"}}',
    '{"cristian": {"bestPoints": 1, "hints": {"a": "b"}}}',
  ])('%s is set aside with a sentence, and never overwritten', (text) => {
    const warned = vi.spyOn(console, 'error').mockImplementation(() => {});
    const progress = new ProgressFile(folder);
    for (const name of ['unreadable.json', 'unreadable-2.json']) {
      writeFileSync(join(folder, 'progress.json'), text);
      progress.recordHints('cristian', 'half', 1);
      expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
    }
    expect(progress.of('cristian').hints).toEqual({ half: 1 });
    expect(warned).toHaveBeenCalledTimes(2);
    expect(warned.mock.calls[0]?.[0]).toMatch(
      /cannot be read; it is now .*unreadable\.json/,
    );
  });
});

test('a folder that cannot be written is told, and stops nothing', () => {
  const warned = vi.spyOn(console, 'error').mockImplementation(() => {});
  writeFileSync(join(folder, 'file'), '');
  new ProgressFile(join(folder, 'file', 'inside')).recordPeek('cristian', monday);
  expect(warned.mock.calls[0]?.[0]).toContain('your progress is not kept');
});
