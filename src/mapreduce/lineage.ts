/**
 * Lineage: which task makes which data from which, and where the data are. It is all that is
 * needed to know what a loss costs, and what a second job need not compute again. Types only.
 *
 * Source: slides, "Mapreduce: What could go wrong?", data lineage; OSDI '04, section 3.3.1.
 */

/** A piece of data: a split, an intermediate file `mr-0-2`, an output file `mr-out-2`. */
export type PieceName = string;

/** `map 0`, `reduce 2`. */
export type TaskName = string;

/** Stable storage survives the loss of every worker; a worker's own disk is lost with it. */
export type Location = 'stable storage' | { readonly worker: number };

/** Whenever it is executed, it needs all that it reads and makes all that it writes. */
export interface LineageTask {
  readonly name: TaskName;
  readonly reads: readonly PieceName[];
  readonly writes: readonly PieceName[];
}

export interface Lineage {
  /**
   * In no particular order. At most one task writes a piece; a piece that none writes is an
   * input of the job. No task needs, in however many steps, what it makes itself.
   */
  readonly tasks: readonly LineageTask[];
  /** Where each piece is; one that is not in here has not been made yet. */
  readonly locations: ReadonlyMap<PieceName, Location>;
}

/** All that the output of a map task depends on: equal recipes give equal output. */
// #region recipe
export interface MapRecipe {
  /** Names the function and its version, as a fingerprint of its code does. */
  readonly mapFunction: string;
  /** The split that it reads. */
  readonly input: string;
  readonly inputVersion: string;
  /** Names the function that gives each key its reduce task. */
  readonly partitioner: string;
  readonly reduceTasks: number;
}
// #endregion

/** The output of a map task of an earlier job, all of its partitions together. */
export interface MapOutput {
  readonly name: PieceName;
  readonly recipe: MapRecipe;
  readonly location: Location;
}

/**
 * All that an output file depends on, each part named by a fingerprint of it: equal recipes
 * give equal output.
 */
export interface OutputRecipe {
  /** All of the job's code, and its params. */
  readonly job: string;
  readonly partitioner: string;
  /** What each map task depends on: function, split, and how keys become partitions. */
  readonly maps: readonly string[];
  readonly reduceTasks: number;
  readonly reduce: number;
  readonly outputFormat: string;
}

/** What becomes of one map task of a second job. */
export type MapPlan =
  | { readonly type: 'run' }
  | { readonly type: 'reuse'; readonly output: PieceName };
