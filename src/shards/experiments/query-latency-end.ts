/**
 * The other end of experiment 5: a process with one queue. What comes is stamped as it is read
 * and waits for its turn; after each piece of work the process reads what has come meanwhile.
 */
import { nowUs } from './clock.ts';
import { spin } from './work.ts';

export type LoadMessage =
  | { readonly Kind: 'message'; readonly Steps: number }
  | { readonly Kind: 'query' };

/** What a query brings back: the state, and when what happened to it, in microseconds. */
export interface QueryAnswer {
  readonly Messages: number;
  readonly ArrivedUs: number;
  readonly BegunUs: number;
  readonly DoneUs: number;
}

let messages = 0;
const turns: (() => void)[] = [];
let isTurning = false;

export function answer(given: unknown): Promise<QueryAnswer | number> {
  const message = given as LoadMessage;
  const arrivedUs = nowUs();
  return new Promise((resolve) => {
    turns.push(() => {
      if (message.Kind === 'query') resolve(answerQuery(arrivedUs));
      else {
        spin(message.Steps);
        resolve(++messages);
      }
    });
    if (!isTurning) setImmediate(takeTurn);
    isTurning = true;
  });
}

/** One turn; then the loop reads its sockets before the next one. */
function takeTurn(): void {
  turns.shift()?.();
  isTurning = turns.length > 0;
  if (isTurning) setImmediate(takeTurn);
}

export function answerQuery(arrivedUs: number): QueryAnswer {
  const begunUs = nowUs();
  const state = { Messages: messages };
  return { ...state, ArrivedUs: arrivedUs, BegunUs: begunUs, DoneUs: nowUs() };
}
