/** What the contract suite says to the other end, and what that does. */

/** The fields begin with upper-case letters: gob sends no others. */
export interface Question {
  readonly Kind:
    | 'echo'
    | 'throw'
    | 'reject'
    | 'wait'
    | 'never'
    | 'note'
    | 'notes'
    | 'pid'
    | 'crash';
  readonly Value?: unknown;
}

const notes: unknown[] = [];
let release = () => {};

export function answer(message: unknown): unknown {
  const { Kind, Value } = message as Question;
  switch (Kind) {
    case 'echo':
      // What waits is answered after what came later.
      release();
      return Value;
    case 'throw':
      throw new Error(`cannot do ${Value}`);
    case 'reject':
      return Promise.reject(new Error(`will not do ${Value}`));
    case 'wait':
      return new Promise((resolve) => {
        release = () => resolve(Value);
      });
    case 'never':
      return new Promise(() => {});
    case 'note':
      notes.push(Value);
      return notes.length;
    case 'notes':
      return notes.splice(0);
    case 'pid':
      return process.pid;
    case 'crash':
      process.nextTick(() => {
        throw new Error('nobody caught this');
      });
      return new Promise(() => {});
  }
}
