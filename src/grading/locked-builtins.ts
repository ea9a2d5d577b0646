/**
 * Takes from the running process what no graded program needs: other processes, other threads,
 * and where Node's permission model is not on, files. Called between grader and student.
 * A lock, not a wall: Node's own model is the wall.
 */
import childProcess from 'node:child_process';
import cluster from 'node:cluster';
import fs from 'node:fs';
import module, { syncBuiltinESMExports } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import threads from 'node:worker_threads';

/** As Node's permission model would say it. */
class AccessDenied extends Error {
  readonly code = 'ERR_ACCESS_DENIED';
  readonly permission: string;

  constructor(permission: string) {
    super('Access to this API has been restricted');
    this.permission = permission;
  }
}

/** Always: a process ends itself, if anybody, and is debugged by nobody. */
export function lockSignals(): void {
  // Source: Node's own process.kill calls this one.
  const kill = Reflect.get(process, '_kill').bind(process);
  const { pid: ownPid } = process;
  const lock = (pid: number, signal: number) => {
    if (pid !== ownPid) throw new AccessDenied('Signal');
    return kill(pid, signal);
  };
  Object.assign(process, { _kill: lock });
  for (const name of ['_debugProcess', '_debugEnd'])
    Reflect.deleteProperty(process, name);
}

/** Where the permission model is off. Afterwards what is below this folder can be read. */
export function lockModules(folder = dirname(process.cwd())): void {
  const packages = fs.realpathSync(join(folder, 'code', 'node_modules'));
  const readable = [folder, packages].map((name) => name + sep);
  lock(childProcess, 'ChildProcess');
  lock(cluster, 'ChildProcess');
  lock(threads, 'WorkerThreads', ['Worker']);
  lock(module, 'WorkerThreads', ['register']);
  for (const owner of [fs, fs.promises]) {
    const isLeft = (name: string) => readers.has(name) || ofOpenFiles.has(name);
    const others = listFunctions(owner).filter((name) => !isLeft(name));
    lock(owner, 'FileSystem', others);
    for (const name of readers) if (name in owner) lockReader(owner, name, readable);
  }
  lock(process, 'Binding', ['binding', '_linkedBinding', 'dlopen']);
  syncBuiltinESMExports();
}

/** What Node's own loader of modules reads with. */
const readers = new Set([
  ...['readFile', 'open', 'stat', 'lstat', 'realpath'].flatMap((name) => [
    name,
    `${name}Sync`,
  ]),
  'existsSync',
]);

/** Nothing new is reached by these. */
const ofOpenFiles = new Set(['readSync', 'closeSync', 'fstatSync']);

type Reader = (path: unknown, ...rest: unknown[]) => unknown;

/** Only for reading, and of paths that are text: nothing that changes its mind. */
function lockReader(owner: object, name: string, readable: readonly string[]): void {
  const read = Reflect.get(owner, name) as Reader;
  const value = (given: unknown, ...rest: unknown[]) => {
    const path = given instanceof URL ? fileURLToPath(given) : given;
    const isReadable =
      typeof path === 'string' &&
      readable.some((start) => resolve(path).startsWith(start)) &&
      (!name.startsWith('open') || [undefined, 'r', 0].includes(rest[0] as 'r'));
    if (!isReadable) throw new AccessDenied('FileSystemRead');
    return read.call(owner, path, ...rest);
  };
  Object.defineProperty(owner, name, { value, configurable: true });
}

function lock(owner: object, permission: string, names = listFunctions(owner)): void {
  for (const name of names) {
    const refuse = function refuse(): never {
      throw new AccessDenied(permission);
    };
    Object.defineProperty(owner, name, { value: refuse, configurable: true });
  }
}

function listFunctions(owner: object): string[] {
  return Object.entries(Object.getOwnPropertyDescriptors(owner)).flatMap(
    ([name, { value }]) => (typeof value === 'function' ? [name] : []),
  );
}
