/**
 * The process at the other end of `child-process.ts`. It leaves when its parent has.
 */
import { loadAnswer } from './answer-module.ts';
import { parentLink } from './child-process.ts';
import { serveLink } from './link.ts';

const [answerModule = ''] = process.argv.slice(2);
// Ctrl-C goes to the whole group: the parent decides when we leave.
process.on('SIGINT', () => {});
const answer = await loadAnswer(answerModule);
await serveLink(parentLink(), answer);
process.exit();
