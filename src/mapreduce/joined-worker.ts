/**
 * A worker that came by itself, from this machine or another: the master has no process of
 * it, only a connection. Its output files are fetched, and it is asked to end.
 */
import { join } from 'node:path';
import type { TaskOutput } from './events.ts';
import { copyRemoteFile } from './remote-file.ts';
import type { EndArgs, FileChunk, ReadOutputArgs } from './wire.ts';
import { WorkerConnection } from './worker-connection.ts';

/** How long a chunk of output, or the answer to a farewell, may take. */
const fetchTimeoutMs = 30_000;
const farewellMs = 1000;

export class JoinedWorker extends WorkerConnection {
  /** What its user calls it. */
  readonly name: string;

  constructor(id: number, name: string, token: string) {
    super(id, token);
    this.name = name;
  }

  /** Copies the file of a reduce attempt. Throws if it does not come whole. */
  override async bringOutput(output: TaskOutput, folder: string): Promise<void> {
    if (output.kind !== 'reduce') return;
    const { file, bytes, crc32 } = output;
    if (crc32 === undefined || !/^\.mr-out-\d+\.attempt-\d+$/.test(file)) {
      throw new Error(`worker ${this.id} does not say what its output is`);
    }
    const read = async (offset: number) => {
      const args: ReadOutputArgs = { file, offset };
      const call = await this.go<FileChunk>('Worker.ReadOutput', args, fetchTimeoutMs)
        .done;
      if (call.error) throw call.error;
      return call.reply as FileChunk;
    };
    await copyRemoteFile(read, join(folder, file), { bytes, crc32 });
  }

  /** Tells it how the job ended, which ends it too; then closes the connection. */
  async end(outcome: EndArgs['outcome']): Promise<void> {
    if (!this.isConnected) return;
    await this.go('Worker.End', { outcome } satisfies EndArgs, farewellMs).done;
    await this.disconnect();
  }

  /** Its process is not ours: it sends the signal itself, as soon as it hears of it. */
  kill(): void {
    if (this.isConnected) this.go('Worker.Kill', {});
  }
}
