/**
 * Which nodes can reach which: partitions, and nodes whose cable is out. Knows nothing of
 * messages or connections; those ask it.
 */

export class Reachability {
  /** The side of the partition that each named node is on; empty: the network is whole. */
  readonly #sides = new Map<string, number>();
  readonly #disconnected = new Set<string>();

  /** Nodes of different groups cannot reach each other; one in no group reaches all. */
  partition(groups: readonly (readonly string[])[]): void {
    this.heal();
    for (const [side, group] of groups.entries()) {
      for (const node of group) this.#sides.set(node, side);
    }
  }

  /** Ends the partition. Nodes that are disconnected stay so. */
  heal(): void {
    this.#sides.clear();
  }

  disconnect(node: string): void {
    this.#disconnected.add(node);
  }

  reconnect(node: string): void {
    this.#disconnected.delete(node);
  }

  canReach(from: string, to: string): boolean {
    if (from === to) return true;
    if (this.#disconnected.has(from) || this.#disconnected.has(to)) return false;
    const sides = [this.#sides.get(from), this.#sides.get(to)];
    return sides.includes(undefined) || sides[0] === sides[1];
  }
}
