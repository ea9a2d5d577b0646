/** How a command starts: from a bundle, without one where none can be kept, or not at all. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { root } from './program.ts';

let copy = '';
afterEach(() => rmSync(copy, { recursive: true, force: true }));

/** The sources alone, in a folder of their own. */
function copySources(): void {
  copy = mkdtempSync(join(tmpdir(), 'start-'));
  for (const name of ['src', 'package.json', 'package-lock.json']) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
}

/** The same packages, and a `.cache` of its own. */
function linkPackages(): void {
  mkdirSync(join(copy, 'node_modules'));
  const names = readdirSync(join(root, 'node_modules')).filter(
    (name) => !name.startsWith('.'),
  );
  for (const name of names) {
    symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name));
  }
}

function askForHelp() {
  const start = join(copy, 'src/cli/start.cjs');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [start, 'simulate', '--help'],
    { encoding: 'utf8' },
  );
  return { status, stdout: stdout.split('\n')[0], stderr };
}

const helped = {
  status: 0,
  stdout: 'Usage: npm run simulate -- [options]',
  stderr: '',
};

test('the first start keeps a bundle, and what has been edited is run', () => {
  copySources();
  linkPackages();
  expect(askForHelp()).toEqual(helped);
  const kept = readdirSync(join(copy, 'node_modules/.cache/rpc-lecture-companion'));
  expect(kept).toContain('simulate.json');
  writeFileSync(join(copy, 'src/cli/simulate.ts'), "console.log('edited');\n");
  expect(askForHelp()).toEqual({ ...helped, stdout: 'edited' });
});

test('of packages npm tells, when it has changed one; without its note, each of their files', () => {
  copySources();
  linkPackages();
  mkdirSync(join(copy, 'node_modules/small'));
  const note = join(copy, 'node_modules/.package-lock.json');
  const part = join(copy, 'node_modules/small/index.js');
  const edit = (text: string) => writeFileSync(part, `console.log('${text}');\n`);
  writeFileSync(join(copy, 'src/cli/simulate.ts'), "import 'small';\n");
  edit('one');
  expect(askForHelp().stdout).toBe('one');
  edit('two, without a note');
  expect(askForHelp().stdout).toBe('two, without a note');
  writeFileSync(note, '{}\n');
  edit('three');
  expect(askForHelp().stdout).toBe('three');
  edit('four, by hand');
  expect(askForHelp().stdout).toBe('three');
  writeFileSync(note, '{ "small": 4 }\n');
  expect(askForHelp().stdout).toBe('four, by hand');
});

test('where no bundle can be kept it starts all the same', () => {
  copySources();
  linkPackages();
  writeFileSync(join(copy, 'node_modules/.cache'), 'no folder\n');
  expect(askForHelp()).toEqual(helped);
});

test('a stack tells the places of the sources, also of what is loaded late', () => {
  copySources();
  linkPackages();
  const [file, late] = [join(copy, 'src/cli/simulate.ts'), join(copy, 'src/cli/late.ts')];
  writeFileSync(file, "void import('./late.ts').then((late) => late.fail('where?'));\n");
  writeFileSync(
    late,
    '\nexport function fail(text: string) {\n  throw new Error(text);\n}\n',
  );
  for (let i = 0; i < 2; i++) {
    const { stderr } = askForHelp();
    expect(stderr).toContain(`fail (${late}:3:9)`);
    expect(stderr).toContain(`${file}:1:`);
  }
});

test('a command that waits when nothing more can happen has failed', () => {
  copySources();
  linkPackages();
  writeFileSync(
    join(copy, 'src/cli/simulate.ts'),
    `import { createCommand, runCommand } from './command.ts';
     const wait = () => new Promise<void>(() => {});
     void runCommand(createCommand('simulate', 'waits').argument("[text...]").helpOption(false).allowUnknownOption().action(wait));`,
  );
  const { status, stderr } = askForHelp();
  expect(stderr).toContain('the command waits, and for nothing');
  expect(status).toBe(2);
});

test('without packages it says what to do, as every command does', () => {
  copySources();
  const { scripts } = JSON.parse(readFileSync(join(copy, 'package.json'), 'utf8'));
  for (const name of ['simulate', 'test', 'hint', 'progress']) {
    const [, ...words] = scripts[name].split(' ');
    const { status, stdout, stderr } = spawnSync(process.execPath, words, {
      ...{ encoding: 'utf8', cwd: copy },
    });
    expect({ status, stdout, stderr }).toEqual({
      ...{ status: 1, stdout: '' },
      stderr: 'error: the packages are missing: npm ci\n',
    });
  }
});

test.each([
  ['does not compile', 'const = 1;\n', 'src/cli/simulate.ts:1:6'],
  ['waits at its top level', 'await 1;\n', 'Top-level await is'],
])('a source that %s is told', (_, source, expected) => {
  copySources();
  linkPackages();
  writeFileSync(join(copy, 'src/cli/simulate.ts'), source);
  const { status, stderr } = askForHelp();
  expect(status).toBe(1);
  expect(stderr).toContain(expected);
  expect(stderr).not.toContain('    at ');
});
