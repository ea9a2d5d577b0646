/** The room of the page: of a run it knows the event types, and nothing that runs. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const room = resolve(import.meta.dirname, '../../src/page');
const files = readdirSync(room, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.ts'));

test.each(files)('%s imports event types only', (file) => {
  const text = readFileSync(join(room, file), 'utf8');
  const imports = [...text.matchAll(/import ([^;]*?) from '[./]*\/mapreduce\/([^']+)'/g)];
  for (const [, what, from] of imports) {
    expect({ from, isType: what?.startsWith('type') }).toEqual({
      from: 'events.ts',
      isType: true,
    });
  }
});

test.each(files.filter((name) => name.startsWith('browser/')))(
  '%s needs nothing that a browser lacks, and writes no HTML by itself',
  (file) => {
    const text = readFileSync(join(room, file), 'utf8');
    expect(text).not.toMatch(
      /from 'node:|innerHTML|unsafeHTML|unsafeSVG|insertAdjacent|eval\(/,
    );
  },
);
