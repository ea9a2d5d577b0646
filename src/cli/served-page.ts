/**
 * The page of something simulated: served until Ctrl-C to whoever has its whole address. There
 * is no run that it could miss, so nothing waits for anybody.
 */
import {
  isEverywhere,
  joinAddress,
  listOwnHosts,
  splitAddress,
} from '../mapreduce/addresses.ts';
import { createToken, isToken } from '../mapreduce/token.ts';
import { bundlePage, type PageName } from '../page/browser-bundle.ts';
import type { PageLog } from '../page/event-stream.ts';
import { PageServer, type PageServerOptions } from '../page/server.ts';
import { UsageError } from './command.ts';
import { Interruption } from './interruption.ts';

export interface SimulationPage {
  readonly name: PageName;
  /** What is told to everybody who comes. */
  readonly log: PageLog;
  /** Undefined: all that can be shown has been told. */
  readonly simulate?: NonNullable<PageServerOptions['simulate']>;
}

/**
 * Serves it at `address` and says where, until a signal ends it: Ctrl-C is how one does it.
 * Throws a UsageError where nobody can listen.
 */
export async function servePage(address: string, page: SimulationPage): Promise<void> {
  const interruption = new Interruption();
  const token = createToken();
  const { host, port: wanted } = splitAddress(address);
  const server = new PageServer({
    ...{ parts: await bundlePage(page.name), host, port: wanted },
    ...page,
    names: isEverywhere(host) ? listOwnHosts() : [joinAddress(host, 0).slice(0, -2)],
    isToken: (given) => isToken(given, token),
    injectFault: () => false,
  });
  const port = await server.listen().catch((error: Error) => {
    throw new UsageError(`--page ${address}: ${error.message}`);
  });
  const shown = isEverywhere(host) ? '127.0.0.1' : host;
  console.error(
    `the page, for whoever has its whole address, until Ctrl-C:\n  http://${joinAddress(shown, port)}/#${token}`,
  );
  const { signal } = interruption;
  if (!signal.aborted) {
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve);
    });
  }
  await server.close();
}

/** A script waits for an end that such a page has not. Throws a UsageError. */
export function refuseScript({ json, page }: { json?: boolean; page?: unknown }): void {
  if (!json || page === undefined) return;
  throw new UsageError(
    '--json with --page: a script waits for the end, and the page stays until Ctrl-C; leave one of them out',
  );
}
