/**
 * The options of the diagram of calls, for every command whose program makes calls.
 */
import { resolve } from 'node:path';
import type { Command, OptionValues } from 'commander';
import { UsageError } from './command.ts';
import { defaultAddress, parseAddress, readAddress } from './page-address.ts';

export interface DiagramOptions {
  /** `host:port` at which the diagram is served; undefined: it is not. */
  readonly diagram: string | undefined;
  /** An absolute path; undefined: not asked for. */
  readonly diagramFile: string | undefined;
}

export function addDiagramOptions(command: Command): Command {
  return command
    .option(
      '--diagram [host:port]',
      `show each remote call in a browser as it happens (at ${defaultAddress}, if it says no other place)`,
      parseDiagram,
    )
    .option('--diagram-file <file>', 'write the remote calls as one HTML file');
}

const parseDiagram = parseAddress(
  '127.0.0.1:7072',
  'anything else stands before --diagram',
);

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
    diagram: readAddress(diagram),
    diagramFile: diagramFile === undefined ? undefined : resolve(cwd, diagramFile),
  };
}
