/**
 * Who is measured: pairs of a server and a client, each a program of its own. Node peers stand
 * for what a Node user could take instead, Go for the original, bounds for what is possible.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Commands, type Program, startProgram } from './programs.ts';

export interface Contender {
  readonly name: string;
  readonly kind: 'ours' | 'node' | 'go' | 'bound';
  /** True: a JSON text carries its calls, bytes as base64. */
  readonly isJson: boolean;
  readonly server: Side;
  readonly client: Side;
  /** Undefined: no bound but the row's own. */
  readonly most?: {
    readonly inFlight: number;
    readonly payloadBytes: number;
    readonly calls: number;
  };
}

/** A peer of `peers/index.ts`, or a codec of the Go program. */
type Side = { readonly node: string } | { readonly go: string };

function nodePeer(name: string, isJson = true): Contender {
  return { name, kind: 'node', isJson, server: { node: name }, client: { node: name } };
}

export const contenders: readonly Contender[] = [
  { ...nodePeer('ours json-rpc'), kind: 'ours' },
  { ...nodePeer('ours framed-json', false), kind: 'ours' },
  { ...nodePeer('ours go-json'), kind: 'ours' },
  { ...nodePeer('ours gob', false), kind: 'ours' },
  { ...nodePeer('hand-rolled'), kind: 'bound' },
  nodePeer('birpc'),
  nodePeer('json-rpc-2.0'),
  nodePeer('vscode-jsonrpc'),
  // Each call takes a port for the time that TCP keeps a closed connection's number.
  { ...nodePeer('jayson'), most: { inFlight: 64, payloadBytes: 10_240, calls: 1000 } },
  nodePeer('grpc-js', false),
  {
    name: 'Go jsonrpc',
    kind: 'go',
    isJson: true,
    server: { go: 'jsonrpc' },
    client: { go: 'jsonrpc' },
  },
  {
    name: 'Go gob',
    kind: 'go',
    isJson: false,
    server: { go: 'gob' },
    client: { go: 'gob' },
  },
];

/** The names that stand for what is to be installed; ours and the bound need nothing. */
const packages: Record<string, string> = { 'grpc-js': '@grpc/grpc-js' };

/** Node peers whose package is not installed. */
export function listAbsent(chosen: readonly Contender[]): string[] {
  const require = createRequire(`${import.meta.dirname}/`);
  const folders = require.resolve.paths('any') ?? [];
  return chosen
    .filter((contender) => contender.kind === 'node')
    .map(({ name }) => packages[name] ?? name)
    .filter((name) => !folders.some((folder) => existsSync(`${folder}/${name}`)));
}

/** A contender whose two processes run and are connected. */
export interface Pair {
  readonly port: number;
  readonly server: Program;
  readonly client: Program;
}

/** Starts both ends, each on its processor where one is given. */
export async function startPair(
  contender: Contender,
  commands: Commands,
  processors: readonly [number?, number?],
): Promise<Pair> {
  const [serverProcessor, clientProcessor] = processors;
  const start = (side: Side, processor: number | undefined, ...args: string[]) => {
    const command =
      'node' in side
        ? commands.node('peer-process', args[0] as string, side.node, ...args.slice(1))
        : commands.go?.(args[0] as string, side.go, ...args.slice(1));
    return startProgram(command as string[], processor);
  };
  const server = start(contender.server, serverProcessor, 'serve');
  const { port } = await server.hear<{ port: number }>();
  const client = start(contender.client, clientProcessor, 'connect', String(port));
  await client.hear();
  return { port, server, client };
}
