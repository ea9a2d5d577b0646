/**
 * The rules of the house, as a test: which room may import which, and what no file may hold.
 * A rule that fails prints what to do instead.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** Rooms of `src/` and the rooms each may import; everything else is a wall. */
const doors: Record<string, readonly string[]> = {
  rpc: [],
  mapreduce: ['rpc'],
  shards: ['rpc'],
  sim: ['rpc', 'mapreduce'],
  grading: ['sim', 'rpc', 'mapreduce'],
  lecture: ['rpc'],
  apps: ['mapreduce'],
  page: ['mapreduce'],
  cli: ['rpc', 'mapreduce', 'shards', 'sim', 'grading', 'lecture', 'apps', 'page'],
};

function listSources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|[cm]js)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes('/node_modules/'))
    .sort();
}

function listImports(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s*'([^']+)'|(?:import|require)\('([^']+)'\)/g;
  return [...text.matchAll(pattern)].map((match) => (match[1] ?? match[2]) as string);
}

const sources = listSources('src');

describe('the house', () => {
  test.each(sources)('%s imports only through its doors', (file) => {
    const room = file.split('/')[1] as string;
    expect(doors, `src/${room} is not a room; add it to DESIGN and here`).toHaveProperty(
      room,
    );
    for (const specifier of listImports(file)) {
      if (!specifier.startsWith('.')) continue;
      const target = relative(root, resolve(root, dirname(file), specifier));
      expect(target, `${file} imports ${specifier}, outside src/`).toMatch(/^src\//);
      const targetRoom = target.split('/')[1] as string;
      const open = targetRoom === room || doors[room]?.includes(targetRoom);
      expect(open, `${file} imports src/${targetRoom}: no door leads there`).toBe(true);
    }
  });

  test.each(sources)('%s fits in a head and says what it is', (file) => {
    const lines = readFileSync(join(root, file), 'utf8').split('\n');
    expect(lines.length, 'over 300 lines: is there a noun inside?').toBeLessThanOrEqual(
      300,
    );
    expect(lines[0], 'a file starts with a header comment').toBe('/**');
    expect(file, 'files are nouns: no drawer for everything').not.toMatch(
      /(utils?|helpers?|manager|common|base)\.ts$/,
    );
  });

  test('the same house stands in the tests: every folder of test/ is a room', () => {
    const rooms = readdirSync(join(root, 'test'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    const known = [
      ...Object.keys(doors),
      'chaffs',
      'variants',
      'fixtures',
      'exercises',
      'bench',
      'soak',
      'mutation',
      'notes',
    ];
    expect(rooms.filter((name) => !known.includes(name))).toEqual([]);
  });

  test('no test waits by the clock', () => {
    const waits = /\bsetTimeout\(\s*(?:resolve|r|done|ok)\b|timers\/promises|\bsleep\(/;
    const isGuilty = (file: string) => {
      const text = readFileSync(join(root, file), 'utf8');
      const livesInVirtualTime = /from '[./]*\/src\/sim\//.test(text);
      return waits.test(text) && !livesInVirtualTime;
    };
    const exempt = /^test\/(house\.test\.ts|(?:chaffs|variants)\/)/;
    const guilty = listSources('test').filter(
      (file) => !exempt.test(file) && isGuilty(file),
    );
    expect(guilty, 'wait for an event, or run in virtual time').toEqual([]);
  });
});
