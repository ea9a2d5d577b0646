/**
 * A page served from this process: with a token, at an address that stderr tells, and on a
 * terminal with time for people to look.
 */
import {
  isEverywhere,
  joinAddress,
  listOwnHosts,
  splitAddress,
} from '../mapreduce/addresses.ts';
import { createToken, isToken } from '../mapreduce/token.ts';
import { PageServer, type PageServerOptions } from '../page/server.ts';
import { UsageError } from './command.ts';

type What = Pick<PageServerOptions, 'parts' | 'log' | 'injectFault' | 'simulate'>;

export interface ServedPage {
  readonly server: PageServer;
  /** Whole, with its token. */
  readonly address: string;
}

/** Throws a UsageError, which begins with `option`, where nobody can listen. */
export async function servePage(
  at: string,
  option: string,
  what: What,
): Promise<ServedPage> {
  const token = createToken();
  const { host, port: wanted } = splitAddress(at);
  const server = new PageServer({
    ...what,
    host,
    port: wanted,
    names: isEverywhere(host) ? listOwnHosts() : [joinAddress(host, 0).slice(0, -2)],
    isToken: (given) => isToken(given, token),
  });
  const port = await server.listen().catch((error: Error) => {
    throw new UsageError(`${option} ${at}: ${error.message}`);
  });
  const shown = isEverywhere(host) ? '127.0.0.1' : host;
  return { server, address: `http://${joinAddress(shown, port)}/#${token}` };
}

/** Until somebody looks at the page, presses Enter, or wishes to end it all. */
export async function awaitLook(
  isRead: Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  console.error('the run begins as soon as the page is open (Enter: now)');
  const { stdin } = process;
  await new Promise<void>((resolve) => {
    void isRead.then(resolve);
    stdin.once('data', () => resolve());
    signal.addEventListener('abort', () => resolve());
  });
  stdin.removeAllListeners('data').pause();
}

/** Until Ctrl-C: people want to look at what they have seen. */
export async function stayOpen(address: string, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  console.error(`the page stays until Ctrl-C:\n  ${address}`);
  await new Promise((resolve) => {
    signal.addEventListener('abort', resolve);
  });
}
