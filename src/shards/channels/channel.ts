/**
 * One way to reach another end, whatever lies between: a function call, a thread, a process,
 * a socket, or memory that both ends see. Every channel keeps the same promises; what they
 * cost is what the experiments measure. Knows nothing of what the messages mean.
 */

/**
 * What may be said: texts, numbers, booleans, arrays and objects of these, and bytes where a
 * channel can carry them. Fields of objects begin with an upper-case letter, because gob
 * sends no others.
 */
export type Message = unknown;

/** The program at the other end; what it throws, or rejects with, becomes the call's error. */
export type Answer = (message: Message) => unknown;

/** A module at the other end exports this. */
export interface AnswerModule {
  readonly answer: Answer;
}

/**
 * Calls and messages of one channel arrive in the order in which they were made, and each
 * answer finds its own call. Nothing is sent twice.
 */
export interface Channel {
  /**
   * Resolves with the answer. Rejects with an RpcError: a ServerError when the other end
   * threw, a ConnectionLostError when it ended first, a ShutdownError when we closed.
   */
  call(message: Message): Promise<unknown>;
  /** Says it and waits for nothing; an answer is dropped. After the end it does nothing. */
  send(message: Message): void;
  /** Resolves when the other end has ended, whoever ended it. Never rejects. */
  readonly closed: Promise<void>;
  /** Ends both ends; waiting calls settle with a ShutdownError. Resolves with `closed`. */
  close(): Promise<void>;
  /** Ends the other end without a word, as a crash does. */
  kill(): void;
}
