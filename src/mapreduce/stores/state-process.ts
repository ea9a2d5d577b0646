/**
 * What every state server's process does: prints where it listens, and lives exactly as long
 * as its standard input, which its master holds open.
 */
import { never, Server } from '../../rpc/index.ts';
import { StateServer } from './state-server.ts';

/** `alsoListen` may serve the same state elsewhere, and returns where: the line's second word. */
export async function serveState(
  alsoListen?: (state: StateServer) => Promise<string>,
): Promise<void> {
  // Ctrl-C and a closed terminal reach every process of it; the master decides what they mean.
  process.on('SIGINT', () => {});
  process.on('SIGHUP', () => {});
  process.stdin.resume().once('close', () => process.kill(process.pid, 'SIGKILL'));
  const state = new StateServer();
  const server = new Server({ limits: { idleMs: never }, http: false });
  server.registerName('State', state);
  const addresses = [await server.listen('127.0.0.1:0')];
  if (alsoListen) addresses.push(await alsoListen(state));
  process.stdout.write(`${addresses.join(' ')}\n`);
}
