/** Stacks of a bundled module, where its map cannot help. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { tellSourcesOf } from '../../src/mapreduce/bundle-stacks.cjs';

const folder = mkdtempSync(join(tmpdir(), 'bundle-stacks-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { prepareStackTrace } = Error;
afterEach(() => {
  Error.prepareStackTrace = prepareStackTrace;
});

const source =
  "exports.fail = function fail() {\n  throw new RangeError('too far');\n};\n";

test.each([
  ['has gone meanwhile', source, true],
  ['has no map', source, false],
  [
    'has a map that is none',
    `${source}//# sourceMappingURL=data:application/json;base64,e30=\n`,
    false,
  ],
])('a module that %s: the stack tells its own places', (what, text, goes) => {
  const file = join(folder, `${what.replaceAll(' ', '-')}.cjs`);
  writeFileSync(file, text);
  tellSourcesOf(file);
  const { fail } = createRequire(import.meta.url)(file);
  if (goes) rmSync(file);
  const { stack } = catchError(fail);
  expect(stack).toContain(`RangeError: too far\n    at fail (${file}:2:9)\n`);
});

test('an error that cannot be described has a stack all the same', () => {
  const file = join(folder, 'odd.cjs');
  writeFileSync(file, source);
  tellSourcesOf(file);
  const odd = new Error('odd');
  Object.defineProperty(odd, 'name', {
    get() {
      throw new TypeError('no name');
    },
  });
  expect(odd.stack).toMatch(/^Error\n {4}at /);
});

test('an error of Node’s own has its code in its stack, as ever', () => {
  tellSourcesOf(import.meta.filename);
  const { stack } = catchError(() => Buffer.alloc(Number.NaN));
  expect(stack).toMatch(/^RangeError \[ERR_OUT_OF_RANGE\]: The value/);
});

function catchError(act: () => void): Error {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
