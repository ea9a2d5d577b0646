/**
 * The thread at the other end of `shared-memory.ts`. It sleeps while nothing comes; only
 * while an answer is being waited for does its event loop turn.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { loadAnswer } from './answer-module.ts';
import { type Link, serveLink } from './link.ts';
import { RingBuffer } from './ring-buffer.ts';
import { FrameReader, FrameWriter } from './ring-frames.ts';
import type { SharedMemoryEnd } from './shared-memory.ts';

const { answerModule, there, back } = workerData as SharedMemoryEnd;
const incoming = new RingBuffer(there);
const outgoing = new RingBuffer(back);
const reader = new FrameReader(incoming);
const writer = new FrameWriter(outgoing);
let arrived = (_message: unknown) => {};
/** Calls that came, less answers that went. */
let pending = 0;

const link: Link = {
  post(message) {
    pending--;
    writer.add(message);
    while (!writer.flush()) outgoing.waitForRoom();
  },
  receive(deliver) {
    arrived = deliver;
  },
  end() {},
};

// A thread without any handle would end while an answer is still a promise.
parentPort?.on('message', () => {});
void serveLink(link, await loadAnswer(answerModule));
while (!reader.isEnded) {
  const frame = reader.next();
  if (frame) {
    const [id] = frame.message as [number];
    if (id !== 0) pending++;
    arrived(frame.message);
  } else if (reader.isEnded) break;
  else if (pending === 0) incoming.waitForBytes();
  else await incoming.bytesCome();
}
process.exit();
