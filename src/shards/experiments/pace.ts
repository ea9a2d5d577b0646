/**
 * Sends so many a second, whether or not those before are done: what arrives does not wait for
 * a server to be ready. Sent are, at each tick of a timer, all that are due.
 */

const tickMs = 1;

/** Resolves when `count` were sent. Rejects with the signal's reason, or with what `send` threw. */
export function sendAtRate(
  count: number,
  perSecond: number,
  signal: AbortSignal,
  send: (index: number) => void,
): Promise<void> {
  const beginMs = performance.now();
  let sent = 0;
  return new Promise((resolve, reject) => {
    const sendDue = () => {
      try {
        signal.throwIfAborted();
        const due = Math.floor(((performance.now() - beginMs) * perSecond) / 1000);
        while (sent < Math.min(due, count)) send(sent++);
      } catch (error) {
        reject(error);
        return;
      }
      if (sent < count) setTimeout(sendDue, tickMs);
      else resolve();
    };
    sendDue();
  });
}
