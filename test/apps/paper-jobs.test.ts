/**
 * Every built-in job on an input that fits on a slide: the exact answer, written by hand, from
 * real workers, and the same bytes from the sequential run.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import * as sort from '../../src/apps/sort.ts';
import * as termVector from '../../src/apps/term-vector.ts';
import * as linkGraph from '../../src/apps/web-link-graph.ts';
import { compareKeys } from '../../src/mapreduce/partition.ts';
import { listProcesses, run } from '../cli/program.ts';

const inputs = join(import.meta.dirname, '../fixtures/inputs');
const folder = mkdtempSync(join(tmpdir(), 'paper-jobs-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const hamlet = write('hamlet.txt', 'To be, or not to be\nthat is to say: être\n');
const lear = write('lear.txt', 'Nothing, my lord.\nNothing!\nto be\n');
const log = join(inputs, 'access-log.txt');
const pages = join(inputs, 'pages.txt');
const lines = ['pear', 'fig', 'apple', 'Zebra', 'apple', 'éclair', '', 'fig tree'];

const jobs: [job: string, args: string[], answer: string[]][] = [
  [
    'word-count',
    [hamlet, lear],
    [
      ...['Nothing\t2', 'To\t1', 'be\t3', 'is\t1', 'lord\t1', 'my\t1', 'not\t1', 'or\t1'],
      ...['say\t1', 'that\t1', 'to\t3', 'être\t1'],
    ],
  ],
  [
    'inverted-index',
    [hamlet, lear],
    [
      ...['Nothing\t1 lear.txt', 'To\t1 hamlet.txt', 'be\t2 hamlet.txt,lear.txt'],
      ...['is\t1 hamlet.txt', 'lord\t1 lear.txt', 'my\t1 lear.txt', 'not\t1 hamlet.txt'],
      ...['or\t1 hamlet.txt', 'say\t1 hamlet.txt', 'that\t1 hamlet.txt'],
      ...['to\t2 hamlet.txt,lear.txt', 'être\t1 hamlet.txt'],
    ],
  ],
  [
    'grep',
    ['--pattern', '^to|ing', hamlet, lear],
    [
      'lear.txt:0000000000\tNothing, my lord.',
      'lear.txt:0000000018\tNothing!',
      'lear.txt:0000000027\tto be',
    ],
  ],
  [
    'sort',
    ['--param', 'key-characters=3', write('lines.txt', lines.join('\n'))],
    [
      ...['\t', 'Zeb\tZebra', 'app\tapple', 'app\tapple', 'fig\tfig', 'fig\tfig tree'],
      ...['pea\tpear', 'écl\téclair'],
    ],
  ],
  [
    'url-access-count',
    [log],
    ['/index.html\t3', '/logo.png\t1', '/old\t1', '/search?q=map+reduce\t1'],
  ],
  [
    'web-link-graph',
    [pages],
    [
      'http://a.example/\thttp://a.example/whales.html',
      'http://a.example/whales.html\thttp://a.example/ http://b.example/sea',
      'http://b.example/lost?x=1&y=2\thttp://b.example/lost?x=1&y=2',
      'http://b.example/sea\thttp://a.example/ http://a.example/whales.html',
    ],
  ],
  [
    'term-vector',
    ['--param', 'terms=4', pages],
    ['a.example\tthe:2 whale:2 whales:2 a:1', 'b.example\tsea:2 the:2 whales:2 and:1'],
  ],
];

/** With real workers and as the sequential run; the lines of each output file. */
async function runJob(job: string, reduceTasks: number, args: string[]) {
  const output = mkdtempSync(join(folder, 'output-'));
  const { code, stdout, stderr } = await run('mapreduce', [
    ...['--job', job, '--workers', '2', '--reduce-tasks', String(reduceTasks)],
    ...['--verify', '--json', '--output', output, ...args],
  ]);
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ verified: true, lostWorkers: [] });
  expect(listProcesses(output)).toEqual([]);
  return Array.from({ length: reduceTasks }, (_, reduce) =>
    readFileSync(join(output, `mr-out-${reduce}`), 'utf8')
      .split('\n')
      .slice(0, -1),
  );
}

