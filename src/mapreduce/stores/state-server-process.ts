/**
 * The state server as a process of its own, started by the master and never outliving it:
 * its standard input is a pipe that the master's end closes, whatever ended the master.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { bundleStateServer, type Transport } from '../bundle.ts';
import { grpcProto } from '../grpc/proto-file.ts';
import type { StateGrpc } from './store.ts';

export interface StateServerProcess {
  readonly pid: number;
  readonly address: string;
  /** Set: its counters are reached over gRPC. */
  readonly grpc: StateGrpc | undefined;
  /** Resolves with how it ended, if it ended unasked. Never rejects. */
  readonly lost: Promise<string>;
  /** Ends it. Idempotent. */
  close(): Promise<void>;
}

/** Resolves when it listens. Its module is bundled into `folder`. */
export async function startStateServer(
  folder: string,
  transport: Transport = 'json',
): Promise<StateServerProcess> {
  const { serverMain, grpcClient } = await bundleStateServer(folder, transport);
  const args = [serverMain, grpcProto];
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    // As workers are: Ctrl-C is for the master.
    detached: true,
  });
  let isClosing = false;
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  // Writing to it is nobody's business; its death is told by `exited` alone.
  child.stdin.on('error', () => {});
  const line = await Promise.race([
    new Promise<string>((resolve) => {
      createInterface({ input: child.stdout }).once('line', resolve);
    }),
    exited.then((how) => Promise.reject(new Error(`the state server ended: ${how}`))),
  ]);
  const [address = '', grpcAddress = ''] = line.split(' ');
  const grpc = grpcClient && {
    address: grpcAddress,
    proto: grpcProto,
    client: grpcClient,
  };
  return {
    pid: child.pid as number,
    address,
    grpc: grpc || undefined,
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
