/** The list of Go's tests and ours is whole, and names no test that is not there. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

describe('slides-notes/go-tests.md', () => {
  const root = join(import.meta.dirname, '../..');
  const page = readFileSync(join(root, 'slides-notes/go-tests.md'), 'utf8');
  const rows = [
    ...page.matchAll(/^\| `([\w/]+_test\.go)` (Test\w+) \| (.*?) \| (.*?) \|$/gm),
  ];

  test('each test of ours that it names is there; where none is, it says why', () => {
    for (const [, file, name, ours = '', why = ''] of rows) {
      const found = [...ours.matchAll(/`([^`]+)`: ([^;]+)/g)];
      if (found.length === 0) expect(why.length, `${file} ${name}`).toBeGreaterThan(20);
      for (const [, path = '', sentence = ''] of found) {
        const text = readFileSync(join(root, path), 'utf8').replaceAll("\\'", "'");
        expect(text, `${file} ${name}`).toContain(`'${sentence.trim()}'`);
      }
    }
  });

  test('each test of Go is in it', () => {
    const listed = rows.map(([, file, name]) => `${file} ${name}`);
    expect(listed.length).toBe(24);
    const goRoot = spawnSync('go', ['env', 'GOROOT'], {
      encoding: 'utf8',
    }).stdout?.trim();
    const files = ['rpc/server_test.go', 'rpc/client_test.go', 'rpc/jsonrpc/all_test.go'];
    const folder = join(goRoot ?? '', 'src/net');
    // Not every distribution of Go brings its tests.
    if (!goRoot || !existsSync(join(folder, files[0] as string))) return;
    const real = files.flatMap((file) => {
      const source = readFileSync(join(folder, file), 'utf8');
      return [...source.matchAll(/^func (Test\w+)\(/gm)].map(
        ([, name]) => `${file} ${name}`,
      );
    });
    expect(listed).toEqual(real);
  });
});
