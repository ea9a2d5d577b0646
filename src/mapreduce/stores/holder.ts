/**
 * How a reducer reads map output, by the address it was given:
 *
 *     127.0.0.1:4000         a worker, which serves its local disk
 *     state:127.0.0.1:5000   the state server
 *     folder:/path           shared storage, read as it is
 *
 * Bytes cross the network beside the JSON, not in it: see `rpc/json/length-prefix.ts`.
 */
import { type Client, dial, ServerError } from '../../rpc/index.ts';
import {
  type FetchPartitionArgs,
  type FetchPartitionReply,
  fetchChunkBytes,
} from '../wire.ts';
import { AttemptFiles } from './attempt-files.ts';
import { type Holder, MissingOutputError, type PartitionRef } from './store.ts';

/** A holder that sends nothing for this many milliseconds counts as unreachable. */
export const answerWithinMs = 5000;

/** Rejects when nobody answers there. */
export async function openHolder(address: string, token?: string): Promise<Holder> {
  const [, scheme, rest = ''] = /^(folder|state):(.*)$/s.exec(address) ?? [];
  if (scheme === 'folder') return new FolderHolder(rest);
  const [target, service] = scheme === 'state' ? [rest, 'State'] : [address, 'Worker'];
  return new RemoteHolder(await dialInTime(target), service, token);
}

class FolderHolder implements Holder {
  readonly #files: AttemptFiles;

  constructor(folder: string) {
    this.#files = new AttemptFiles(folder);
  }

  async read(partition: PartitionRef, offset: number): Promise<Uint8Array> {
    try {
      return this.#files.read(partition, offset, fetchChunkBytes);
    } catch (error) {
      throw new MissingOutputError((error as Error).message);
    }
  }

  close(): void {}
}

/** Whoever has a method `FetchPartition`. */
class RemoteHolder implements Holder {
  readonly #client: Client;
  readonly #method: string;
  readonly #token: string | undefined;

  constructor(client: Client, service: string, token: string | undefined) {
    this.#client = client;
    this.#token = token;
    this.#method = `${service}.FetchPartition`;
  }

  async read(partition: PartitionRef, offset: number): Promise<Uint8Array> {
    const args: FetchPartitionArgs = { ...partition, offset, token: this.#token };
    const options = { deadlineMs: answerWithinMs };
    const call = this.#client.go<FetchPartitionReply>(this.#method, args, options);
    const { reply, error } = await call.done;
    if (error instanceof ServerError) throw new MissingOutputError(error.message);
    if (!reply) throw error;
    return reply.data;
  }

  close(): void {
    void this.#client.close();
  }
}

/**
 * A stopped process accepts connections and answers nothing: even dialling has its deadline.
 * A connection that comes too late is closed, not kept.
 */
export async function dialInTime(address: string): Promise<Client> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), answerWithinMs);
  });
  const dialling = dial(address, { codec: 'framed-json' });
  const client = await Promise.race([dialling, timeout]).finally(() =>
    clearTimeout(timer),
  );
  if (client) return client;
  dialling.then(
    (late) => late.close(),
    () => {},
  );
  throw new Error(`dial ${address}: no answer after ${answerWithinMs} ms`);
}
