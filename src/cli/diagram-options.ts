/**
 * The options of the diagram of calls, for every command whose program makes calls.
 */
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, type OptionValues } from 'commander';
import { UsageError } from './command.ts';
import { parseListen } from './listen-options.ts';

export interface DiagramOptions {
  /** `host:port` at which the diagram is served; undefined: it is not. */
  readonly diagram: string | undefined;
  /** An absolute path; undefined: not asked for. */
  readonly diagramFile: string | undefined;
}

/** Nobody else's machine, and whatever port is free. */
const defaultAddress = '127.0.0.1:0';

export function addDiagramOptions(command: Command): Command {
  return command
    .option(
      '--diagram [host:port]',
      `show each remote call in a browser as it happens (default: at ${defaultAddress})`,
      parseAddress,
    )
    .option('--diagram-file <file>', 'write the remote calls as one HTML file');
}

function parseAddress(text: string): string {
  try {
    return parseListen(text);
  } catch {
    throw new InvalidArgumentError(
      'It must look like host:port, as 127.0.0.1:7072; anything else stands before --diagram.',
    );
  }
}

/** `options` are the command's, as its parser has left them. Throws a UsageError. */
export function readDiagramOptions(options: OptionValues, cwd: string): DiagramOptions {
  const { diagram, diagramFile, transport } = options;
  if (transport === 'grpc' && (diagram ?? diagramFile) !== undefined) {
    const name = diagram === undefined ? '--diagram-file' : '--diagram';
    throw new UsageError(
      `${name}: it shows the calls of our RPC layer, and with --transport grpc there are none; leave out one of the two`,
    );
  }
  return {
    diagram: diagram === true ? defaultAddress : diagram,
    diagramFile: diagramFile === undefined ? undefined : resolve(cwd, diagramFile),
  };
}
