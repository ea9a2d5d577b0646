/** One end of one peer, in a process of its own: `serve <peer>` or `connect <peer> <port>`. */
import { answerQuestions, fail, say } from './answers.ts';
import { type Load, runLoad } from './load.ts';
import { peers } from './peers/index.ts';
import type { Peer } from './peers/peer.ts';

const [role, name, port] = process.argv.slice(2);
const peer = peers[name as string] as Peer;

if (role === 'serve') {
  answerQuestions(() => ({}));
  say({ port: await peer.serve().catch(fail) });
} else {
  const client = await peer.connect(Number(port)).catch(fail);
  answerQuestions((load: Load) => runLoad(client, load));
  say({ isConnected: true });
}
