/**
 * `npm run slides`: projects the lecture notes in a browser, with a presenter's view, offline.
 */
import { resolve } from 'node:path';
import { chalkStderr as chalk } from 'chalk';
import { createCommand, runCommand, UsageError } from './command.ts';
import { listPages } from './notes-check.ts';
import { record } from './notes-recordings.ts';
import { listLinkedFiles, renderDeck } from './slides-deck.ts';
import { serveSlides } from './slides-server.ts';

const root = resolve(import.meta.dirname, '../..');

await runCommand(
  createCommand('slides', 'Projects the lecture notes', 'npm run slides -- --port 8080')
    .option('--port <port>', 'TCP port on this machine; 0 takes any free one', '0')
    .action(serve),
);

async function serve({ port }: { port: string }): Promise<void> {
  if (!/^\d+$/.test(port) || Number(port) > 65_535) {
    throw new UsageError(`--port ${port}: a port is a number from 0 to 65535`);
  }
  const recordings = await record();
  const figures = new Map([...recordings].map(([name, { svg }]) => [name, svg]));
  // Read anew for each request: an author reloads the page.
  const deck = {
    render: () => renderDeck(listPages(root), { figures }),
    listFiles: () => listLinkedFiles(listPages(root)),
  };
  const { server, url } = await serveSlides(root, Number(port), deck).catch((error) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new UsageError(`port ${port} is taken by another program; choose another`);
  });
  console.log(`Slides on ${chalk.bold(url)}`);
  console.error('S: presenter view, O: overview, arrows: on and back. Until Ctrl-C.');
  process.once('SIGINT', () => {
    console.error('\nstopped');
    server.closeAllConnections();
    server.close();
  });
}
