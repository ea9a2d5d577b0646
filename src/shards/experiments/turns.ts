/**
 * Contenders take turns, round after round, so that whatever else the machine does hits all of
 * them alike. Who begins moves on by one each round.
 */

/** Round -1 comes first and does not count: by its end the compiler has done its work. */
export async function takeTurns<Contender>(
  contenders: readonly Contender[],
  rounds: number,
  runOnce: (contender: Contender, round: number) => Promise<void>,
): Promise<void> {
  for (let round = -1; round < rounds; round++) {
    for (let i = 0; i < contenders.length; i++) {
      const place = (i + Math.max(round, 0)) % contenders.length;
      await runOnce(contenders[place] as Contender, round);
    }
  }
}
