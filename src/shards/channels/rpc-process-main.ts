/**
 * The process at the other end of `rpc-process.ts`. It leaves when its standard input ends:
 * its parent has closed it, or is gone.
 */
import { Server } from '../../rpc/index.ts';
import { loadAnswer } from './answer-module.ts';
import type { Message } from './channel.ts';
import type { RpcEnd } from './rpc-process.ts';

const { answerModule, address, codec } = JSON.parse(process.argv[2] ?? '{}') as RpcEnd;
// Ctrl-C goes to the whole group: the parent decides when we leave.
process.on('SIGINT', () => {});
process.stdin.on('end', () => process.exit()).resume();
const answer = await loadAnswer(answerModule);
const server = new Server({ codecs: [codec], http: false });
server.registerName('Channel', {
  Answer: (message: Message) => answer(message),
  Hear: async (message: Message) => void (await answer(message)),
});
console.log(await server.listen(address));
