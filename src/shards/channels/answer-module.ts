/**
 * Loads the program of an end: a compiled module, by its path.
 */
import { pathToFileURL } from 'node:url';
import type { Answer, AnswerModule } from './channel.ts';

/** Throws an Error when the module has no function `answer`. */
export async function loadAnswer(path: string): Promise<Answer> {
  const { answer } = (await import(pathToFileURL(path).href)) as Partial<AnswerModule>;
  if (typeof answer === 'function') return answer;
  throw new Error(`${path}: a module at the end of a channel exports a function answer`);
}
