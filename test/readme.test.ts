/** What the README and the notes say is so: code runs, commands exist, links resolve. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exerciseNames } from '../src/grading/manifest.ts';
import { run, runNode } from './cli/program.ts';

const root = resolve(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'readme-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The first code block that contains `text`. */
function findBlock(text: string): string {
  const blocks = [...readme.matchAll(/^```\w+\n(.*?)^```$/gms)].map(
    ([, code]) => code as string,
  );
  return blocks.find((code) => code.includes(text)) as string;
}

test('it is short: the first screen has what it is and the two commands', () => {
  const lines = readme.split('\n');
  expect(lines.length).toBeLessThanOrEqual(121);
  const firstScreen = lines.slice(0, 24).join('\n');
  expect(firstScreen).toContain('npm ci && npm run mapreduce -- --kill-worker 2');
  expect(firstScreen).toContain('npm ci && npm test');
});

test('students read first what has to be run first', () => {
  const [, chapter = ''] = /^## For students\n\n(.*?)^## /ms.exec(readme) ?? [];
  expect(chapter.split('\n')[0]).toContain('`npm ci`');
});

test('the ten lines of RPC run and print what they say', async () => {
  const code = findBlock('class Arith').replace("'./src/", `'${root}/src/`);
  const file = join(folder, 'arith.ts');
  writeFileSync(file, code);
  const { stdout, code: exitCode } = await runNode(file);
  expect({ stdout, exitCode }).toEqual({ stdout: '3\n', exitCode: 0 });
});

test('its job runs as it stands', async () => {
  const job = join(folder, 'my-job.ts');
  writeFileSync(
    job,
    findBlock('export function map').replace("'./src/", `'${root}/src/`),
  );
  const input = join(folder, 'text.txt');
  writeFileSync(input, 'to be or not to be\n');
  const args = [
    '--job',
    job,
    '--verify',
    '--top',
    '2',
    '--output',
    join(folder, 'out'),
    input,
  ];
  const { stdout, code } = await run('mapreduce', args);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^2 {2}be\n2 {2}to\n/);
});

const pages = [
  ...['README.md', 'src/README.md'],
  ...readdirSync(join(root, 'slides-notes'), { recursive: true })
    .map((name) => join('slides-notes', String(name)))
    .filter((name) => name.endsWith('.md')),
  ...exerciseNames.map((name) => `exercises/${name}/README.md`),
];

test.each(pages)('%s: its commands exist and its links resolve', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const [, script] of text.matchAll(/npm run ([a-z][\w-]*)/g)) {
    expect(scripts, `npm run ${script}`).toHaveProperty(script as string);
  }
  for (const [, target] of text.matchAll(/npm test ((?:exercises|solutions)\/[\w-]+)/g)) {
    expect(existsSync(join(root, target as string)), target).toBe(true);
  }
  for (const [, link] of text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
    expect(existsSync(join(root, dirname(page), link as string)), link).toBe(true);
  }
});

test('the map of the source names every file of src/, and no other', () => {
  const map = readFileSync(join(root, 'src/README.md'), 'utf8');
  const rooms = ['rpc', 'mapreduce', 'shards', 'sim', 'grading', 'page'];
  const files = rooms
    .flatMap((room) =>
      readdirSync(join(root, 'src', room), { recursive: true }).map(String),
    )
    .filter((name) => name.endsWith('.ts') && name !== 'index.ts');
  const named = [...map.matchAll(/`([\w/-]+\.ts)`/g)].map(([, name]) => name as string);
  expect([...new Set(named)].sort()).toEqual([...new Set(files)].sort());
});
