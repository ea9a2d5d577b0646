/**
 * The page of something simulated: served until Ctrl-C to whoever has its whole address. There
 * is no run that it could miss, so nothing waits for anybody.
 */
import { bundlePage, type PageName } from '../page/browser-bundle.ts';
import type { PageLog } from '../page/event-stream.ts';
import type { PageServerOptions } from '../page/server.ts';
import { UsageError } from './command.ts';
import { Interruption } from './interruption.ts';
import { servePage } from './served-page.ts';

export interface SimulationPage {
  readonly name: PageName;
  /** What is told to everybody who comes. */
  readonly log: PageLog;
  /** Undefined: all that can be shown has been told. */
  readonly simulate?: NonNullable<PageServerOptions['simulate']>;
}

/** Serves it at `address`, until a signal ends it. Throws a UsageError where nobody can listen. */
export async function serveSimulation(
  address: string,
  { name, ...page }: SimulationPage,
): Promise<void> {
  const interruption = new Interruption();
  const parts = await bundlePage(name);
  const what = { ...page, parts, injectFault: () => false };
  const served = await servePage(address, '--page', what);
  await served.stayInAnyCase(interruption.signal);
  await served.close();
}

/** A script waits for an end that such a page has not. Throws a UsageError. */
export function refuseScript({ json, page }: { json?: boolean; page?: unknown }): void {
  if (!json || page === undefined) return;
  throw new UsageError(
    '--json with --page: a script waits for the end, and the page stays until Ctrl-C; leave one of them out',
  );
}
