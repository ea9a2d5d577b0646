/**
 * Gives memory back as soon as it is let go of. V8 alone would first let its heap grow to
 * several times what is in use: a worker that fills and empties its buffer again and again
 * would hold four times what it was allowed.
 */
import v8 from 'node:v8';
import vm from 'node:vm';

/** Worth the milliseconds that it takes. */
const manyBytes = 16 * 1024 * 1024;

let collect: (() => void) | undefined;

/** About so many bytes have just been let go of. */
export function giveBack(bytes: number): void {
  if (bytes < manyBytes) return;
  if (!collect) {
    v8.setFlagsFromString('--expose-gc');
    collect = vm.runInNewContext('gc') as () => void;
  }
  collect();
}
