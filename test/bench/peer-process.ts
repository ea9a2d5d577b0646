/**
 * One end of one peer, in a process of its own: `serve <peer>` or `connect <peer> <port>`. It
 * talks with the benchmark in JSON lines over stdin and stdout, and ends when stdin does: if
 * the benchmark is killed, nothing is left over.
 */
import { createInterface } from 'node:readline';
import { type Load, runLoad } from './load.ts';
import { peers } from './peers/index.ts';
import type { Peer } from './peers/peer.ts';

const [role, name, port] = process.argv.slice(2);
const peer = peers[name as string] as Peer;

function say(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** The program ends by this: the benchmark reads the reason from stderr. */
function fail(error: Error): never {
  console.error(error.message);
  process.exit(1);
}

const questions = createInterface({ input: process.stdin });
questions.on('close', () => process.exit());
if (role === 'serve') {
  peer.serve().then((boundPort) => say({ port: boundPort }), fail);
} else {
  const client = await peer.connect(Number(port)).catch(fail);
  questions.on('line', (line) => {
    runLoad(client, JSON.parse(line) as Load).then(say, fail);
  });
  say({ isConnected: true });
}
