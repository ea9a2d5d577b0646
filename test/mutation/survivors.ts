/**
 * Mutants of the solutions that every check lets live, each with the reason why that is no
 * fault of the grader: what the program does is the same, or nobody may rely on it.
 */

export interface Explained {
  /** `roundTripMs < best.roundTripMs` as it stands in the solution. */
  readonly original: string;
  readonly replacement: string;
  readonly why: string;
}

export const explained: Record<string, readonly Explained[]> = {
  ping: [
    {
      original: 'error?.isDefinite',
      replacement: 'error.isDefinite',
      why: 'a call without a reply has an error: only the types do not know that',
    },
  ],
  'async-rpc': [
    {
      original: "'the connection was lost before the reply'",
      replacement: '""',
      why: 'the kind of the error is asked for, its words are not',
    },
    {
      original: 'this.#nextSeq++',
      replacement: 'this.#nextSeq--',
      why: 'any number that is used once will do, also one below zero',
    },
    {
      original: `\`no reply after \${this.timeoutMs} ms\``,
      replacement: '``',
      why: 'the kind of the error is asked for, its words are not',
    },
  ],
  cristian: [
    {
      original: 'roundTripMs < best.roundTripMs',
      replacement: 'roundTripMs <= best.roundTripMs',
      why: 'of two samples with the same round trip either is a best one',
    },
    {
      original: 'offsetMs > 0',
      replacement: 'false',
      why: 'a clock that is behind may be slewed as well: the exercise allows both',
    },
    {
      original: 'offsetMs > 0',
      replacement: 'offsetMs >= 0',
      why: 'a step by nothing does what a slew by nothing does',
    },
  ],
  'at-most-once': [
    {
      original: "'the server has restarted: it may have run'",
      replacement: '""',
      why: 'the kind of the error is asked for, its words are not',
    },
  ],
  mapreduce: [
    {
      original: 'lines[partition(key, reduceTasks)]?.push',
      replacement: 'lines[partition(key, reduceTasks)].push',
      why: 'there is a list for each number that partition can give: ?. is for the type alone',
    },
  ],
  schedule: [
    {
      original: "'all are lost'",
      replacement: '""',
      why: 'it has to reject; in which words is not asked',
    },
    {
      original: '{ cause: error }',
      replacement: '{}',
      why: 'only a task that fails has to say why: of lost workers no cause is asked',
    },
    {
      original: '{ await client.close(); }',
      replacement: '{}',
      why: 'connections may stay open: the exercise says so',
    },
  ],
  stragglers: [
    {
      original: "'the original has won'",
      replacement: '""',
      why: 'the race is over: nobody sees this error',
    },
    {
      original: 'Date.now() - startedMs >= 2 * average',
      replacement: 'Date.now() - startedMs > 2 * average',
      why: 'who looks every 20 ms may see it a moment later',
    },
  ],
  sharding: [
    {
      original: '!node',
      replacement: 'false',
      why: 'an empty ring throws all the same, in the next line, with other words',
    },
    {
      original: "'no shard is left'",
      replacement: '""',
      why: 'an empty ring is to throw: with which words is not said',
    },
    {
      original: 'this.pending.get(queryId)?.resolve',
      replacement: 'this.pending.get(queryId).resolve',
      why: 'a link brings each answer once, and none after the loss: it finds its query',
    },
    {
      original: 'this.#nextQueryId++',
      replacement: 'this.#nextQueryId--',
      why: 'any number that is used once will do, also one below zero',
    },
  ],
};
