/**
 * Where a page is served: `host:port` behind an option that may stand alone.
 */
import { InvalidArgumentError } from 'commander';
import { parseListen } from './listen-options.ts';

/** Nobody else's machine, and whatever port is free. */
export const defaultAddress = '127.0.0.1:0';

/** Parses an address like `example`; `hint` says what else may have been meant. */
export function parseAddress(example: string, hint: string): (text: string) => string {
  return (text) => {
    try {
      return parseListen(text);
    } catch {
      throw new InvalidArgumentError(
        `It must look like host:port, as ${example}; ${hint}.`,
      );
    }
  };
}

/** Of an option as its parser has left it: true where it stood alone. */
export function readAddress(value: string | true | undefined): string | undefined {
  return value === true ? defaultAddress : value;
}
