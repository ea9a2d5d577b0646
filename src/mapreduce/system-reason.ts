/**
 * What the system says of a path, for a sentence that has named the path already.
 */

/** `ENOENT: no such file or directory, open '/x'` without what nobody asked for. */
export function reasonOf(error: unknown): string {
  const { message } = error as Error;
  return /^[A-Z]+: (.+?), \w+(?: '.*')?$/.exec(message)?.[1] ?? message;
}
