/**
 * A process of our RPC layer, reached over a unix socket or TCP, with each of its codecs. The
 * layer itself numbers the calls; this file starts the process and ends it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type Client, type CodecName, dial } from '../../rpc/index.ts';
import type { Channel, Message } from './channel.ts';

/** What the process at the other end is told. */
export interface RpcEnd {
  readonly answerModule: string;
  /** Where it listens: `localhost:0`, or `unix:/path`. */
  readonly address: string;
  readonly codec: CodecName;
}

/** Starts `rpcMain` and dials it. Rejects when it ends without a word. */
export async function openRpcChannel(rpcMain: string, end: RpcEnd): Promise<Channel> {
  const child = spawn(process.execPath, [rpcMain, JSON.stringify(end)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit').then(
    () => {},
    () => {},
  );
  try {
    const address = await hearAddress(child, exited);
    return new RpcChannel(await dial(address, { codec: end.codec }), child, exited);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** Its first line says where it listens. */
async function hearAddress(child: ChildProcess, exited: Promise<void>): Promise<string> {
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const line = await Promise.race([once(lines, 'line'), exited]);
  lines.close();
  if (line) return String(line[0]);
  throw new Error('the process at the other end of a channel did not start');
}

class RpcChannel implements Channel {
  readonly closed: Promise<void>;
  readonly #client: Client;
  readonly #child: ChildProcess;

  constructor(client: Client, child: ChildProcess, exited: Promise<void>) {
    this.#client = client;
    this.#child = child;
    // That its input ends tells the process to leave.
    void client.closed.then(() => child.stdin?.destroy());
    this.closed = Promise.all([client.closed, exited]).then(() => {});
  }

  call(message: Message): Promise<unknown> {
    return this.#client.call('Channel.Answer', message);
  }

  send(message: Message): void {
    void this.#client.go('Channel.Hear', message);
  }

  close(): Promise<void> {
    void this.#client.close();
    return this.closed;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
