/**
 * `npm run wordcount-client -- "some text"`: asks a running word-count server.
 */
import { formatMap, makeRequest } from '../lecture/wordcount.ts';
import { NetworkError } from '../rpc/index.ts';
import { createCommand, runCommand, UsageError } from './command.ts';

const command = createCommand('wordcount-client', 'Asks a word-count server to count')
  .argument('<text...>', 'the text whose words to count')
  .option('--server <address>', 'where it listens: host:port', 'localhost:8888')
  .usage('-- [options] "some text"')
  .action(ask);

await runCommand(command);

async function ask(text: string[], { server }: { server: string }) {
  try {
    console.log(`Result: ${formatMap(await makeRequest(text.join(' '), server))}`);
  } catch (error) {
    if (!(error instanceof NetworkError) || error.code !== 'ECONNREFUSED') throw error;
    throw new UsageError(
      `nobody listens at ${server}; start the server first: npm run wordcount-server`,
    );
  }
}
