/**
 * The service of a shard process: applies messages to the machines of its registry, and says
 * what state they are in. What comes over one connection is done in the order in which it was
 * sent, each thing to its end.
 */
import { findMachineClass } from './machine.ts';
import { GapError, Registry } from './registry.ts';
import { Turns } from './turns.ts';
import type {
  ApplyArgs,
  ApplyReply,
  MessageFailure,
  OpenArgs,
  OpenReply,
  QueryArgs,
  QueryReply,
  Snapshot,
  TakeReply,
  WireItem,
} from './wire.ts';

/** Characters of all snapshots in one reply; those for which there is no room come later. */
const snapshotRoom = 16 * 1024 * 1024;

/** Loads the user's module: `import`, but for tests that have no file. */
export type LoadModule = (module: string) => Promise<object>;

export class Shard {
  readonly #load: LoadModule;
  readonly #onClose: () => void;
  #registry: Registry | undefined;
  #snapshotEvery = 0;
  readonly #turns = new Turns();
  /** Machines whose snapshot is due. */
  readonly #due = new Set<string>();

  constructor(load: LoadModule, onClose: () => void) {
    this.#load = load;
    this.#onClose = onClose;
  }

  async Open({ module, file, snapshotEvery }: OpenArgs): Promise<OpenReply> {
    // The first turn, though it takes time: nothing else is asked for before it is over.
    this.#turns.take(0, () => {});
    const loaded = await this.#load(module).catch((error) => {
      throw new Error(`${file} cannot be loaded: ${describe(error)}`);
    });
    const machineClass = findMachineClass(loaded, file);
    this.#registry = new Registry(machineClass);
    const { canRestore } = this.#registry;
    this.#snapshotEvery = canRestore ? snapshotEvery : 0;
    return { pid: process.pid, canRestore };
  }

  Apply({ order, items }: ApplyArgs): ApplyReply | Promise<ApplyReply> {
    return this.#turns.take(order, () => this.#applyAll(items));
  }

  Query({ order, id }: QueryArgs): QueryReply | Promise<QueryReply> {
    return this.#turns.take(order, () => this.#answer(id));
  }

  Take({ order, id }: QueryArgs): TakeReply | Promise<TakeReply> {
    return this.#turns.take(order, () => this.#giveAway(id));
  }

  Close(): void {
    this.#onClose();
  }

  #applyAll(items: Uint8Array): ApplyReply {
    const registry = this.#opened();
    const failures: MessageFailure[] = [];
    for (const item of JSON.parse(Buffer.from(items).toString()) as WireItem[]) {
      if (item[0] === 'message') {
        const failure = this.#apply(registry, item[1], item[2], item[3]);
        if (failure) failures.push(failure);
      } else if (item[0] === 'install') {
        registry.install(item[1], item[2], item[3]?.state);
      } else registry.drop(item[1]);
    }
    return { failures, snapshots: this.#takeSnapshots(registry) };
  }

  #answer(id: string): QueryReply {
    const registry = this.#opened();
    if (!registry.has(id)) return { outcome: 'unknown' };
    try {
      return { outcome: 'answered', state: JSON.parse(registry.encode(id)) };
    } catch (error) {
      return { outcome: 'failed', why: describe(error) };
    }
  }

  #giveAway(id: string): TakeReply {
    const registry = this.#opened();
    const seq = registry.seqOf(id);
    if (!registry.canRestore) return { outcome: 'taken', seq };
    try {
      return { outcome: 'taken', seq, state: registry.encode(id) };
    } catch (error) {
      return { outcome: 'failed', why: describe(error) };
    }
  }

  #opened(): Registry {
    if (!this.#registry) throw new Error('Shard.Open comes first');
    return this.#registry;
  }

  #apply(
    registry: Registry,
    id: string,
    seq: number,
    message: unknown,
  ): MessageFailure | undefined {
    if (this.#snapshotEvery > 0 && seq % this.#snapshotEvery === 0) this.#due.add(id);
    try {
      registry.apply(id, seq, message);
      return undefined;
    } catch (error) {
      if (error instanceof GapError) throw error;
      return { id, seq, why: describe(error) };
    }
  }

  /** A machine whose state cannot be had keeps its whole log. */
  #takeSnapshots(registry: Registry): Snapshot[] {
    const snapshots: Snapshot[] = [];
    let room = snapshotRoom;
    for (const id of this.#due) {
      if (room <= 0) break;
      this.#due.delete(id);
      if (!registry.has(id)) continue;
      try {
        const state = registry.encode(id);
        room -= state.length;
        if (state.length <= snapshotRoom) {
          snapshots.push({ id, seq: registry.seqOf(id), state });
        }
      } catch {
        // A query will say why.
      }
    }
    return snapshots;
  }
}

function describe(error: unknown): string {
  if (error instanceof Error) return `${error.name}: ${error.message}`;
  return `it threw ${String(error)}`;
}
