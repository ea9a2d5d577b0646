/**
 * `npm run wordcount-client -- "some text"`: asks a running word-count server.
 */

import { Option } from 'commander';
import { formatMap, makeRequest } from '../lecture/wordcount.ts';
import { type CodecName, codecNames, NetworkError } from '../rpc/index.ts';
import { createCommand, runCommand, UsageError } from './command.ts';

const command = createCommand('wordcount-client', 'Asks a word-count server to count')
  .argument('<text...>', 'the text whose words to count')
  .option('--server <address>', 'where it listens: host:port', 'localhost:8888')
  .addOption(
    new Option('--codec <name>', 'its wire format; a Go server speaks gob')
      .choices(codecNames)
      .default('json-rpc'),
  )
  .usage('-- [options] "some text"')
  .action(ask);

await runCommand(command);

async function ask(
  text: string[],
  { server, codec }: { server: string; codec: CodecName },
) {
  try {
    const counts = await makeRequest(text.join(' '), server, { codec });
    console.log(`Result: ${formatMap(counts)}`);
  } catch (error) {
    if (!(error instanceof NetworkError) || error.code !== 'ECONNREFUSED') throw error;
    throw new UsageError(
      `nobody listens at ${server}; start the server first: npm run wordcount-server`,
    );
  }
}
