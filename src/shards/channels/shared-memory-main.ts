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
/** Answers that may wait for others, so that all are written together. */
const maxUnwritten = 64;
let unwritten = 0;
/** True while the event loop turns: nobody else would write what is answered then. */
let isAway = false;
let arrived = (_message: unknown) => {};
/** Calls that came, less answers that went. */
let pending = 0;

const link: Link = {
  post(message) {
    pending--;
    writer.add(message);
    if (++unwritten >= maxUnwritten || isAway) writeAll();
  },
  receive(deliver) {
    arrived = deliver;
  },
  end() {},
};

function writeAll(): void {
  if (unwritten === 0) return;
  unwritten = 0;
  while (!writer.flush()) outgoing.waitForRoom();
}

// A thread without any handle would end while an answer is still a promise.
parentPort?.on('message', () => {});
void serveLink(link, await loadAnswer(answerModule));
while (!reader.isEnded) {
  const frame = reader.next();
  if (frame) {
    const [id] = frame.message as [number];
    if (id !== 0) pending++;
    arrived(frame.message);
    continue;
  }
  writeAll();
  if (reader.isEnded) break;
  if (pending === 0) incoming.waitForBytes();
  else {
    isAway = true;
    await incoming.bytesCome();
    isAway = false;
  }
}
process.exit();
