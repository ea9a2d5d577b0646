/**
 * A peer that means harm, over one connection at a time: `<port>`, then the name of an attack
 * for each question. It answers once the attack is under way, and dials again when hung up on.
 * Its priority is the lowest, so that it takes no processor from those it runs beside.
 */
import { once } from 'node:events';
import * as net from 'node:net';
import { setPriority } from 'node:os';
import { answerQuestions, say } from './answers.ts';
import type { Attack } from './hostile.ts';
import { loopback } from './peers/peer.ts';

const port = Number(process.argv[2]);
const chunkBytes = 64 * 1024;

function fill(line: string): Buffer {
  return Buffer.from(line.repeat(Math.ceil(chunkBytes / line.length)));
}

function request(method: string, params: string): string {
  return `{"jsonrpc":"2.0","id":1,"method":"${method}","params":${params}}\n`;
}

/** What is written again and again, as fast as the server takes it. */
const floods: Partial<Record<Attack, Buffer>> = {
  'tiny requests': fill(request('Arith.Add', '{"A":1,"B":2}')),
  'garbage lines': fill('no JSON at all\n'),
  'empty lines': fill('\n'),
  'largest frames': Buffer.from(
    request('Arith.Echo', `["${'x'.repeat(4 * 1024 * 1024 - 100)}"]`),
  ),
  'endless frame': Buffer.alloc(chunkBytes, 'x'),
  'deep nesting': Buffer.from(
    request('Arith.Echo', '['.repeat(100_000) + ']'.repeat(100_000)),
  ),
  'replies unread': fill(request('Arith.Echo', `["${'x'.repeat(10_000)}"]`)),
};

let current: { end(): void } | undefined;

async function start(attack: Attack): Promise<void> {
  current?.end();
  current = undefined;
  if (attack === 'nobody') return;
  if (attack === 'a busy loop') current = loop();
  else current = await flood(floods[attack] as Buffer, attack !== 'replies unread');
}

/** No harm to the server: shows what a mere neighbour on the processor costs. */
function loop() {
  let isOver = false;
  const turn = () => {
    const endMs = performance.now() + 5;
    while (performance.now() < endMs);
    if (!isOver) setImmediate(turn);
  };
  turn();
  return {
    end() {
      isOver = true;
    },
  };
}

async function flood(bytes: Buffer, readsReplies: boolean) {
  let isOver = false;
  let socket: net.Socket;
  const dial = () => {
    socket = net.connect({ host: loopback, port });
    socket.on('error', () => {});
    socket.on('close', () => isOver || setImmediate(dial));
    socket.on('connect', pump).on('drain', pump);
    if (readsReplies) socket.resume();
    else socket.pause();
  };
  const pump = () => {
    while (!socket.destroyed && socket.write(bytes));
  };
  dial();
  await once(socket!, 'connect');
  return {
    end() {
      isOver = true;
      socket.destroy();
    },
  };
}

setPriority(19);
answerQuestions(async ({ attack }: { attack: Attack }) => {
  await start(attack);
  return { attack };
});
say({ isReady: true });
