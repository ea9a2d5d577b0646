/** Two machines in one: network namespaces with a cable between them, where that is allowed. */
import { spawn, spawnSync } from 'node:child_process';
import { afterAll } from 'vitest';
import { listWords, type Program, root, watch } from './program.ts';

const prefix = `mr${process.pid}`;
const names = { master: `${prefix}m`, worker: `${prefix}w` };
/** From the block for documentation: it is nobody's. */
const addresses = { master: '192.0.2.1', worker: '192.0.2.2' };

export type Machine = keyof typeof names;

export const masterHost = addresses.master;

afterAll(() => {
  for (const name of Object.values(names)) ip('netns', 'delete', name);
});

function ip(...args: string[]): boolean {
  return spawnSync('ip', args, { stdio: 'ignore' }).status === 0;
}

function on(machine: Machine, ...args: string[]): boolean {
  return ip('-n', names[machine], ...args);
}

/** Connects the two; false: this system, or this user, may not. */
export function connectMachines(): boolean {
  const made = Object.values(names).map((name) => ip('netns', 'add', name));
  const cable = ['type', 'veth', 'peer', 'name', 'cable', 'netns', names.worker];
  if (!made.every(Boolean) || !on('master', 'link', 'add', 'cable', ...cable))
    return false;
  return (['master', 'worker'] as const).every(
    (machine) =>
      on(machine, 'link', 'set', 'lo', 'up') &&
      on(machine, 'address', 'add', `${addresses[machine]}/24`, 'dev', 'cable') &&
      on(machine, 'link', 'set', 'cable', 'up'),
  );
}

/** Packets are lost from now on, or again delivered; nobody is told. */
export function setCable(state: 'up' | 'down'): void {
  if (!on('worker', 'link', 'set', 'cable', state)) throw new Error(`cable not ${state}`);
}

/** Starts a command of `src/cli/` on a machine that does not see what is in `hidden`. */
export function startOn(
  machine: Machine,
  name: string,
  args: readonly string[],
  hidden?: string,
): Program {
  const node = [process.execPath, ...listWords(name)];
  const hide = hidden === undefined ? '' : `mount -t tmpfs none '${hidden}' &&`;
  const inside = ['unshare', '-m', 'sh', '-c', `${hide} exec "$@"`, 'sh', ...node];
  const command = ['netns', 'exec', names[machine], ...inside, ...args];
  return watch(spawn('ip', command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] }));
}
