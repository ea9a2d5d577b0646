/**
 * Another run than the one that was told: asked for at the server that the page came from.
 */

/** Resolves with the run of these settings, or with why there is none. */
export async function askForRun<Run extends object>(
  token: string,
  settings: URLSearchParams,
): Promise<Run | string> {
  const query = new URLSearchParams(settings);
  query.set('token', token);
  try {
    const reply = await fetch(`/run?${query}`);
    return reply.ok ? ((await reply.json()) as Run) : (await reply.text()).trim();
  } catch {
    return 'the command that simulates does not answer';
  }
}
