/**
 * The options of the live page and of its replay.
 */
import { resolve } from 'node:path';
import type { Command, OptionValues } from 'commander';
import { defaultAddress, parseAddress, readAddress } from './page-address.ts';

export interface PageOptions {
  /** `host:port` at which the page is served; undefined: it is not. */
  readonly page: string | undefined;
  /** An absolute path; undefined: not asked for. */
  readonly replay: string | undefined;
}

const livePage = 'show the run in a browser while it goes on';

export function addPageOptions(command: Command, what = livePage): Command {
  return command
    .option(
      '--page [host:port]',
      `${what} (at ${defaultAddress}, if it says no other place)`,
      parsePage,
    )
    .option('--replay <file>', 'write the run as one HTML file that plays it again');
}

const parsePage = parseAddress('127.0.0.1:7071', 'input stands before --page');

/** `options` are the command's, as its parser has left them. */
export function readPageOptions(options: OptionValues, cwd: string): PageOptions {
  const { page, replay } = options;
  return {
    page: readAddress(page),
    replay: replay === undefined ? undefined : resolve(cwd, replay),
  };
}
