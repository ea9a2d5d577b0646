/**
 * The thread at the other end of `worker-thread.ts`.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { loadAnswer } from './answer-module.ts';
import { serveLink } from './link.ts';
import { portLink } from './worker-thread.ts';

const answer = await loadAnswer(workerData.answerModule);
if (parentPort) await serveLink(portLink(parentPort), answer);
process.exit();
