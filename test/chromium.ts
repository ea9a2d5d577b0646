/**
 * A real browser for the tests, or the reason why there is none. It is not fetched: it must be
 * installed, as Debian's package `chromium` for example.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { describe, test } from 'vitest';

const names = ['chromium', 'chromium-browser', 'google-chrome'];
const program = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => names.map((name) => join(folder, name)))
  .find((path) => existsSync(path));
const why = 'left out: there is no Chromium here (Debian: apt install chromium)';

/**
 * A `describe` whose tests need Chromium. Without it they are left out, and their name says
 * why; on the machine that decides (CI is set) they fail.
 */
export function describeWithChromium(name: string, body: () => void): void {
  if (program !== undefined) describe(name, body);
  else if (process.env.CI) {
    test(name, () => {
      throw new Error('Chromium must be installed: these tests look at real pages');
    });
  } else {
    console.warn(`${name}: ${why}`);
    describe.skip(`${name} (${why})`, body);
  }
}

/** Without its sandbox, which does not work for root in a container: the pages are our own. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: program as string, args: ['--no-sandbox'] });
}
