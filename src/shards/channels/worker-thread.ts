/**
 * A thread of this process, reached by `postMessage`: each message is cloned by the structured
 * clone algorithm. It shares the process, and none of its objects.
 */
import { type MessagePort, Worker } from 'node:worker_threads';
import { type Link, LinkChannel } from './link.ts';

/** Starts `threadMain`, which answers with `answerModule`. */
export function openThreadChannel(threadMain: string, answerModule: string): LinkChannel {
  const worker = new Worker(threadMain, { workerData: { answerModule } });
  return new LinkChannel({
    post: (message) => worker.postMessage(message),
    receive(arrived, ended) {
      worker.on('message', arrived);
      watchEnd(worker, ended);
    },
    end(how) {
      if (how === 'at once') void worker.terminate();
      else worker.postMessage(farewell);
    },
  });
}

/** What a thread dies of is told before its exit. */
export function watchEnd(worker: Worker, ended: (cause?: Error) => void): void {
  let cause: Error | undefined;
  worker.on('error', (error) => {
    cause = error;
  });
  worker.once('exit', () => ended(cause));
}

/** Not a call: the thread is to leave. */
const farewell = 'end';

/** The thread's side of it; that it has ended means: leave. */
export function portLink(port: MessagePort): Link {
  return {
    post: (message) => port.postMessage(message),
    receive(arrived, ended) {
      port.on('message', (message) => {
        if (message === farewell) ended();
        else arrived(message);
      });
    },
    end() {},
  };
}
