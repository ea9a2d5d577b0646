/** The Go that stands beside our TypeScript compiles, and does what the slides say. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildGo, describeWithGo } from '../rpc/go/go.ts';

describeWithGo('the Go of the lecture notes', () => {
  test('counts words, one call after the other and all at once', () => {
    const program = join(buildGo(join(import.meta.dirname, 'go')), 'count');
    const { stdout, stderr } = spawnSync(program, { encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({
      stdout: 'map[be:2 not:1 or:1 to:2]\n6\n',
      stderr: '',
    });
  });
});
