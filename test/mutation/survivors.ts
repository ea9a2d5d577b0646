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
};
