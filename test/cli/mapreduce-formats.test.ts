/** Input and output formats, and compressed input, with the real command. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { freshPath, readOutput, runJson, smallInput } from './mapreduce-run.ts';
import { run } from './program.ts';

const workers = ['--workers', '2', '--no-backup', '--reduce-tasks', '1', '--verify'];

/** Emits what map is given, as JSON. */
const echo = `export function map(key, value, emit) {
  emit(JSON.stringify([key.file ?? key, key.offset ?? -1]), JSON.stringify(value));
}
export const reduce = (key, values) => values;`;

/** A job in a new folder, and an input file beside it. */
function write(source: string, name: string, content: string | Uint8Array): string[] {
  const folder = freshPath();
  mkdirSync(folder);
  writeFileSync(join(folder, 'job.mts'), source);
  writeFileSync(join(folder, name), content);
  return ['--job', join(folder, 'job.mts'), join(folder, name)];
}

test.each([
  [
    'key-value',
    'a\\tb\tc\\nd\ne\tf\tg\n',
    '["a\\\\tb",-1]\t"c\\\\nd"\n["e",-1]\t"f\\\\tg"\n',
  ],
  ['json-lines', '{"a":1}\n[2]\n', '["in",0]\t{"a":1}\n["in",8]\t[2]\n'],
  ['whole-file', 'one\ntwo\n', '["in",0]\t"one\\\\ntwo\\\\n"\n'],
])('a job that is run with %s', async (format, content, expected) => {
  const args = [
    '--input-format',
    format,
    '--split-size',
    '4',
    ...write(echo, 'in', content),
  ];
  const { code, output, summary } = await runJson([...workers, ...args]);
  expect(code).toBe(0);
  expect(readOutput(output)['mr-out-0']).toBe(expected);
  expect(summary.verified).toBe(true);
});

test('a job says itself what its records are', async () => {
  const job = write(`export const input = 'json-lines';\n${echo}`, 'in', '{"a":1}\n');
  const { code, output } = await runJson([...workers, ...job]);
  expect(code).toBe(0);
  expect(readOutput(output)['mr-out-0']).toBe('["in",0]\t{"a":1}\n');
});

test.each([
  ["export const input = 'whole-file';", [], /add --input-format whole-file/],
  ["export const input = 'words';", [], /input = "words": it must be one of lines, key-/],
  [
    "export const records = 'bytes';",
    ['--input-format', 'key-value'],
    /takes its records as bytes, not as key-value/,
  ],
])('%s %j is refused', async (declared, options, pattern) => {
  const job = write(`${declared}\n${echo}`, 'in', 'a\tb\n');
  const { code, stderr } = await runJson([...workers, ...options, ...job]);
  expect(code).toBe(1);
  expect(stderr).toMatch(pattern);
});

test('a bad line is a bad record: it fails the job by name, or is skipped', async () => {
  const content = '{"a":1}\n{"a":\n{"a":3}\n';
  const args = ['--input-format', 'json-lines', ...write(echo, 'in', content)];
  const failed = await runJson([...workers, ...args]);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(/record at byte 8 of in: "\{\\"a\\":"\nSyntaxError:/);
  const { code, summary } = await runJson([...workers, '--skip-bad-records', ...args]);
  expect(code).toBe(0);
  expect(summary.verified).toBe(true);
  expect(summary.skipped).toMatchObject([{ file: 'in', byte: 8, start: '"{\\"a\\":"' }]);
});

test.each([
  ['.gz', gzipSync],
  ['.br', brotliCompressSync],
])('%s: one split, its records are those of the text', async (end, compress) => {
  const text = Array.from({ length: 500 }, (_, i) => `line ${i}\n`).join('');
  const plain = await runJson([...workers, ...write(echo, 'in', text)]);
  const job = write(echo, `in${end}`, compress(text));
  const { code, output, summary } = await runJson([
    ...workers,
    '--split-size',
    '9',
    ...job,
  ]);
  expect(code).toBe(0);
  expect(summary).toMatchObject({ verified: true, mapTasks: 1 });
  const names = readOutput(output)['mr-out-0']?.replaceAll(`in${end}`, 'in');
  expect(names).toBe(readOutput(plain.output)['mr-out-0']);
});

test('a damaged archive fails the job, and is named', async () => {
  const whole = gzipSync('some text\n'.repeat(1000));
  const changed = Buffer.from(whole);
  changed[whole.length - 6] = (changed[whole.length - 6] as number) ^ 1;
  for (const damaged of [whole.subarray(0, -9), changed, Buffer.from('no archive')]) {
    const { code, stderr } = await runJson([
      ...workers,
      ...write(echo, 'in.gz', damaged),
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/input .*in\.gz is damaged, or no gzip file: /);
  }
  const { stderr } = await runJson([...workers, ...write(echo, 'in.xz', 'x')]);
  expect(stderr).toMatch(
    /in\.xz is compressed, and only \.gz, \.br and \.zst can be read/,
  );
});

/** Each worker says how much memory it ever held, in MiB. */
const peaks = `import { readFileSync } from 'node:fs';
let records = 0;
export function map(key, line, emit) {
  if (++records % 500_000 > 0) return;
  const [, kB] = /^VmHWM:\\s+(\\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'));
  emit('peak', String(Math.ceil(kB / 1024)));
}
export const reduce = (key, values) => String(Math.max(...values.map(Number)));`;

test.runIf(existsSync('/proc/self/status'))(
  'an archive that holds 500 times its size costs no memory',
  async () => {
    const bomb = gzipSync('a line of a decompression bomb\n'.repeat(10_000_000), {
      level: 9,
    });
    expect(bomb.length).toBeLessThan(1e6);
    const alone = [
      '--workers',
      '1',
      '--reduce-tasks',
      '1',
      ...write(peaks, 'in.gz', bomb),
    ];
    const { code, output, summary } = await runJson(alone);
    expect(code).toBe(0);
    expect(summary.totals.recordsIn).toBe(10_000_000);
    const [, peakMiB] = /^peak\t(\d+)$/m.exec(readOutput(output)['mr-out-0'] ?? '') ?? [];
    expect(Number(peakMiB)).toBeLessThan(200);
  },
);

test.each([
  ['json-lines', /^\{"key":"__proto__","value":"400"\}$/m, /^400 {2}__proto__$/m],
  ['lines', /^400$/m, /^400$/m],
])('--output-format %s, verified, and shown with --top', async (format, line, top) => {
  const output = freshPath();
  const job = ['--output-format', format, '--output', output, '--job', wordsJob()];
  const { code, stdout } = await run('mapreduce', [...workers, ...job, ...smallInput]);
  expect(code).toBe(0);
  expect(readOutput(output)['mr-out-0']).toMatch(line);
  expect(stdout).toMatch(top);
  expect(stdout).toMatch(/the output equals the sequential run/);
});

function wordsJob(): string {
  const source = `export function map(key, line, emit) { for (const word of line.split(' ')) emit(word, '1'); }
    export const reduce = (word, counts) => String(counts.length);`;
  return write(source, 'unused', '')[1] as string;
}
