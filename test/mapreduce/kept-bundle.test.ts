/** Bundles that are kept: the same as long as their files are, and never of other files. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PluginBuild } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { binary } from '../../src/apps/word-table.wat.ts';
import { bundleTasks, compiled } from '../../src/mapreduce/bundle.ts';
import { keepPlaces, root } from '../../src/mapreduce/bundle-options.cjs';
import { keepBundle } from '../../src/mapreduce/kept-bundle.cjs';
import { kept, listKept, removeKept } from './kept.ts';

const folder = mkdtempSync(join(tmpdir(), 'kept-bundle-'));
const name = basename(folder);
const file = join(folder, 'main.ts');
const part = join(folder, 'part.ts');
writeFileSync(file, "export { value } from './part.ts';\n");

afterAll(() => {
  rmSync(folder, { recursive: true });
  removeKept(name);
});

/** The value of `part.ts` as the bundle has it, and where the bundle is. */
async function load(options: Parameters<typeof keepBundle>[2] = {}) {
  const where = await keepBundle(name, { main: file }, options);
  const { value } = await import(pathToFileURL(join(`${where}`, 'main.mjs')).href);
  return { where: `${where}`, value };
}

test('it is made once, and again as soon as any of its files has changed', async () => {
  writeFileSync(part, 'export const value: number = 1;\n');
  const first = await load();
  expect(first.value).toBe(1);
  expect((await load()).where).toBe(first.where);
  writeFileSync(part, 'export const value: number = 22;\n');
  const second = await load();
  expect(second).toMatchObject({ value: 22 });
  expect(second.where).not.toBe(first.where);
});

test('whoever may read the sources may read it', async () => {
  const { where } = await load();
  expect(statSync(where).mode & 0o777).toBe(0o755);
  expect(statSync(join(where, 'main.mjs')).mode & 0o444).toBe(0o444);
});

test('whole seconds instead of parts of them are no change: images of containers keep no more', async () => {
  writeFileSync(part, 'export const value = 3;\n');
  // A time with a fraction: a clock shows a whole second once in a thousand times.
  utimesSync(part, 1_700_000_000.5, 1_700_000_000.5);
  const first = await load();
  for (const seconds of [1_700_000_000, 1_700_000_001]) {
    utimesSync(part, seconds, seconds);
    expect((await load()).where).toBe(first.where);
  }
  utimesSync(part, 1_700_000_000.75, 1_700_000_000.75);
  const second = await load();
  expect(second.where).not.toBe(first.where);
  utimesSync(part, 1_700_000_002, 1_700_000_002);
  expect((await load()).where).not.toBe(second.where);
});

test('WebAssembly text is in it as what it was compiled to', async () => {
  const wat = join(root, 'src/apps/word-table.wat.ts');
  writeFileSync(part, `export { binary as value } from '${wat}';\n`);
  const { value, where } = await load();
  expect(Buffer.from(value)).toEqual(Buffer.from(binary));
  expect(readFileSync(join(where, 'main.mjs'), 'utf8')).not.toContain('v128.load');
  writeFileSync(part, 'export const value = 4;\n');
});

test('other options make another bundle of the same files', async () => {
  const first = await load();
  const second = await load({ minify: true });
  expect(second.where).not.toBe(first.where);
});

test('a note that is spoilt, or tells of a folder that is gone, is no bundle', async () => {
  const { where } = await load();
  writeFileSync(join(kept, `${name}.json`), '{"folder":');
  const again = await load();
  expect(again.where).not.toBe(where);
  rmSync(again.where, { recursive: true });
  expect((await load()).value).toBe(again.value);
  rmSync(part);
  await expect(load()).rejects.toMatchObject({ errors: [{}] });
  writeFileSync(part, 'export const value = 3;\n');
  expect(await load()).toMatchObject({ value: 3 });
});

test('a file that changes while it is being bundled is not kept as what it was', async () => {
  writeFileSync(part, 'export const value = "before";\n');
  const edit = {
    name: 'edit',
    setup({ onEnd }: PluginBuild) {
      // A file's time may be some milliseconds behind the clock.
      onEnd(() => {
        const builtMs = Date.now() + 1;
        do writeFileSync(part, 'export const value = "afterw";\n');
        while (statSync(part).mtimeMs < builtMs);
      });
    },
  };
  const options = { plugins: [edit] };
  expect(await keepBundle(name, { main: file }, options)).toBeUndefined();
  expect(await load()).toMatchObject({ value: 'afterw' });
});

test('a file that changes while its modules are compiled is another one afterwards', async () => {
  const keep = () => keepBundle(name, { main: file }, compiled, { isCompiled: true });
  writeFileSync(part, 'export const value = "before";\n');
  const before = new Set(listKept(name));
  const making = keep();
  const isThere = () =>
    listKept(name).some(
      (entry) => !before.has(entry) && existsSync(join(kept, entry, 'main.cjs')),
    );
  while (!isThere()) await new Promise((resolve) => setImmediate(resolve));
  writeFileSync(part, 'export const value = "afterw";\n');
  await making;
  const next = await keep();
  expect(readFileSync(join(`${next}`, 'main.cjs'), 'utf8')).toContain('"afterw"');
});

test('files that do not compile: it says where, and keeps nothing', async () => {
  writeFileSync(part, 'export const value = ;\n');
  const before = listKept(name);
  await expect(load()).rejects.toMatchObject({
    errors: [{ location: { line: 1, lineText: 'export const value = ;' } }],
  });
  expect(listKept(name)).toEqual(before);
});

test('who starts at the same time gets a whole bundle', async () => {
  writeFileSync(part, 'export const value = "of many";\n');
  const loaded = await Promise.all(Array.from({ length: 6 }, () => load()));
  expect(loaded.map(({ value }) => value)).toEqual(Array(6).fill('of many'));
});

test('what nobody can be reading any more goes with the next bundle', async () => {
  const { where } = await load();
  const longAgo = new Date(Date.now() - 2 * 3_600_000);
  utimesSync(where, longAgo, longAgo);
  writeFileSync(part, 'export const value = "new";\n');
  const next = await load();
  expect(existsSync(where)).toBe(false);
  expect(existsSync(next.where)).toBe(true);
});

test('a module stands where its source stands, and text stays as it is', async () => {
  const text = "'import.meta.url'";
  writeFileSync(
    part,
    `export const value = [import.meta.dirname, import.meta.url, ${text}];\n`,
  );
  const { value, where } = await load(keepPlaces);
  expect(value).toEqual([dirname(part), pathToFileURL(part).href, 'import.meta.url']);
  expect(readFileSync(join(where, 'main.mjs'), 'utf8')).toContain('import.meta.url');
});

test('a job of this project is kept, wherever in it, and one from elsewhere is not', async () => {
  const isKept = async (jobFile: string) => {
    await bundleTasks(jobFile, join(folder, 'modules'));
    const notes = readdirSync(kept).filter((entry) => /^job-.*\.json$/.test(entry));
    return notes.some((note) => {
      const { wish } = JSON.parse(readFileSync(join(kept, note), 'utf8'));
      return JSON.parse(wish).entryPoints.job === jobFile;
    });
  };
  const elsewhere = join(folder, 'job.ts');
  writeFileSync(elsewhere, 'export const map = () => {};\n');
  expect(await isKept(join(root, 'test/bench/mapreduce/gate-job.ts'))).toBe(true);
  expect(await isKept(elsewhere)).toBe(false);
});
