/**
 * Real Go programs for the tests: built once for all test files, started, and ended with them.
 * Nothing is fetched: the programs of this folder need Go's standard library and no more.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import * as net from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, test } from 'vitest';

const version = spawnSync('go', ['version'], { encoding: 'utf8' }).stdout ?? '';
const cache = join(import.meta.dirname, '../../../node_modules/.cache/go-programs');
const why = 'left out: there is no Go here (go.dev/dl)';

/**
 * A `describe` whose tests need Go. Without Go they are left out, and their name says why; on
 * the machine that decides (CI is set) they fail.
 */
export function describeWithGo(name: string, body: () => void): void {
  if (version !== '') describe(name, body);
  else if (process.env.CI) {
    test(name, () => {
      throw new Error('Go must be installed: these tests talk to real Go programs');
    });
  } else {
    console.warn(`${name}: ${why}`);
    describe.skip(`${name} (${why})`, body);
  }
}

/**
 * Builds every program below `folder`, which has a go.mod; returns the folder of the binaries.
 * The same sources are built once. Several processes may build at the same time:
 * each builds for itself, and the first to finish gives its folder the name that all look for.
 */
export function buildGo(folder = import.meta.dirname): string {
  const hash = createHash('sha256').update(version);
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (/\.(go|mod)$/.test(file))
      hash.update(file).update(readFileSync(join(folder, file)));
  }
  mkdirSync(cache, { recursive: true });
  const built = join(cache, hash.digest('hex').slice(0, 16));
  if (existsSync(built)) return built;
  const own = mkdtempSync(`${built}-`);
  const { status, stderr } = spawnSync('go', ['build', '-o', `${own}/`, './...'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, GOFLAGS: '', GOWORK: 'off', GOTOOLCHAIN: 'local' },
  });
  if (status !== 0) throw new Error(`go build failed in ${folder}:\n${stderr}`);
  try {
    renameSync(own, built);
  } catch (error) {
    rmSync(own, { recursive: true });
    if (!existsSync(built)) throw error;
  }
  return built;
}

/** Runs a program to its end; returns what it printed. */
export async function runGo(
  name: string,
  args: readonly string[],
  input = '',
): Promise<string> {
  const child = spawn(join(buildGo(), name), args, {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    printed += chunk;
  });
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  if (code !== 0)
    throw new Error(`${name} ${args.join(' ')}: exit code ${code}\n${printed}`);
  return printed;
}

const running = new Set<ChildProcess>();

afterAll(async () => {
  await Promise.all([...running].map(stop));
});

/** Every server here ends when its standard input does. */
async function stop(child: ChildProcess): Promise<void> {
  running.delete(child);
  if (child.exitCode !== null) return;
  const closed = once(child, 'close');
  child.stdin?.end();
  await closed;
}

/** Starts a server; resolves with the first line that it prints. Undefined: it ended before. */
async function startGo(
  name: string,
  args: readonly string[],
): Promise<string | undefined> {
  const child = spawn(join(buildGo(), name), args, { stdio: ['pipe', 'pipe', 'ignore'] });
  running.add(child);
  const lines = createInterface(child.stdout);
  const [line] = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
  return line;
}

/** Addresses by codec. */
export interface GoAddresses {
  readonly gob: string;
  readonly 'gob-http': string;
  readonly 'go-json': string;
}

export async function startArithServer(): Promise<GoAddresses> {
  return JSON.parse((await startGo('arith-server', [])) ?? '');
}

/** The slides' server chooses no port by itself; a port that was free may be taken again. */
export async function startWordCountServer(): Promise<string> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const address = `localhost:${await findFreePort()}`;
    if (await startGo('wordcount', ['server', address])) return address;
  }
  throw new Error('ten free ports, and each was taken before Go could listen there');
}

async function findFreePort(): Promise<number> {
  const server = net.createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
