/**
 * `npm run wordcount-server`: the slides' program. Serves, sends itself the slides' sentence,
 * prints the result in the slides' form, then shows each request until Ctrl-C.
 */
import { chalkStderr as chalk } from 'chalk';
import {
  fields,
  formatMap,
  makeRequest,
  sampleInput,
  type WordCountRequest,
  WordCountServer,
} from '../lecture/wordcount.ts';
import { NetworkError } from '../rpc/index.ts';
import { CallDiagram } from './call-diagram.ts';
import { createCommand, runCommand, UsageError, userFolder } from './command.ts';
import { addDiagramOptions, readDiagramOptions } from './diagram-options.ts';
import { untilAborted } from './interruption.ts';

const command = addDiagramOptions(
  createCommand('wordcount-server', "The slides' word-count server")
    .option('--port <port>', 'TCP port on localhost; 0 takes any free one', '8888')
    .option('--once', 'exit after the sample request'),
).action(serve);

void runCommand(command);

interface Options {
  readonly port: string;
  readonly once?: true;
}

async function serve(options: Options) {
  const asked = readDiagramOptions(command.opts(), userFolder('wordcount-server'));
  const subject = { program: 'npm run wordcount-server', parties: ['server'] };
  const diagram = new CallDiagram(asked, subject);
  await diagram.open();
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  try {
    await serveWords(options, diagram, stop.signal);
    if (!(await diagram.finish())) process.exitCode = 1;
    await diagram.stay(stop.signal);
  } finally {
    await diagram.close();
  }
}

async function serveWords(
  { port, once }: Options,
  diagram: CallDiagram,
  signal: AbortSignal,
): Promise<void> {
  let requests = 0;
  const show = ({ Input }: WordCountRequest) => {
    const words = fields(Input).length;
    const preview = Input.length > 60 ? `${Input.slice(0, 60)}…` : Input;
    const text = `request ${++requests}: ${words} words, ${JSON.stringify(preview)}`;
    console.error(chalk.cyan(text));
  };
  const log = (line: string) => console.error(line);
  const observe = diagram.observer?.watchServer('server');
  const server = new WordCountServer(show, { log, observe });
  const address = await listen(server, port);
  console.error(`Word-count server on ${chalk.bold(address)}`);
  console.log(`Result: ${formatMap(await makeRequest(sampleInput, address))}`);
  if (!once) {
    console.error(explainCalling(address));
    await untilAborted(signal);
    console.error('\nstopped');
  }
  await server.close();
}

async function listen(server: WordCountServer, port: string): Promise<string> {
  if (!/^\d+$/.test(port) || Number(port) > 65_535) {
    throw new UsageError(`--port ${port}: a port is a number from 0 to 65535`);
  }
  try {
    return await server.listen(`localhost:${port}`);
  } catch (error) {
    if (!(error instanceof NetworkError) || error.code !== 'EADDRINUSE') throw error;
    throw new UsageError(
      `port ${port} on localhost is taken by another program; stop it or choose another: ` +
        'npm run wordcount-server -- --port 8889',
    );
  }
}

function explainCalling(address: string): string {
  const port = address.split(':').at(-1);
  const server = port === '8888' ? '' : ` --server ${address}`;
  // The shell puts a blank between the two.
  const [head, params] = [
    '{"method":"WordCountServer.Compute","id":1,',
    '"params":[{"Input":"to be or not to be"}]}',
  ];
  return [
    'One port speaks every wire format. Call it from another terminal:',
    `  npm run wordcount-client --${server} "to be or not to be"`,
    `  echo '${head}' \\`,
    `    '${params}' | nc -w 1 localhost ${port}`,
    `from Go, as on the slides:  rpc.Dial("tcp", "localhost:${port}")`,
    `or from a browser:          http://localhost:${port}/debug/rpc`,
    'Serving until Ctrl-C.',
  ].join('\n');
}
