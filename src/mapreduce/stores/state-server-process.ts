/**
 * The state server as a process of its own, started by the master and never outliving it:
 * its standard input is a pipe that the master's end closes, whatever ended the master.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { bundleStateServer } from '../bundle.ts';

export interface StateServerProcess {
  readonly pid: number;
  readonly address: string;
  /** Resolves with how it ended, if it ended unasked. Never rejects. */
  readonly lost: Promise<string>;
  /** Ends it. Idempotent. */
  close(): Promise<void>;
}

/** Resolves when it listens. Its module is bundled into `folder`. */
export async function startStateServer(folder: string): Promise<StateServerProcess> {
  const module = await bundleStateServer(folder);
  const args = ['--enable-source-maps', module];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let isClosing = false;
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  // Writing to it is nobody's business; its death is told by `exited` alone.
  child.stdin.on('error', () => {});
  const address = await Promise.race([
    new Promise<string>((resolve) => {
      createInterface({ input: child.stdout }).once('line', resolve);
    }),
    exited.then((how) => Promise.reject(new Error(`the state server ended: ${how}`))),
  ]);
  return {
    pid: child.pid as number,
    address,
    lost: new Promise((resolve) => {
      void exited.then((how) => isClosing || resolve(how));
    }),
    close: async () => {
      isClosing = true;
      child.kill('SIGKILL');
      await exited;
    },
  };
}
