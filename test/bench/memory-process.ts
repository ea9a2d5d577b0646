/**
 * One end of the memory suite: `serve` answers slowly, `connect <port>` calls without waiting.
 * Both tell the most memory that their process has ever held.
 */
import { dial, Server } from '../../src/rpc/index.ts';
import { answerQuestions, fail, say } from './answers.ts';
import { loopback } from './peers/peer.ts';

/** What both ends answer; the client adds how many answers were right. */
export interface MemoryAnswer {
  readonly peakMiB: number;
  /** The server's: calls that were running at the same time, at the most. */
  readonly mostRunning?: number;
  readonly rightAnswers?: number;
}

/** Its methods take as long as their turn is away: a hundred a millisecond, in order. */
class Slow {
  readonly waiting: (() => void)[] = [];
  mostRunning = 0;

  Add({ A, B }: { A: number; B: number }) {
    return new Promise<number>((resolve) => {
      this.waiting.push(() => resolve(A + B));
      this.mostRunning = Math.max(this.mostRunning, this.waiting.length);
    });
  }
}

function tellPeak(): MemoryAnswer {
  return { peakMiB: process.resourceUsage().maxRSS / 1024 };
}

async function serve(): Promise<void> {
  const slow = new Slow();
  setInterval(() => {
    for (const release of slow.waiting.splice(0, 100)) release();
  }, 1);
  const server = new Server();
  server.register(slow);
  const address = await server.listen(`${loopback}:0`);
  answerQuestions(() => ({ ...tellPeak(), mostRunning: slow.mostRunning }));
  say({ port: Number(address.slice(address.lastIndexOf(':') + 1)) });
}

async function connect(port: string): Promise<void> {
  const client = await dial(`${loopback}:${port}`);
  answerQuestions(async ({ calls }: { calls: number }) => {
    const numbers = Array.from({ length: calls }, (_, n) => n);
    const answers = await Promise.all(
      numbers.map((n) => client.call<number>('Slow.Add', { A: n, B: 2 })),
    );
    const rightAnswers = answers.filter((answer, n) => answer === n + 2).length;
    return { ...tellPeak(), rightAnswers };
  });
  say({ isConnected: true });
}

const [role, port] = process.argv.slice(2);
await (role === 'serve' ? serve() : connect(port as string)).catch(fail);
