/**
 * The other end of `programs.ts`: a process of the benchmark hears questions on stdin and says
 * answers on stdout, one JSON object a line. It ends when stdin does: if the benchmark is
 * killed, nothing is left over.
 */
import { createInterface } from 'node:readline';

export function say(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** The benchmark reads the reason from stderr. */
export function fail(error: Error): never {
  console.error(error.message);
  process.exit(1);
}

/** Says what `answer` resolves with, question by question; a rejection ends the process. */
export function answerQuestions<Question>(
  answer: (question: Question) => object | Promise<object>,
): void {
  const questions = createInterface({ input: process.stdin });
  questions.on('line', async (line) => {
    try {
      say(await answer(JSON.parse(line)));
    } catch (error) {
      fail(error as Error);
    }
  });
  questions.on('close', () => process.exit());
}
