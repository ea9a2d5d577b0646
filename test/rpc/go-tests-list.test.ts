/** The list of Go's tests and ours is whole; it and that of differences name only tests there are. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listReasons } from './differences.ts';

const root = join(import.meta.dirname, '../..');

function expectTest(path: string, sentence: string): void {
  const text = readFileSync(join(root, path), 'utf8').replaceAll("\\'", "'");
  expect(text, path).toContain(`'${sentence.trim()}'`);
}

test('each difference that is not on the wire names a test, which is there', () => {
  for (const why of listReasons('In a program, not on the wire')) {
    const [, path = '', sentence = ''] = /\(`([^`]+)`: (.+)\)$/.exec(why) ?? [];
    expectTest(path, sentence);
  }
});

describe('slides-notes/go-tests.md', () => {
  const page = readFileSync(join(root, 'slides-notes/go-tests.md'), 'utf8');
  const rows = [
    ...page.matchAll(/^\| `([\w/]+_test\.go)` (Test\w+) \| (.*?) \| (.*?) \|$/gm),
  ];

  test('each test of ours that it names is there; where none is, it says why', () => {
    for (const [, file, name, ours = '', why = ''] of rows) {
      const found = [...ours.matchAll(/`([^`]+)`: ([^;]+)/g)];
      if (found.length === 0) expect(why.length, `${file} ${name}`).toBeGreaterThan(20);
      for (const [, path = '', sentence = ''] of found) expectTest(path, sentence);
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
