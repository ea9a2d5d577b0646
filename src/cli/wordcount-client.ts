/**
 * `npm run wordcount-client -- "some text"`: asks a running word-count server.
 */

import { Option } from 'commander';
import { formatMap, makeRequest } from '../lecture/wordcount.ts';
import { type CodecName, codecNames, NetworkError } from '../rpc/index.ts';
import { CallDiagram } from './call-diagram.ts';
import {
  createCommand,
  reportError,
  runCommand,
  UsageError,
  userFolder,
} from './command.ts';
import { addDiagramOptions, readDiagramOptions } from './diagram-options.ts';

const command = addDiagramOptions(
  createCommand('wordcount-client', 'Asks a word-count server to count'),
)
  .argument('<text...>', 'the text whose words to count')
  .option('--server <address>', 'where it listens: host:port', 'localhost:8888')
  .addOption(
    new Option('--codec <name>', 'its wire format; a Go server speaks gob')
      .choices(codecNames)
      .default('json-rpc'),
  )
  .usage('-- [options] "some text"')
  .action(ask);

void runCommand(command);

interface Options {
  readonly server: string;
  readonly codec: CodecName;
}

async function ask(text: string[], { server, codec }: Options) {
  const asked = readDiagramOptions(command.opts(), userFolder('wordcount-client'));
  const subject = { program: 'npm run wordcount-client', parties: ['client', 'server'] };
  const diagram = new CallDiagram(asked, subject);
  await diagram.open();
  const stop = new AbortController();
  if (asked.diagram !== undefined) process.once('SIGINT', () => stop.abort());
  try {
    await diagram.awaitReader(stop.signal);
    const observe = diagram.observer?.watchClient('client', 'server');
    const counts = await makeRequest(text.join(' '), server, { codec, observe });
    console.log(`Result: ${formatMap(counts)}`);
  } catch (error) {
    // A call that has failed is worth a look, too.
    process.exitCode = reportError(explain(error as Error, server));
  }
  if (!(await diagram.finish())) process.exitCode = 1;
  await diagram.stay(stop.signal);
  await diagram.close();
}

function explain(error: Error, server: string): Error {
  if (!(error instanceof NetworkError) || error.code !== 'ECONNREFUSED') return error;
  return new UsageError(
    `nobody listens at ${server}; start the server first: npm run wordcount-server`,
  );
}
