/** Leaves out of a failing input what it does not need to fail. */

/** The shortest list found whose parts still make `fails` true: first chunks go, then bytes. */
export async function shrink(
  chunks: readonly Buffer[],
  fails: (chunks: readonly Buffer[]) => Promise<boolean>,
): Promise<readonly Buffer[]> {
  const fewer = await shorten(chunks, (rest) => fails(rest));
  const bytes = Buffer.concat([...fewer]);
  if (!(await fails([bytes]))) return fewer;
  return [Buffer.from(await shorten([...bytes], (rest) => fails([Buffer.from(rest)])))];
}

/** Leaves out ever smaller pieces, as long as the rest fails. */
async function shorten<T>(
  list: readonly T[],
  fails: (rest: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let kept = list;
  for (let size = list.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < kept.length; ) {
      const rest = [...kept.slice(0, at), ...kept.slice(at + size)];
      if (await fails(rest)) kept = rest;
      else at += size;
    }
  }
  return kept;
}