test.each(jobs)(
  '%s: the answer, with real workers as in the sequential run',
  async (job, args, answer) => {
    const files = await runJob(job, 3, ['--split-size', '64', ...args]);
    const byKey = (a: string, b: string) =>
      compareKeys(a.split('\t')[0] as string, b.split('\t')[0] as string);
    const lines = files.flat();
    // The others are in order within a file only.
    expect(job === 'sort' ? lines : lines.sort(byKey)).toEqual(answer);
  },
);

test('sort: the files one after the other are in order, and of about equal size', async () => {
  const words = Array.from({ length: 4000 }, (_, i) => `w${(i * 7919) % 4000} é${i % 3}`);
  const sample = write('drawn.txt', words.filter((_, i) => i % 20 === 7).join('\n'));
  const files = await runJob('sort', 5, [
    ...['--split-size', '8k', '--param', `sample=${sample}`],
    write('many.txt', words.join('\n')),
  ]);
  const sorted = words.toSorted(compareKeys).map((word) => `${word}\t${word}`);
  expect(files.flat()).toEqual(sorted);
  for (const lines of files) expect(Math.abs(lines.length - 800)).toBeLessThan(200);
});

describe('sort', () => {
  const keys = ['', ' ', '0', 'A', 'a', 'apple', 'b', 'm', 'z', '~', 'é', '\ufffd', '🚀'];

  test.each([
    ['keys that begin with anything', {}],
    ['boundaries', { boundaries: 'm,b' }],
    ['a sample', { sample: write('sample.txt', 'b\nb\nfig\nz\n🚀\n') }],
    ['a sample of one key', { boundaries: 'm' }],
  ])(
    '%s: partitions follow the order of keys, whatever their number',
    (_what, params) => {
      sort.setup(params);
      for (let reduceTasks = 1; reduceTasks <= 7; reduceTasks++) {
        const places = keys.map((key) => sort.partition(key, reduceTasks));
        expect(places).toEqual(places.toSorted((a, b) => a - b));
        expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...places)).toBeLessThan(reduceTasks);
      }
    },
  );

  test('boundaries are the first keys of their partitions', () => {
    sort.setup({ boundaries: 'g,n,t' });
    const places = ['a', 'fzz', 'g', 'm', 'n', 's', 't', 'z'].map((key) =>
      sort.partition(key, 4),
    );
    expect(places).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  });

  test('a sample of the input makes partitions of equal size', () => {
    const words = Array.from({ length: 3000 }, (_, i) => `q${(i * 7919) % 3000}`);
    sort.setup({
      sample: write('words.txt', words.filter((_, i) => i % 10 === 0).join('\n')),
    });
    const sizes = [0, 0, 0, 0];
    for (const word of words) sizes[sort.partition(word, 4)]!++;
    for (const size of sizes) expect(Math.abs(size - 750)).toBeLessThan(150);
  });

  test('a character of two UTF-16 units is not cut', () => {
    const emitted: string[] = [];
    sort.setup({ 'key-characters': '2' });
    sort.map({ file: '', offset: 0 }, 'a🚀b', (key) => emitted.push(key));
    expect(emitted).toEqual(['a🚀']);
  });

  test.each([
    [{ 'key-characters': '0' }, /--param key-characters must be a whole number from 1/],
    [{ sample: '/nowhere' }, /ENOENT.*'\/nowhere'/],
  ])('%j is refused', (params, sentence) => {
    expect(() => sort.setup(params)).toThrow(sentence);
  });
});

test.each([
  ['web-link-graph', linkGraph],
  ['term-vector', termVector],
])('%s: a line that is no page is told, not counted as nothing', (_name, job) => {
  const map = (line: string) => job.map({ file: '', offset: 0 }, line, () => {});
  expect(() => map('http://a.example/ no tab')).toThrow(/^not a page: a record is its/);
  expect(() => map('a.example\t<p>no scheme')).toThrow(/^not a page/);
});

test('term-vector: a word that is rare on each page may be frequent on the host', () => {
  termVector.setup({ terms: '1' });
  const vectors = ['a:3 sea:2', 'b:3 sea:2'];
  expect(termVector.reduce('host', vectors)).toBe('sea:4');
  const combined = [termVector.combine('host', vectors)];
  expect(termVector.reduce('host', combined)).toBe('sea:4');
  expect(() => termVector.setup({ terms: 'ten' })).toThrow(
    /--param terms=ten: it must be/,
  );
});
