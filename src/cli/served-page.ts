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
import type { PageServer, PageServerOptions } from '../page/server.ts';
import { UsageError } from './command.ts';
import { untilAborted } from './interruption.ts';

type What = Pick<PageServerOptions, 'parts' | 'log' | 'injectFault' | 'simulate'> & {
  /** True: a script reads what we print, and waits for our end. */
  readonly json?: boolean | undefined;
};

/** Throws a UsageError, which begins with `option`, where nobody can listen. */
export async function servePage(
  at: string,
  option: string,
  { json = false, ...what }: What,
): Promise<ServedPage> {
  // Loaded where it is asked for: most runs have no page.
  const { PageServer } = await import('../page/server.ts');
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
  const address = `http://${joinAddress(shown, port)}/#${token}`;
  return new ServedPage(server, address, process.stderr.isTTY && !json);
}

export class ServedPage {
  /** Whole, with its token. */
  readonly address: string;
  readonly #server: PageServer;
  /** True: somebody sits before a terminal. */
  readonly #isForPeople: boolean;

  constructor(server: PageServer, address: string, isForPeople: boolean) {
    this.#server = server;
    this.address = address;
    this.#isForPeople = isForPeople;
  }

  /** On a terminal, until somebody looks at it, presses Enter, or wishes to end it all. */
  async awaitLook(signal: AbortSignal): Promise<void> {
    const { stdin } = process;
    if (!this.#isForPeople || !stdin.isTTY) return;
    console.error('the run begins as soon as the page is open (Enter: now)');
    await new Promise<void>((resolve) => {
      void this.#server.isRead.then(resolve);
      stdin.once('data', () => resolve());
      signal.addEventListener('abort', () => resolve());
    });
    stdin.removeAllListeners('data').pause();
  }

  /** On a terminal, until Ctrl-C: people want to look at what they have seen. */
  async stay(signal: AbortSignal): Promise<void> {
    if (this.#isForPeople) await this.stayInAnyCase(signal);
  }

  /** Until Ctrl-C, on a terminal or not. */
  async stayInAnyCase(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    console.error(`the page stays until Ctrl-C:\n  ${this.address}`);
    await untilAborted(signal);
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}
