/**
 * A child process, reached by Node's own channel between parent and child. `json` writes each
 * message as JSON; `advanced` as the structured clone algorithm does.
 */
import { fork, type Serializable, type SerializationType } from 'node:child_process';
import { type Link, LinkChannel } from './link.ts';

/** Starts `childMain`, which answers with `answerModule`. */
export function openChildChannel(
  childMain: string,
  answerModule: string,
  serialization: SerializationType,
): LinkChannel {
  const child = fork(childMain, [answerModule], { serialization, execArgv: [] });
  return new LinkChannel({
    post(message) {
      if (child.connected) child.send(message as Serializable, ignoreLoss);
    },
    receive(arrived, ended) {
      child.on('message', arrived);
      child.once('error', ended);
      child.once('exit', () => ended());
    },
    end(how) {
      if (how === 'at once') child.kill('SIGKILL');
      // Disconnecting now would lose what is still being written.
      else if (child.connected) child.send(farewell, ignoreLoss);
    },
  });
}

/** Not a call: the process is to leave. */
const farewell = 'end';

/** That the other end is gone is told by its exit. */
function ignoreLoss(): void {}

/** The child's side of it; that it has ended means: leave. */
export function parentLink(): Link {
  return {
    post: (message) => {
      if (process.connected) process.send?.(message, undefined, {}, ignoreLoss);
    },
    receive(arrived, ended) {
      process.on('message', (message) => {
        if (message === farewell) ended();
        else arrived(message);
      });
      process.once('disconnect', ended);
    },
    end() {},
  };
}
